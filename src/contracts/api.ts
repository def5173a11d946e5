import { z } from "zod";
import { Capture } from "./capture.js";
import { Claim, Exception, ExceptionStatus } from "./exception.js";
import { Disposition, InspectionStatus, ReportReference } from "./inspection.js";
import { InspectionRow } from "./inspection-row.js";
import { InspectionPlan, InspectionPlanInput, PlannedWitness } from "./plan.js";
import { Identifier, Instant, Sha256 } from "./primitives.js";
import { Observation } from "./reading.js";
import { VehicleRecord, VehicleRecordInput } from "./record.js";
import { ImportId, ImportPreview, RecordImport } from "./record-import.js";
import { OverlapMinutes, SilenceMinutes, StationItem } from "./station.js";

/** A page of a list by key. */
const pageOf = <T extends z.ZodType>(item: T) =>
	z.strictObject({
		items: z.array(item),
		/** Pass back as `after` for the next page; null at the end. */
		next: z.string().nullable(),
	});

const PageQuery = z.strictObject({
	after: z.string().min(1).max(300).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
});

// the line

export const TrackInInput = z.strictObject({
	productionNumber: Identifier,
	/** Where the vehicle was tracked in. */
	station: Identifier,
	/** Counts inspections of one vehicle: 2 after the first rework, and so on. */
	sequence: z.int().min(1).max(9999).default(1),
});
export type TrackInInput = z.infer<typeof TrackInInput>;

export const InspectionParams = z.strictObject({ inspectionId: Identifier });

/** An uploaded file, as it is known once its bytes are stored. In the request it is the file itself. */
export const StoredFile = z.strictObject({ sha256: Sha256, bytes: z.int().nonnegative() });
export type StoredFile = z.infer<typeof StoredFile>;

export const CaptureUpload = z.strictObject({
	file: StoredFile,
	/** Planned witness the picture shows. */
	witness: Identifier,
	station: Identifier,
	/** When the camera took it. */
	capturedAt: Instant.optional(),
});

export const CaptureReceipt = z.strictObject({
	capture: Capture,
	/** `duplicate`: this witness has these very bytes already. */
	status: z.enum(["accepted", "duplicate"]),
});

export const CancelInput = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const InspectionQuery = PageQuery.extend({
	status: InspectionStatus.optional(),
	disposition: Disposition.optional(),
	model: Identifier.optional(),
	/** Part of the VIN or production number. */
	search: z.string().trim().min(1).max(80).optional(),
});

/** One line of the list of inspections: what a client needs of its row. */
export const InspectionSummary = InspectionRow.omit({
	modelLabel: true,
	station: true,
	stations: true,
	witnesses: true,
	waitingExceptions: true,
}).extend({ plannedWitnesses: z.int().nonnegative() });
export type InspectionSummary = z.infer<typeof InspectionSummary>;
export const InspectionPage = pageOf(InspectionSummary);

export const TrackOutQuery = z.strictObject({
	/** Seconds to wait for the sealed outcome before answering with what stands. */
	wait: z.coerce.number().min(0).max(60).default(0),
});

export const TrackOut = z.strictObject({
	inspectionId: Identifier,
	status: InspectionStatus,
	disposition: Disposition.nullable(),
	report: ReportReference.nullable(),
	openExceptions: z.int().nonnegative(),
});
export type TrackOut = z.infer<typeof TrackOut>;

/** Data of a live event: what changed, to be read anew by whoever needs more. */
export const InspectionChange = z.strictObject({
	inspectionId: Identifier,
	version: z.int().nonnegative(),
	status: InspectionStatus,
	disposition: Disposition.nullable(),
	productionNumber: Identifier,
});
export type InspectionChange = z.infer<typeof InspectionChange>;

/** Data of a live event: an exception whose claim changed, to be read anew. */
export const ClaimChange = z.strictObject({ exceptionId: Exception.shape.exceptionId });
export type ClaimChange = z.infer<typeof ClaimChange>;

export const ObservationList = z.strictObject({
	items: z.array(Observation.extend({ witness: Identifier })),
});

// pictures

export const CaptureParams = z.strictObject({ sha256: Sha256 });

export const CaptureQuery = z.strictObject({
	/** Width of the answer in pixels; never enlarged. */
	width: z.coerce.number().int().min(16).max(4096).optional(),
	/** `x,y,w,h` in pixels of the upright picture; clamped to it. */
	box: z
		.string()
		.max(80)
		.regex(/^-?\d{1,6}(\.\d+)?(,-?\d{1,6}(\.\d+)?){3}$/, "expected x,y,w,h in pixels")
		.optional(),
	/** JPEG quality. */
	quality: z.coerce.number().int().min(30).max(95).optional(),
});
export type CaptureQuery = z.infer<typeof CaptureQuery>;

// exceptions

export const ExceptionParams = z.strictObject({ exceptionId: Exception.shape.exceptionId });

/** An exception as the queue shows it. */
export const ExceptionItem = Exception.extend({
	claim: Claim.nullable(),
	productionNumber: Identifier,
	vin: z.string(),
	model: Identifier,
});
export const ExceptionPage = pageOf(ExceptionItem);

export const ExceptionQuery = PageQuery.extend({
	/** One status; everything that waits for a person where left out. */
	status: ExceptionStatus.optional(),
});

// records and plans

export const VehicleRecordParams = z.strictObject({ productionNumber: Identifier });

/** The production number stands in the address; in the body it may be repeated. */
export const VehicleRecordBody = VehicleRecordInput.extend({ productionNumber: Identifier.optional() });

