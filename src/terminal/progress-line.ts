/** One line on a terminal that says how far a long work has come; nothing where nobody watches. */
export interface ProgressLine {
	/** One more is done; `name` says which. */
	step(name: string): void;
	/** Takes the line away. */
	end(): void;
}

export function progressLine(all: number): ProgressLine {
	let done = 0;
	const write = (text: string) => {
		if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
	};
	return {
		step: (name) => write(`${++done} of ${all} · 已读 ${name}`),
		end: () => write(""),
	};
}
