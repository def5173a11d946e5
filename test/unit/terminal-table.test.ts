import { expect, test } from "vitest";
import { columnsOf, table } from "../../src/terminal/table.js";

test("Chinese characters take two columns, so columns stay aligned", () => {
	expect(columnsOf("行 line")).toBe(7);
	const [first, second] = table([
		["字段", "原因"],
		["vin", "too short"],
	]).split("\n");
	expect(first).toBe("字段  原因");
	expect(second).toBe("vin   too short");
});
