"""Renders lines in a process of its own and hands them to the trainer through files in memory.

`python -m training.reader.pool --fonts DIR --out DIR --seed N` writes shards until it is stopped, never more
than `--keep` of them: the oldest go. A trainer that is faster than the renderer sees pictures more than once.
"""

import argparse
import os
from pathlib import Path

import numpy as np

from .alphabet import COLUMN, HEIGHT, WIDTH, encode
from .glyphs import font_files
from .render_lines import render_line

SHARD = 256
COLUMNS = WIDTH // COLUMN
#: Columns between a character and the gap beside it belong to neither.
IGNORED = -1


def column_targets(classes, middles) -> np.ndarray:
    """What each output column shows: a class near a character's middle, the blank between characters."""
    centres = (np.arange(COLUMNS) + 0.5) * COLUMN
    target = np.zeros(COLUMNS, np.int16)
    order = np.asarray(middles)
    for index, (value, middle) in enumerate(zip(classes, order)):
        left = middle - order[index - 1] if index else order[min(1, len(order) - 1)] - middle
        right = order[index + 1] - middle if index + 1 < len(order) else left
        distance = np.where(centres < middle, (middle - centres) / max(left, 1), (centres - middle) / max(right, 1))
        near = distance < 0.37
        target[near] = np.where(target[near] > 0, target[near], IGNORED)
        target[distance < 0.24] = value
        target[int(np.clip(middle / COLUMN, 0, COLUMNS - 1))] = value
    # a gap stays between repeated characters however narrow they are
    between = (order[1:] + order[:-1]) / 2
    target[np.clip(between / COLUMN, 0, COLUMNS - 1).astype(int)] = 0
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=int, default=200)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    fonts = font_files(options.fonts, "training")
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        pictures = np.empty((SHARD, HEIGHT, WIDTH), np.uint8)
        targets = np.empty((SHARD, COLUMNS), np.int16)
        texts = []
        for k in range(SHARD):
            pictures[k], text, middles = render_line(rng, fonts)
            targets[k] = column_targets(encode(text), middles)
            texts.append(text)
        name = out / f"{options.seed:03d}-{number:06d}.npz"
        np.savez(name.with_suffix(".part.npz"), pictures=pictures, targets=targets, texts=np.array(texts))
        os.replace(name.with_suffix(".part.npz"), name)
        number += 1
        mine = sorted(out.glob(f"{options.seed:03d}-*.npz"))
        for old in mine[:-options.keep]:
            old.unlink()


if __name__ == "__main__":
    main()
