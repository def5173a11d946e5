import { randomUUID } from "node:crypto";
import {
	Client,
	Connection,
	WithStartWorkflowOperation,
	WorkflowExecutionAlreadyStartedError,
	type WorkflowHandle,
} from "@temporalio/client";
import { WorkflowNotFoundError } from "@temporalio/common";
import type { countersignReport } from "../../workflows/countersign-report.js";
import * as messages from "../../workflows/messages.js";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import type { tryOut } from "../../workflows/try-out.js";
import type { verifyVehicle } from "../../workflows/verify-vehicle.js";
import { DecisionInput } from "../contracts/exception.js";
import { inspectionIdOf } from "../contracts/inspection.js";
import { VinspectError } from "../domain/errors.js";
import type { InspectionGateway } from "./inspection-gateway.js";
import { asUnavailable, endedUnanswered, namedCause } from "./temporal-errors.js";

/** Without a worker the server would keep a request waiting for ever. */
const ANSWER_WITHIN_MILLISECONDS = 10_000;
/** A reading takes a second; before it, others may be waiting for the same reader. */
const TRY_OUT_WITHIN_MILLISECONDS = 75_000;
const PING_WITHIN_MILLISECONDS = 3_000;

export interface TemporalAddress {
	readonly address: string;
	readonly namespace: string;
}

/**
 * The gateway to the workflows of one Temporal namespace. Connects on the first call, so that the service
 * starts, and stays up, while Temporal is away.
 */
export async function connectGateway({ address, namespace }: TemporalAddress): Promise<InspectionGateway> {
	const connection = Connection.lazy({ address });
	const client = new Client({ connection, namespace, identity: "vinspect-web" });
	return new TemporalGateway(client, connection, address);
}

class TemporalGateway implements InspectionGateway {
	constructor(
		private readonly client: Client,
		private readonly connection: Connection,
		private readonly address: string,
	) {}

	trackIn: InspectionGateway["trackIn"] = async (vehicle) => {
		const inspectionId = inspectionIdOf(vehicle.plant, vehicle.productionNumber, vehicle.sequence);
		return this.answered(inspectionId, () =>
			this.client.workflow.executeUpdateWithStart(messages.trackIn, {
				startWorkflowOperation: new WithStartWorkflowOperation<typeof verifyVehicle>("verifyVehicle", {
					workflowId: inspectionId,
					taskQueue: TASK_QUEUES.verification,
					args: [{ ...vehicle, inspectionId }],
					workflowIdConflictPolicy: "USE_EXISTING",
					// A run fails only where record or plan were missing: once they are there, it may begin anew.
					workflowIdReusePolicy: "ALLOW_DUPLICATE_FAILED_ONLY",
				}),
			}),
		);
	};

	submitCapture: InspectionGateway["submitCapture"] = async (inspectionId, capture, by) =>
		this.asking(inspectionId, (workflow) =>
			workflow.executeUpdate(messages.submitCapture, { args: [{ capture, by }] }),
		);

	decide: InspectionGateway["decide"] = async (exceptionId, decision, by) =>
		this.asking(inspectionOf(exceptionId), (workflow) =>
			workflow.executeUpdate(messages.decide, {
				// The same decision sent twice is taken once.
				updateId: `${exceptionId}/${decision.decisionId}`,
				args: [{ exceptionId, decision: DecisionInput.parse(decision), by }],
			}),
		);

	undo: InspectionGateway["undo"] = async (exceptionId, by, requestId) =>
		this.asking(inspectionOf(exceptionId), (workflow) =>
			workflow.executeUpdate(messages.undoDecision, {
				...(requestId === undefined ? {} : { updateId: `${exceptionId}/undo/${requestId}` }),
				args: [{ exceptionId, by }],
			}),
		);

	cancel: InspectionGateway["cancel"] = async (inspectionId, reason, by) =>
		this.asking(inspectionId, (workflow) =>
			workflow.executeUpdate(messages.cancelInspection, { args: [{ reason, by }] }),
		);

