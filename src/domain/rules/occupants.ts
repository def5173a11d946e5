import { type Rule, remark, violation, within } from "./rule.js";

export const OCCUPANT_RULES: readonly Rule[] = [
	within("seatsPlausible", "seats", [1, 120], "GB 7258: buses carry up to 120 seated and standing"),
	violation("passengerCarSeats", {
		en: "A passenger car seats nine at most, the driver included",
		zh: "乘用车座位数（含驾驶员）不超过 9 个",
		source: "GB/T 3730.1-2001, 2.1.1; category M1 of Regulation (EU) 2018/858, Article 4",
		fields: ["seats", "vehicleName"],
		holds: (v) => (/乘用车|轿车/u.test(v.text("vehicleName")) ? v.number("seats") <= 9 : null),
	}),
	violation("usPassengerCarSeats", {
		en: "A passenger car carries ten persons at most",
		zh: "PASSENGER CAR 载客不超过 10 人",
		source: "49 CFR 571.3(b), passenger car",
		fields: ["seats", "vehicleType"],
		holds: (v) => (/^PASSENGER CAR$/i.test(v.text("vehicleType").trim()) ? v.number("seats") <= 10 : null),
	}),
	remark("usVehicleTypeKnown", {
		en: "The type is one of the safety standards' types of vehicle",
		zh: "车辆类型为联邦安全标准规定类型",
		source: "49 CFR 567.4(g)(7) and 571.3(b)",
		fields: ["vehicleType", "grossMassPounds"],
		holds: (v) =>
			/^(?:PASSENGERCAR|PASS\.?CAR|TRUCK|BUS|MPV|MULTIPURPOSEPASSENGERVEHICLE|TRAILER|MOTORCYCLE|LOWSPEEDVEHICLE|INCOMPLETEVEHICLE)$/i.test(
				v.text("vehicleType").replace(/[\s-]/g, ""),
			),
	}),
	remark("cabSeatsPlausible", {
		en: "A cab holds one to seven persons",
		zh: "驾驶室准乘人数为 1–7 人",
		source: "GB/T 21085 item 32: crew cabs of goods vehicles have two rows at most",
		fields: ["cabSeats"],
		holds: (v) => v.number("cabSeats") >= 1 && v.number("cabSeats") <= 7,
	}),
	remark("carPayloadModest", {
		en: "A passenger car states no payload above a tonne",
		zh: "乘用车额定载质量不超过 1 t",
		source: "GB/T 3730.1-2001: cars are made for persons and their luggage",
		fields: ["payload", "vehicleName"],
		holds: (v) => (/乘用车|轿车/u.test(v.text("vehicleName")) ? v.number("payload") <= 1000 : null),
	}),
];
