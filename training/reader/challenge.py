"""Rendered lines with their truth, in fonts and light no reader was trained on.

    python -m training.reader.challenge --fonts FONTS --out DIR --count 29956 --seed 77

writes `lines.bin` (grey pictures one after the other) and `lines.jsonl` (text, level, width, height of each).
The product reads them with `npx vinspect challenge DIR`. With `--forbidden` every line holds at least one O, I or Q
that its font tells from the digit it stands for: none may be accepted. With `--captures 3` every line is drawn three
times, in another light and by another shot each time (`--same-light`: by another shot alone); `vehicle` in its label
says which belong together.
"""

import argparse
import json
import multiprocessing
import sys
from pathlib import Path

import numpy as np

from .alphabet import MARK, VIN_SYMBOLS
from .glyphs import font_files
from .render_lines import capture_line

LEVELS = ("medium", "hard")


def _vin(rng) -> str:
    """Any 17 characters of the alphabet, the last four digits (ISO 3779)."""
    return "".join(rng.choice(list(VIN_SYMBOLS), 13)) + "".join(rng.choice(list("0123456789"), 4))


def _vin_with_digit(rng) -> str:
    """One that holds a digit which a forbidden letter is mistaken for."""
    vin = _vin(rng)
    return vin if set(vin) & {"0", "1"} else _vin_with_digit(rng)


def _draw(job):
    options, index, fonts = job
    vehicle, capture = divmod(index, options.captures)
    rng = np.random.default_rng([options.seed, vehicle])
    level = options.levels[vehicle % len(options.levels)]
    vin = _vin_with_digit(rng) if options.forbidden else _vin(rng)
    text = MARK + vin + MARK if rng.random() < 0.33 else vin
    apart = {}
    if options.captures > 1:
        shot = np.random.default_rng([options.seed, vehicle, capture + 1])
        apart = {"shot": shot, "light": np.random.default_rng([options.seed, vehicle, 0]) if options.same_light else shot}
    line, drawn, _ = capture_line(rng, fonts, level, text, mistakes=options.forbidden, **apart)
    while options.forbidden and drawn == text:
        line, drawn, _ = capture_line(rng, fonts, level, text, mistakes=True, **apart)
    label = {"vin": drawn.strip(MARK), "level": level, "width": line.shape[1], "height": line.shape[0]}
    return line, {**label, "vehicle": vehicle} if options.captures > 1 else label


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--forbidden", action="store_true", help="put O, I and Q in place of digits")
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=LEVELS)
    parser.add_argument("--captures", type=int, default=1, help="pictures of each line; --count counts pictures")
    parser.add_argument("--same-light", action="store_true", help="captures of a line differ by the shot alone")
    options = parser.parse_args()
    fonts = font_files(options.fonts, "test")
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    jobs = ((options, index, fonts) for index in range(options.count))
    with (out / "lines.bin").open("wb") as pictures, (out / "lines.jsonl").open("w") as labels:
        with multiprocessing.Pool(options.processes) as workers:
            for done, (line, label) in enumerate(workers.imap(_draw, jobs, chunksize=64), 1):
                pictures.write(line.tobytes())
                labels.write(json.dumps(label) + "\n")
                if done % 1000 == 0:
                    print(f"{done} of {options.count}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