	tryOut: InspectionGateway["tryOut"] = async (request) => {
		try {
			return await this.connection.withDeadline(Date.now() + TRY_OUT_WITHIN_MILLISECONDS, () =>
				this.client.workflow.execute<typeof tryOut>("tryOut", {
					workflowId: `try-out-${randomUUID()}`,
					taskQueue: TASK_QUEUES.verification,
					workflowExecutionTimeout: TRY_OUT_WITHIN_MILLISECONDS,
					args: [request],
				}),
			);
		} catch (error) {
			throw namedCause(error) ?? asUnavailable(error, this.address);
		}
	};

	countersign: InspectionGateway["countersign"] = async (order) => {
		const workflowId = `${order.inspectionId}~countersign`;
		return this.answered(order.inspectionId, async () => {
			await this.client.workflow
				.start<typeof countersignReport>("countersignReport", {
					workflowId,
					taskQueue: TASK_QUEUES.verification,
					args: [order],
					workflowIdConflictPolicy: "USE_EXISTING",
					workflowIdReusePolicy: "ALLOW_DUPLICATE_FAILED_ONLY",
				})
				.catch((error: unknown) => {
					if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
				});
			return this.client.workflow.getHandle<typeof countersignReport>(workflowId).result();
		});
	};

	current: InspectionGateway["current"] = async (inspectionId) =>
		this.asking(inspectionId, (workflow) => workflow.query(messages.current));

	ping: InspectionGateway["ping"] = async () => {
		try {
			await this.connection.withDeadline(Date.now() + PING_WITHIN_MILLISECONDS, () =>
				this.connection.workflowService.getSystemInfo({}),
			);
		} catch (error) {
			throw asUnavailable(error, this.address);
		}
	};

	close: InspectionGateway["close"] = () => this.connection.close();

	private asking<Answer>(
		inspectionId: string,
		ask: (workflow: WorkflowHandle<typeof verifyVehicle>) => Promise<Answer>,
	): Promise<Answer> {
		const workflow = this.client.workflow.getHandle<typeof verifyVehicle>(inspectionId);
		return this.answered(inspectionId, () => ask(workflow));
	}

	/** Asks within the deadline and names what went wrong by the registry. */
	private async answered<Answer>(inspectionId: string, ask: () => Promise<Answer>): Promise<Answer> {
		try {
			return await this.connection.withDeadline(Date.now() + ANSWER_WITHIN_MILLISECONDS, ask);
		} catch (error) {
			const named = namedCause(error);
			if (named) throw named;
			if (error instanceof WorkflowExecutionAlreadyStartedError) throw finished(inspectionId, error);
			if (endedUnanswered(error)) throw await this.endOf(inspectionId, error);
			throw asUnavailable(error, this.address);
		}
	}

	/** Why a workflow takes no message any more: it is done, or it never was. */
	private async endOf(inspectionId: string, cause: unknown): Promise<VinspectError> {
		try {
			await this.connection.withDeadline(Date.now() + ANSWER_WITHIN_MILLISECONDS, () =>
				this.client.workflow.getHandle(inspectionId).describe(),
			);
			return finished(inspectionId, cause);
		} catch (error) {
			if (!(error instanceof WorkflowNotFoundError)) return asUnavailable(error, this.address);
			return new VinspectError(
				"inspection_missing",
				`There is no running inspection ${inspectionId}: track the vehicle in first. 没有进行中的检验 ${inspectionId}。`,
				[],
				{ cause },
			);
		}
	}
}

function finished(inspectionId: string, cause: unknown): VinspectError {
	return new VinspectError(
		"inspection_finished",
		`The inspection ${inspectionId} is finished; inspect the vehicle again under the next sequence number. 检验 ${inspectionId} 已结束，如需复检请使用下一序号。`,
		[],
		{ cause },
	);
}

/** An exception id begins with its inspection's. */
function inspectionOf(exceptionId: string): string {
	return exceptionId.slice(0, exceptionId.indexOf("~"));
}
