import { ApplicationFailure, isGrpcServiceError, WorkflowUpdateFailedError } from "@temporalio/client";
import { WorkflowNotFoundError } from "@temporalio/common";
import { isErrorCode, VinspectError } from "../domain/errors.js";

/** An error of the registry as it crosses Temporal: its code is the failure's type. Who retries what stands in the proxies. */
export function asApplicationFailure(error: unknown): unknown {
	if (!(error instanceof VinspectError)) return error;
	return ApplicationFailure.create({ message: error.message, type: error.code, cause: error });
}

/** The registry's error that a workflow or activity threw, found in whatever envelope it came; null where there is none. */
export function namedCause(error: unknown): VinspectError | null {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if (cause instanceof VinspectError) return cause;
		if (cause instanceof ApplicationFailure && cause.type && isErrorCode(cause.type)) {
			return new VinspectError(cause.type, cause.message, [], { cause: error });
		}
	}
	return null;
}

/** Whether the workflow ended before it could answer. */
export function endedUnanswered(error: unknown): boolean {
	if (error instanceof WorkflowNotFoundError) return true;
	return (
		error instanceof WorkflowUpdateFailedError &&
		error.cause instanceof ApplicationFailure &&
		error.cause.type === "AcceptedUpdateCompletedWorkflow"
	);
}

/** Whatever else a call to Temporal ends with: no server, no worker, no answer in time. */
export function asUnavailable(error: unknown, address: string): VinspectError {
	const grpc = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
	const reason = isGrpcServiceError(grpc)
		? grpc.details
		: grpc instanceof Error
			? grpc.message
			: String(grpc);
	return new VinspectError(
		"workflow_unavailable",
		`The workflow service at ${address} gave no answer (${reason}). Check that Temporal and the workers of vinspect run.`,
		[],
		{ cause: error },
	);
}
