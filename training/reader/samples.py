"""A sheet of rendered lines to look at: `python -m training.reader.samples --fonts FONTS --out docs/images/training-lines.png`."""

import argparse

import cv2
import numpy as np

from .alphabet import HEIGHT, WIDTH
from .glyphs import font_files
from .render_lines import render_line

ROWS, GAP = 24, 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    sheet = np.full((ROWS * (HEIGHT + GAP) + 24, 3 * (WIDTH + GAP)), 255, np.uint8)
    for column, (level, split) in enumerate((("training", "training"), ("medium", "test"), ("hard", "test"))):
        fonts = font_files(options.fonts, split)
        x = column * (WIDTH + GAP)
        cv2.putText(sheet, level, (x, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1, cv2.LINE_AA)
        for row in range(ROWS):
            line, _, _ = render_line(rng, fonts, level)
            y = 24 + row * (HEIGHT + GAP)
            sheet[y:y + HEIGHT, x:x + WIDTH] = line
    cv2.imwrite(options.out, sheet)


if __name__ == "__main__":
    main()
