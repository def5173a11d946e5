import type { Inspection } from "../../../contracts/inspection.js";
import type { PlannedWitness } from "../../../contracts/plan.js";
import { retakeWitnesses } from "../../../domain/review.js";
import { type ExceptionItem, readingOf } from "./exception-item.js";
import { type OverlayBox, overlaysOfFinding } from "./inspection.js";

/** One capture that shows what an exception is about. */
export interface SuspectPicture {
	readonly capture: string;
	readonly width: number;
	readonly height: number;
	/** `x y w h` the viewer opens at; the whole picture where nothing is marked. */
	readonly focus: string;
	readonly overlays: readonly OverlayBox[];
	/** The overlays as JSON, for a page that changes between captures without asking again. */
	readonly drawn: string;
	readonly position: number;
	/** Its witness, where captures of several can be looked at. */
	readonly label: PlannedWitness["label"] | null;
	readonly receivedAt: string;
	/** What was read there in the exception's field; null for nothing, and always for a blind reading. */
	readonly text: string | null;
	readonly shown: boolean;
}

export interface SuspectPictures {
	readonly shown: SuspectPicture | null;
	readonly all: readonly SuspectPicture[];
}

/** Captures of the witnesses the finding is about: of the one it stands on, or of all that it names. */
function capturesOf({ exception, inspection }: ExceptionItem): Inspection["captures"] {
	const witnesses = retakeWitnesses(inspection, exception);
	return inspection.captures.filter(({ witness }) => witnesses.includes(witness));
}

/**
 * The captures a person can look at here, oldest first, and which one is shown: the one asked for, else the
 * one that was judged, else the latest.
 */
export function suspectPictures(item: ExceptionItem, chosen: string | null): SuspectPictures {
	const { exception, inspection, observations } = item;
	const { finding } = exception;
	const captures = capturesOf(item);
	const shown =
		captures.find(({ sha256 }) => sha256 === chosen) ??
		captures.find(({ sha256 }) => sha256 === finding.capture) ??
		captures.at(-1);
	const several = new Set(captures.map(({ witness }) => witness)).size > 1;
	const all = captures.map((capture, index): SuspectPicture => {
		const { sha256, width, height, witness, receivedAt } = capture;
		const judged = sha256 === finding.capture;
		const reading = readingOf(observations, witness, sha256, finding.field);
		const box = (judged ? finding.box : null) ?? reading?.box ?? null;
		const read = box === null ? [] : [{ x: box[0], y: box[1], width: box[2], height: box[3] }];
		const overlays =
			judged && finding.box !== null
				? overlaysOfFinding(finding)
				: read.map((place) => ({ ...place, style: "read", field: finding.field }));
		return {
			capture: sha256,
			width,
			height,
			focus: (box ?? [0, 0, width, height]).join(" "),
			overlays,
			drawn: JSON.stringify(overlays),
			position: index + 1,
			label: several ? (inspection.plan.witnesses.find(({ id }) => id === witness)?.label ?? null) : null,
			receivedAt,
			text: reading?.text || null,
			shown: capture === shown,
		};
	});
	return { shown: all.find((one) => one.shown) ?? null, all };
}

/** The same pictures with nothing on them but where to look. */
export function blindPictures({ all }: SuspectPictures): SuspectPictures {
	const bare = all.map((picture): SuspectPicture => {
		const overlays = picture.overlays.map((overlay) => ({ ...overlay, style: "read", field: null }));
		return { ...picture, overlays, drawn: JSON.stringify(overlays), text: null };
	});
	return { shown: bare.find((one) => one.shown) ?? null, all: bare };
}
