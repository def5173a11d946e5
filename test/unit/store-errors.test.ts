import { mongo } from "mongoose";
import { expect, it } from "vitest";
import { asStoreError } from "../../src/persistence/mongo/store-errors.js";

const systemError = (code: string, syscall: string) =>
	Object.assign(new Error(`${syscall} ${code}`), { errno: -1, code, syscall });

it.each([
	["a reset that the driver passes on as it is", systemError("ECONNRESET", "write")],
	["a broken pipe", systemError("EPIPE", "write")],
	["the driver's own network error", new mongo.MongoNetworkError("connection closed")],
])("calls %s an outage, to be asked again", (_, error) => {
	expect(asStoreError(error)).toMatchObject({ code: "store_unavailable", cause: error });
});

it.each([
	["what is wrong with a file", systemError("ENOENT", "open")],
	["a defect", new TypeError("x is undefined")],
])("passes %s on as it is", (_, error) => {
	expect(asStoreError(error)).toBe(error);
});
