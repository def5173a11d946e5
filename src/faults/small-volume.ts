import { execFile } from "node:child_process";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** A volume can't be made smaller than what lies on it; this much room lets it shrink while others write. */
const SLACK_BYTES = 64 * 1024;
const SHRINK_TRIES = 20;

/** A file system of its own that can be full: tmpfs, whose size is changed while it is in use. */
export interface SmallVolume {
	readonly folder: string;
	usedBytes(): Promise<number>;
	/** Makes it as small as what lies on it: the next byte finds no space. */
	fill(): Promise<void>;
	/** Leaves exactly this much free. */
	leave(bytes: number): Promise<void>;
	/** Gives it its size back. */
	empty(): Promise<void>;
	remove(): Promise<void>;
}

/**
 * Mounts a volume of this size, or returns null where this process may not mount: run it as root, or in a
 * namespace of its own (`unshare --user --map-root-user --mount`).
 */
export async function openSmallVolume(megabytes: number): Promise<SmallVolume | null> {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-volume-"));
	try {
		await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "vinspect", folder]);
	} catch {
		await rm(folder, { recursive: true, force: true });
		return null;
	}
	const usedBytes = async () => {
		const { bsize, blocks, bfree } = await statfs(folder);
		return (blocks - bfree) * bsize;
	};
	const resize = (bytes: number) => run("mount", ["-o", `remount,size=${Math.ceil(bytes)}`, folder]);
	const leave = async (bytes: number) => {
		for (let tries = 1; ; tries++) {
			try {
				await resize((await usedBytes()) + bytes);
				return;
			} catch (error) {
				// Something was written between the measure and the change.
				if (tries >= SHRINK_TRIES) throw error;
			}
		}
	};
	return {
		folder,
		usedBytes,
		fill: () => leave(SLACK_BYTES),
		leave,
		async empty() {
			await resize(megabytes * 1024 * 1024);
		},
		async remove() {
			await run("umount", ["-l", folder]);
			await rm(folder, { recursive: true, force: true });
		},
	};
}
