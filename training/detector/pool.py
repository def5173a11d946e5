"""
Renders scenes into numbered files, so that training can begin with the first and take up the others as they come.

    python -m training.detector.pool --fonts DIR… --photographs DIR --labels FILE --out DIR --seed 1 --files 12
"""

import argparse
from pathlib import Path

import numpy as np

from .lettering import find_fonts
from .photographs import read_photographs, split, without_near_duplicates
from .scenes import render_scene

SCENES_A_FILE = 100


def save(path: Path, scenes: list) -> None:
    rows = [(i, kind, *q.ravel()) for i, (_, marks) in enumerate(scenes) for kind, q in marks]
    partial = path.with_suffix(".part.npz")
    np.savez(partial, grey=np.stack([g for g, _ in scenes]), marks=np.float32(rows))
    partial.rename(path)


def load(path: Path) -> list:
    """[(grey, [(kind, quad)])] of one file."""
    with np.load(path) as stored:
        greys, rows = stored["grey"], stored["marks"]
    scenes = [(grey, []) for grey in greys]
    for row in rows:
        scenes[int(row[0])][1].append((int(row[1]), row[2:].reshape(4, 2)))
    return scenes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fonts", nargs="+", required=True)
    arguments.add_argument("--photographs", type=Path, help="grounds are cut from the training part of these")
    arguments.add_argument("--labels", type=Path, help="labels.jsonl whose pictures must not be shown")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--files", type=int, default=12)
    chosen = arguments.parse_args()
    fonts = find_fonts(chosen.fonts)
    photographs: list = []
    if chosen.photographs:
        photographs, _ = split(read_photographs(chosen.photographs))
        if chosen.labels:
            photographs = without_near_duplicates(photographs, chosen.labels)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for number in range(chosen.files):
        rng = np.random.default_rng([chosen.seed, number])
        save(
            chosen.out / f"scenes-{number:03}.npz",
            [render_scene(rng, fonts, photographs) for _ in range(SCENES_A_FILE)],
        )


if __name__ == "__main__":
    main()
