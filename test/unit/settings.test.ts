import { expect, test } from "vitest";
import { describeSettings, loadSettings } from "../../src/config/settings.js";
import { VinspectError } from "../../src/domain/errors.js";

function refusal(environment: Record<string, string>): VinspectError {
	try {
		loadSettings(environment);
	} catch (error) {
		if (error instanceof VinspectError) return error;
		throw error;
	}
	throw new Error("the settings were taken");
}

test("an empty environment gives the defaults, and nobody can change them", () => {
	const settings = loadSettings({ PATH: "/usr/bin", PORT: "" });
	expect(settings).toMatchObject({ port: 8080, plant: "DEMO", mongoUri: null, demonstration: "auto" });
	expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
});

test.each([
	["PORT", "eighty", "a whole number from 0 to 65535"],
	["PORT", "70000", "a whole number from 0 to 65535"],
	["MONGODB_URI", "localhost:27017", "mongodb://"],
	["TEMPORAL_ADDRESS", "http://localhost", "host:port"],
	["LOG_LEVEL", "loud", "one of trace, debug, info, warn, error"],
	["VINSPECT_DEMO", "yes", "one of auto, on, off"],
	["READER_THREADS", "0", "a whole number from 1 to 64"],
	["PLANT", "Werk 1", "a plant's code"],
	["SHIFTS", "06:00,25:00", "one to six times"],
	["SHIFTS", "14:00,06:00", "ascending"],
])("%s=%s is refused in one sentence that says what was expected", (name, value, expected) => {
	const { code, message } = refusal({ [name]: value });
	expect(code).toBe("configuration_invalid");
	expect(message).toContain(`${name}: expected`);
	expect(message).toContain(expected);
	expect(message).toContain(`"${value}"`);
	expect(message.split("\n")).toHaveLength(1);
});

test("a mistyped VINSPECT_ variable is refused with the name that was meant", () => {
	expect(refusal({ VINSPECT_DEMOS: "off" }).message).toContain("VINSPECT_DEMO was probably meant");
	expect(refusal({ VINSPECT_COLOUR: "red" }).message).toContain("there is no such setting");
});

test("every wrong variable is named at once", () => {
	expect(refusal({ PORT: "x", LOG_LEVEL: "y" }).parts.map((part) => part.path)).toEqual([
		"PORT",
		"LOG_LEVEL",
	]);
});

test("a passphrase without a file is refused and never shown", () => {
	const { message } = refusal({ SIGNER_P12_PASSPHRASE: "geheim" });
	expect(message).toContain("SIGNER_P12");
	expect(message).not.toContain("geheim");
});

test("passwords stay out of what is shown", () => {
	const environment = {
		MONGODB_URI: "mongodb://line:geheim@store/vinspect",
		SIGNER_P12_PASSPHRASE: "geheim",
	};
	const described = describeSettings(environment);
	expect(JSON.stringify(described)).not.toContain("geheim");
	expect(described.find((s) => s.name === "PORT")).toMatchObject({ default: "8080", given: null });
	for (const setting of described) expect(setting.description).not.toBe("");
});
