import type { Point, Quad } from "../../contracts/primitives.js";
import { type Camera, photograph, pictured } from "./camera.js";
import { drawCertificate } from "./certificate.js";
import type { CertificateContents } from "./certificate-contents.js";
import type { CertificateForm } from "./certificate-forms.js";
import { type EuPlateContents, euPlate } from "./eu-plate.js";
import { type GbPlateContents, gbPlate } from "./gb-plate.js";
import { drawGear, type GearDrawing } from "./gear.js";
import { type DrawnScene, drawPlate, type PlateFinish } from "./plate.js";
import { createRandom, type Random } from "./random.js";
import { drawStamp, type MarkingProcess, type StampSurface } from "./stamp.js";
import { type UsLabelContents, usLabel } from "./us-label.js";

/** What a picture shows. */
export type Subject =
	| {
			readonly form: "stamp";
			/** Null: the place on the body is bare. */
			readonly vin: string | null;
			readonly process: MarkingProcess;
			readonly surface: StampSurface;
			readonly paint: string;
	  }
	| {
			readonly form: "gb_plate";
			readonly contents: GbPlateContents;
			readonly finish: PlateFinish;
			readonly paint: string;
	  }
	| {
			readonly form: "eu_plate";
			readonly contents: EuPlateContents;
			readonly finish: PlateFinish;
			readonly paint: string;
	  }
	| { readonly form: "us_label"; readonly contents: UsLabelContents; readonly paint: string }
	| {
			readonly form: "certificate";
			readonly contents: CertificateContents;
			/** Print of the form; the ruled table where left out. */
			readonly print?: CertificateForm;
			/** Places of seals that are missing. */
			readonly unsealed?: readonly number[];
	  }
	| ({ readonly form: "gear" } & Omit<GearDrawing, "seed">);

export type SubjectOf<F extends Subject["form"]> = Extract<Subject, { form: F }>;

/** What went wrong at the camera: out of focus, or the lamp did not fire. */
export type CameraFault = "blurred" | "underexposed";

export interface PictureOrder {
	/** Same seed, same subject, same fault, same shot: the same bytes. */
	readonly seed: string;
	/** Of several captures of one seed: which, for the camera's place and its noise are another's. */
	readonly shot?: number;
	readonly subject: Subject;
	readonly fault: CameraFault | null;
	/** How this station's camera differs from the plant's. */
	readonly camera?: Readonly<
		Partial<Pick<Camera, "exposure" | "defocus" | "vignette" | "noise" | "quality">>
	>;
}

export interface RenderedPicture {
	readonly jpeg: Uint8Array;
	readonly width: number;
	readonly height: number;
	/** Corners of the marked text or the document in pixels of the picture; null where there is none. */
	readonly quad: Quad | null;
}

async function drawn(seed: string, subject: Subject): Promise<DrawnScene> {
	switch (subject.form) {
		case "stamp":
			return drawStamp({ seed, ...subject });
		case "gb_plate":
			return drawPlate({
				seed,
				...subject,
				artwork: gbPlate(subject.contents, subject.finish),
				fixing: "rivets",
			});
		case "eu_plate":
			return drawPlate({
				seed,
				...subject,
				artwork: euPlate(subject.contents, subject.finish),
				fixing: "rivets",
			});
		case "us_label":
			return drawPlate({
				seed,
				artwork: usLabel(subject.contents),
				finish: "white_film",
				fixing: "adhesive",
				paint: subject.paint,
			});
		case "certificate":
			return drawCertificate({
				seed,
				contents: subject.contents,
				form: subject.print ?? "table",
				unsealed: subject.unsealed,
			});
		case "gear":
			return drawGear({ seed, ...subject });
	}
}

/** Seed of all that is the camera's; what is photographed has the order's own. */
const shotOf = ({ seed, shot }: PictureOrder): string => (shot === undefined ? seed : `${seed}/shot-${shot}`);

const SIZES = {
	stamp: { width: 1600, height: 1000 },
	gb_plate: { width: 1600, height: 1000 },
	eu_plate: { width: 1600, height: 1000 },
	us_label: { width: 1600, height: 1000 },
	certificate: { width: 1760, height: 1250 },
	gear: { width: 1440, height: 1116 },
} as const satisfies Record<Subject["form"], { width: number; height: number }>;

/** Corners of the frame: inside the scene, a little turned and seen a little from one side. */
function frameIn({ picture }: DrawnScene, random: Random): Quad {
	const margin = 0.026 * picture.width;
	const tilt = random.between(-0.9, 0.9) * margin * 0.55;
	const corner = (x: number, y: number, turn: number): Point => [
		(x === 0 ? margin : picture.width - margin) + random.between(-0.4, 0.4) * margin,
		(y === 0 ? margin : picture.height - margin) + turn + random.between(-0.3, 0.3) * margin,
	];
	return [corner(0, 0, -tilt), corner(1, 0, tilt), corner(1, 1, tilt), corner(0, 1, -tilt)];
}

function cameraFor(order: PictureOrder, scene: DrawnScene): Camera {
	const random = createRandom(`${shotOf(order)}/camera`);
	const { form } = order.subject;
	return {
		...SIZES[form],
		frame: frameIn(scene, random),
		exposure: order.fault === "underexposed" ? 0.002 : random.between(0.95, 1.1),
		defocus: order.fault === "blurred" ? 10 : 0,
		vignette: form === "certificate" ? 0.2 : 0.42,
		noise: 0.005,
		// The stamp cameras of a body shop are monochrome where the number stands on bare or primed metal.
		monochrome: order.subject.form === "stamp" && order.subject.surface === "primer",
		quality: 85,
		...order.camera,
	};
}

/** Draws what was ordered and photographs it. Errors: `RangeError` on a character no typeface here can draw. */
export async function renderPicture(order: PictureOrder): Promise<RenderedPicture> {
	const scene = await drawn(order.seed, order.subject);
	const camera = cameraFor(order, scene);
	const jpeg = await photograph(scene.picture, camera, shotOf(order));
	const corners = scene.quad ? pictured(camera, scene.quad) : [];
	const [a, b, c, d] = corners;
	return {
		jpeg,
		width: camera.width,
		height: camera.height,
		quad: a && b && c && d ? [a, b, c, d] : null,
	};
}
