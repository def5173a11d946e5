import { AwsClient } from "aws4fetch";
import type { S3Settings } from "../config/settings.js";
import type { Sha256 } from "../contracts/primitives.js";
import { VinspectError } from "../domain/errors.js";
import { checkedContent, chunksWithin, nothingStored, sha256Of } from "./checked-content.js";
import type { OwnContentStore, StoredContent } from "./content-store.js";

/** One answer, with its repetitions; a store that is slower than this counts as away. */
const WITHIN_MS = 30_000;
/** Repetitions after answers of 5xx and 429; longer outages are for whoever asked to wait out. */
const RETRIES = 3;

/** What a server says where there is no space: Amazon's own never, others by these. */
const FULL =
	/<Code>(QuotaExceeded|XMinioStorageFull|XAmzStorageFull|EntityTooLarge|InsufficientStorage)<\/Code>/;

/**
 * Contents of one kind in a bucket: `<prefix>/<first two digits>/<SHA-256>`. Every content is sent with its
 * digest, signed, so that the server refuses what arrives otherwise (AWS Signature Version 4,
 * `x-amz-content-sha256`), and written only where nothing stands (`If-None-Match: *`, RFC 9110 13.1.2). What is
 * read is held against its name. Errors: beside those of the interface `storage_unavailable`, which trying again
 * may mend.
 */
export function createS3ContentStore(settings: S3Settings, prefix: string): OwnContentStore {
	return new S3ContentStore(settings, prefix);
}

class S3ContentStore implements OwnContentStore {
	readonly #client: AwsClient;
	readonly #bucket: string;

	constructor(
		private readonly settings: S3Settings,
		private readonly prefix: string,
	) {
		const { accessKeyId, secretAccessKey, region, endpoint, bucket } = settings;
		this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: RETRIES });
		this.#bucket = `${endpoint}/${bucket}`;
	}

	async put(
		content: Parameters<OwnContentStore["put"]>[0],
		limitBytes = Number.POSITIVE_INFINITY,
	): Promise<StoredContent> {
		// The name is the digest of all of it, so all of it is here before anything is sent.
		const chunks: Uint8Array[] = [];
		for await (const chunk of chunksWithin(content, limitBytes)) chunks.push(chunk);
		const whole = Buffer.concat(chunks);
		const sha256 = sha256Of(whole);
		const stored = { sha256, bytes: whole.byteLength };
		if (await this.has(sha256)) return { ...stored, created: false };
		const response = await this.#ask("PUT", this.#urlOf(sha256), {
			headers: { "If-None-Match": "*", "X-Amz-Content-Sha256": sha256 },
			body: whole,
		});
		// Another writer of the same bytes was there first, or is just writing them.
		if (response.status === 412 || response.status === 409) {
			await drain(response);
			return { ...stored, created: false };
		}
		if (!response.ok) throw await this.#refusal(response);
		await drain(response);
		return { ...stored, created: true };
	}

	async get(sha256: Sha256): Promise<Buffer> {
		const response = await this.#ask("GET", this.#urlOf(sha256));
		if (response.status === 404 && (await this.#isNoKey(response))) throw nothingStored(sha256);
		if (!response.ok) throw await this.#refusal(response);
		const content = await response.arrayBuffer().catch((cause: unknown) => {
			throw this.#unavailable("the answer broke off", cause);
		});
		return checkedContent(sha256, Buffer.from(content));
	}

	async has(sha256: Sha256): Promise<boolean> {
		const response = await this.#ask("HEAD", this.#urlOf(sha256));
		await drain(response);
		if (response.status === 404) return false;
		if (!response.ok) throw this.#unavailable(`it answered ${response.status} to HEAD`);
		return true;
	}

	async remove(sha256: Sha256): Promise<void> {
		const response = await this.#ask("DELETE", this.#urlOf(sha256));
		if (!response.ok && !(response.status === 404 && (await this.#isNoKey(response))))
			throw await this.#refusal(response);
		await drain(response);
		// Told as deleted and still there would be the worst of both.
		if (await this.has(sha256)) throw this.#unavailable("what was deleted is still there");
	}

	async ping(): Promise<void> {
		const response = await this.#ask(
			"GET",
			`${this.#bucket}?list-type=2&max-keys=1&prefix=${this.prefix}%2F`,
		);
		if (!response.ok) throw await this.#refusal(response);
		await drain(response);
	}

	async *list(): AsyncGenerator<Sha256> {
		for (let token: string | null = null; ; ) {
			const query = `?list-type=2&prefix=${this.prefix}%2F${token === null ? "" : `&continuation-token=${encodeURIComponent(token)}`}`;
			const response = await this.#ask("GET", `${this.#bucket}${query}`);
			if (!response.ok) throw await this.#refusal(response);
			const page = await response.text();
			// Keys are of our own making: hexadecimal digits, which XML has no need to escape.
			for (const [, name] of page.matchAll(/<Key>[^<]*\/([0-9a-f]{64})<\/Key>/g)) if (name) yield name;
			token = /<NextContinuationToken>([^<]+)</.exec(page)?.[1] ?? null;
			if (token === null) return;
		}
	}

	#urlOf(sha256: Sha256): string {
		return `${this.#bucket}/${this.prefix}/${sha256.slice(0, 2)}/${sha256}`;
	}

	async #ask(
		method: string,
		url: string,
		more: { headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> } = {},
	): Promise<Response> {
		try {
			return await this.#client.fetch(url, { method, signal: AbortSignal.timeout(WITHIN_MS), ...more });
		} catch (cause) {
			const reason =
				cause instanceof Error
					? cause.cause instanceof Error
						? cause.cause.message
						: cause.message
					: String(cause);
			throw this.#unavailable(reason, cause);
		}
	}

	/** A missing bucket is somebody's mistake with the set-up, and no missing picture. */
	async #isNoKey(response: Response): Promise<boolean> {
		return !(await response.clone().text()).includes("<Code>NoSuchBucket</Code>");
	}

	async #refusal(response: Response): Promise<VinspectError> {
		const said = await response.text().catch(() => "");
		const code = /<Code>([^<]{1,80})<\/Code>/.exec(said)?.[1] ?? "no code";
		if (response.status === 507 || FULL.test(said))
			return new VinspectError(
				"storage_full",
				`The bucket ${this.settings.bucket} takes no more (${code}): enlarge it, then send the picture again.`,
			);
		return this.#unavailable(`it answered ${response.status} ${code}`);
	}

	#unavailable(reason: string, cause?: unknown): VinspectError {
		const { endpoint, bucket } = this.settings;
		return new VinspectError(
			"storage_unavailable",
			`The bucket ${bucket} at ${endpoint} can't be used (${reason}). Check that the store runs and that S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are right.`,
			[],
			{ cause },
		);
	}
}

/** A connection is free for the next request once its answer has been read. */
async function drain(response: Response): Promise<void> {
	await response.arrayBuffer().catch(() => undefined);
}
