import { addDust } from "./body.js";
import type { CertificateContents } from "./certificate-contents.js";
import { type CertificateForm, certificateForm, PAPER } from "./certificate-forms.js";
import { add, blurred, createField, smoothNoise, smoothstep, streaks } from "./field.js";
import { painted } from "./lettering.js";
import type { DrawnScene } from "./plate.js";
import { createRandom } from "./random.js";
import { addSeals } from "./seals.js";
import {
	colour,
	createSurface,
	linear,
	lit,
	modulate,
	raisePixel,
	type Surface,
	shadePixel,
	tintPixel,
} from "./surface.js";

export interface CertificateDrawing {
	readonly seed: string;
	readonly contents: CertificateContents;
	readonly form: CertificateForm;
	/** Seals the clerk forgot, by their place on the form. */
	readonly unsealed?: readonly number[] | undefined;
}

export const CERTIFICATE_SCENE = { width: 1880, height: 1340 } as const;

const PAPER_FINISH = { gloss: 0.08, metal: 0 } as const;
/** Desk of laminated wood. */
function addDesk(surface: Surface, seed: string): void {
	const { width, height } = surface;
	const random = createRandom(`${seed}/desk`);
	const rings = smoothNoise(width, height, 700, 46, random);
	const fibre = streaks(width, height, 160, random);
	const figure = createField(width, height);
	for (let i = 0; i < figure.data.length; i++) {
		figure.data[i] = Math.sin(9 * (rings.data[i] ?? 0)) * 0.6 + 0.9 * (fibre.data[i] ?? 0);
	}
	modulate(surface, figure, 0.16);
}

/** Draws the certificate lying on a desk. */
export async function drawCertificate({
	seed,
	contents,
	form,
	unsealed = [],
}: CertificateDrawing): Promise<DrawnScene> {
	const { width, height } = CERTIFICATE_SCENE;
	const surface = createSurface(width, height, colour("#7a573b"), 0.28, 0);
	addDesk(surface, seed);
	const random = createRandom(`${seed}/paper`);
	const left = Math.round((width - PAPER.width) / 2 + random.between(-16, 16));
	const top = Math.round((height - PAPER.height) / 2 + random.between(-12, 12));
	const printed = certificateForm(form, contents);
	const print = await painted(PAPER.width, PAPER.height, printed.content);
	const shadow = createField(width, height);
	for (let y = top + 8; y < top + PAPER.height + 14; y++) {
		shadow.data.fill(1, y * width + left + 6, y * width + left + PAPER.width + 12);
	}
	const soft = blurred(shadow, 9);
	for (let i = 0; i < soft.data.length; i++) {
		const share = soft.data[i] ?? 0;
		if (share > 0.01) shadePixel(surface, i, 0.62 * share);
	}
	for (let y = 0; y < PAPER.height; y++) {
		for (let x = 0; x < PAPER.width; x++) {
			const from = (y * PAPER.width + x) * 4;
			tintPixel(
				surface,
				(top + y) * width + left + x,
				linear(print[from] ?? 0),
				linear(print[from + 1] ?? 0),
				linear(print[from + 2] ?? 0),
				PAPER_FINISH,
				1,
			);
		}
	}
	const seals = printed.seals.filter((_, index) => !unsealed.includes(index));
	await addSeals(surface, seals, { left, top, ...PAPER }, seed);
	const waves = smoothNoise(width, height, 520, 460, random);
	add(surface.relief, waves, 7);
	// The sheet was folded once across its middle and lies almost flat again.
	const fold = left + PAPER.width / 2 + random.between(-3, 3);
	for (let y = top; y < top + PAPER.height; y++) {
		for (let x = left; x < left + PAPER.width; x++) {
			const ridge = 2.4 * (1 - smoothstep(0, 26, Math.abs(x - fold)));
			raisePixel(surface, y * width + x, ridge);
		}
	}
	addDust(surface, 30, random);
	const picture = lit(surface, {
		towards: [random.between(-0.5, 0.2), -0.6, 0.9],
		lamp: 0.5,
		ambient: 0.42,
		beam: { x: width * random.between(0.35, 0.6), y: 420, halfAt: 1900 },
	});
	const [right, bottom] = [left + PAPER.width, top + PAPER.height];
	return {
		picture,
		quad: [
			[left, top],
			[right, top],
			[right, bottom],
			[left, bottom],
		],
	};
}