export const VehicleRecordQuery = PageQuery.extend({
	/** Beginning of a production number or VIN; then one page holds all that is answered. */
	search: z.string().trim().min(1).max(80).optional(),
});
export const VehicleRecordPage = pageOf(VehicleRecord);
export const VehicleRecordRevisions = z.strictObject({ items: z.array(VehicleRecord) });

export const RecordImportParams = z.strictObject({ importId: ImportId });
export const RecordImportQuery = PageQuery;
export const RecordImportPage = pageOf(RecordImport);

/** An import with everything its file would do. */
export const PreviewedImport = RecordImport.extend({ content: ImportPreview });

export const ConfirmImportInput = z.strictObject({
	/** Digest of the preview that is meant: what was looked at is what is written. */
	preview: Sha256,
});

export const InspectionPlanBody = InspectionPlanInput.extend({
	status: InspectionPlan.shape.status.default("released"),
	/** Newest revision the writer knows, 0 for none: refused where somebody saved another one meanwhile. */
	newest: z.int().nonnegative().optional(),
});
export const PlanChangesParams = z.strictObject({ model: Identifier });
export const PlanChangesQuery = z.strictObject({
	from: z.coerce.number().int().positive(),
	to: z.coerce.number().int().positive(),
});
const ValueChange = z.strictObject({ member: z.string(), from: z.string(), to: z.string() });
export const PlanChangesAnswer = z.strictObject({
	values: z.array(ValueChange),
	witnesses: z.array(
		z.strictObject({
			id: Identifier,
			change: z.enum(["added", "removed", "changed"]),
			witness: PlannedWitness,
			values: z.array(ValueChange),
			fieldsAdded: z.array(z.string()),
			fieldsRemoved: z.array(z.string()),
		}),
	),
	rulesAdded: z.array(z.string()),
	rulesRemoved: z.array(z.string()),
	/** How many things differ. */
	count: z.int().nonnegative(),
});
export const PictureUpload = z.strictObject({ file: StoredFile });
export const InspectionPlanList = z.strictObject({ items: z.array(InspectionPlan) });

// access

const PersonRole = z.enum(["operator", "auditor", "engineer", "administrator"]);
const DisplayName = z.string().trim().min(1).max(80);

export const Credentials = z.strictObject({
	name: z.string().min(1).max(80),
	password: z.string().min(1).max(200),
});
export type Credentials = z.infer<typeof Credentials>;

export const SignedIn = z.strictObject({
	name: Identifier,
	role: z.enum([...PersonRole.options, "station"]),
	displayName: z.string(),
	/** Nothing is answered but `PUT /session/password`, for somebody else knows the password. */
	mustChangePassword: z.boolean().optional(),
	/** To be sent as `X-CSRF-Token` with every write; null for a key, which needs none. */
	csrfToken: z.string().nullable(),
});

export const AccountInput = z.strictObject({
	name: Identifier,
	displayName: DisplayName,
	role: PersonRole,
	/** Made up and shown once where left out. Its person must change it at the first sign-in. */
	password: z.string().min(1).max(1000).optional(),
});

export const AccountItem = z.strictObject({
	name: Identifier,
	displayName: z.string(),
	role: SignedIn.shape.role,
	disabled: z.boolean(),
	/** Its person has not changed the password somebody else set. */
	mustChangePassword: z.boolean().optional(),
	/** Single sign-on made it: it has no password here. */
	singleSignOn: z.boolean().optional(),
});
export const NewAccount = AccountItem.extend({
	/** The password where it was made up, to be handed over; shown this once. */
	password: z.string().nullable(),
});
export const AccountParams = z.strictObject({ name: Identifier });
export const AccountRoleInput = z.strictObject({ role: PersonRole });
export const NewPassword = z.strictObject({
	name: Identifier,
	/** To be handed over and changed at the next sign-in; shown this once. */
	password: z.string(),
});
export const PasswordInput = z.strictObject({
	/** The present one. */
	current: z.string().min(1).max(1000),
	/** At least 15 characters, and none that somebody would guess first. */
	password: z.string().min(1).max(1000),
});

/** One of a person's own sessions. */
export const SessionItem = z.strictObject({
	sessionId: z.string(),
	openedAt: Instant.nullable(),
	seenAt: Instant.nullable(),
	/** When it ends if it is not used again. */
	endsAt: Instant,
	address: z.string(),
	agent: z.string(),
	current: z.boolean(),
});
export const SessionList = z.strictObject({ items: z.array(SessionItem) });
export const SessionParams = z.strictObject({
	sessionId: z.string().regex(/^[0-9a-f]{32}$/, "expected 32 lower-case hex digits"),
});
export const AccountList = z.strictObject({ items: z.array(AccountItem) });

export const StationInput = z.strictObject({ name: Identifier, displayName: DisplayName.optional() });

export const StationKey = z.strictObject({
	name: Identifier,
	displayName: z.string(),
	/** For the header `Authorization: Bearer …`. Shown this once; only its hash is kept. */
	key: z.string(),
});

/** Every station, by name. */
export const StationList = z.strictObject({ items: z.array(StationItem) });
export const StationParams = z.strictObject({ name: Identifier });
export const RotateStationInput = z.strictObject({ overlapMinutes: OverlapMinutes.default(60) });
export const RotatedStationKey = StationKey.extend({
	/** Until when the key before stays valid; null where it ended at once. */
	formerUntil: Instant.nullable(),
});
/** A station's keys as far as they can be known, the one in force first. */
export const StationKeys = z.strictObject({
	items: z.array(
		z.strictObject({
			/** Until when a replaced key is still taken; null for the one in force. */
			until: Instant.nullable(),
			/** When it was last shown, to the minute; null where it never was. */
			usedAt: Instant.nullable(),
		}),
	),
});
export const SilenceLimitInput = z.strictObject({ minutes: SilenceMinutes });
