/** How long a step may run before a log without a terminal hears of it. */
const QUIET_MS = 2_000;
const REPEAT_MS = 15_000;
const FRAME_MS = 120;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;

/** Tells a waiting person what is going on. */
export interface Progress {
	/** A sentence of its own. */
	say(text: string): void;
	/** Runs the work; on a terminal with a spinner, elsewhere with plain lines once it takes over two seconds. */
	step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

function elapsed(since: number): string {
	const seconds = Math.round((Date.now() - since) / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function onTerminal(out: NodeJS.WriteStream): Progress {
	const running = new Map<symbol, { what: string; since: number }>();
	let frame = 0;
	let timer: NodeJS.Timeout | undefined;
	const wipe = () => out.write("\r\u001B[K");
	const draw = () => {
		frame = (frame + 1) % FRAMES.length;
		const steps = [...running.values()].map((s) => `${s.what} (${elapsed(s.since)})`).join(" · ");
		wipe();
		out.write(`${FRAMES[frame]} ${steps}`.slice(0, Math.max(20, out.columns - 1)));
	};
	return {
		say(text) {
			wipe();
			out.write(`${text}\n`);
		},
		async step(what, work) {
			const key = Symbol(what);
			const since = Date.now();
			running.set(key, { what, since });
			timer ??= setInterval(draw, FRAME_MS);
			let mark = "✗";
			try {
				const result = await work();
				mark = "✓";
				return result;
			} finally {
				running.delete(key);
				if (running.size === 0) {
					clearInterval(timer);
					timer = undefined;
				}
				wipe();
				out.write(`${mark} ${what} (${elapsed(since)})\n`);
			}
		},
	};
}

function inPlainLines(out: NodeJS.WritableStream): Progress {
	const say = (text: string) => {
		out.write(`${text}\n`);
	};
	return {
		say,
		async step(what, work) {
			const since = Date.now();
			let told = false;
			const tell = () => {
				say(told ? `… ${what} (${elapsed(since)})` : `… ${what}`);
				told = true;
			};
			let repeat: NodeJS.Timeout | undefined;
			const first = setTimeout(() => {
				tell();
				repeat = setInterval(tell, REPEAT_MS);
			}, QUIET_MS);
			try {
				const result = await work();
				if (told) say(`✓ ${what} (${elapsed(since)})`);
				return result;
			} finally {
				clearTimeout(first);
				clearInterval(repeat);
			}
		},
	};
}

export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
	return out.isTTY ? onTerminal(out) : inPlainLines(out);
}

/** For callers that have nobody to tell, such as tests. */
export const SILENT: Progress = { say: () => undefined, step: (_what, work) => work() };
