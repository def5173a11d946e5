"""
Recall and precision at IoU 0.5, photographs and rendered scenes apart, without the second, closer look.

    python -m training.detector.evaluate --photographs DIR --labels FILE --fonts DIR… [--seed 9001] [--scenes 200]

Held-out photographs and labels carry upright boxes: the box around a detection is compared with them; `quad`
labels are compared with the quad. Rendered scenes are compared by quad.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from .decode import decode, overlap, upright, without_doubles
from .kinds import KINDS
from .lettering import find_fonts
from .photographs import read_photographs, split
from .scenes import render_scene

WEAKEST = 0.05
LINE = KINDS.index("vin_line")


class Model:
    def __init__(self, folder: Path, long_sides: list | None) -> None:
        contract = json.loads((folder / "contract.json").read_text())
        self.input = contract["input"]
        self.long_sides = long_sides or self.input["longSides"]
        self.reported = [k["reported"] for k in contract["output"]["kinds"]]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(folder / contract["weights"]["file"]), options, providers=["CPUExecutionProvider"]
        )

    def look(self, grey: np.ndarray) -> list:
        """One look at each scale, as the product takes them together."""
        return without_doubles([f for side in self.long_sides for f in self._look_at(grey, side)])

    def _look_at(self, grey: np.ndarray, long_side: int) -> list:
        h, w = grey.shape
        scale = long_side / max(h, w)
        rows, columns = max(1, round(h * scale)), max(1, round(w * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(grey, (columns, rows), interpolation=how).astype(np.float32) / 255
        multiple = self.input["sideMultiple"]
        filled = np.zeros((-(-rows // multiple) * multiple, -(-columns // multiple) * multiple), np.float32)
        filled[:rows, :columns] = (small - self.input["mean"]) / self.input["deviation"]
        (maps,) = self.session.run(None, {self.session.get_inputs()[0].name: filled[None, None]})
        return [(k, s, q / np.float32([columns / w, rows / h])) for k, s, q in decode(maps[0], WEAKEST)]


def tally(pictures: list, kind: int, boxes: bool) -> tuple:
    """(scores and hits of all detections, number of truths); pictures are (detections, truths)."""
    scored, truths = [], 0
    for found, marks in pictures:
        left = [q for k, q in marks if k == kind]
        truths += len(left)
        for k, score, quad in found:
            if k != kind:
                continue
            place = upright(quad) if boxes else quad
            overlaps = [overlap(place, truth) for truth in left]
            hit = bool(overlaps) and max(overlaps) >= 0.5
            if hit:
                left.pop(int(np.argmax(overlaps)))
            scored.append((score, hit))
    return sorted(scored, reverse=True), truths


def tell(name: str, pictures: list, kind: int, at: float, boxes: bool) -> None:
    scored, truths = tally(pictures, kind, boxes)
    if truths == 0:
        return
    taken = [hit for score, hit in scored if score >= at]
    line = f"{name:24} {KINDS[kind]:12} {sum(taken):4} of {truths:4} found ({sum(taken) / truths:.3f})"
    print(f"{line}, precision {sum(taken) / max(1, len(taken)):.3f} at score {at}", end="; ")
    hits, best = 0, (0.0, 0.0, 0.0)
    for rank, (score, hit) in enumerate(scored, 1):
        hits += hit
        both = 2 * hits / (rank + truths)
        best = max(best, (both, score, hits / rank))
    print(f"best F1 {best[0]:.3f} at score {best[1]:.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", type=Path, default=Path("models/vision/witness-detection"))
    arguments.add_argument("--photographs", type=Path)
    arguments.add_argument("--labels", type=Path)
    arguments.add_argument("--fonts", nargs="+")
    arguments.add_argument("--seed", type=int, default=9001)
    arguments.add_argument("--scenes", type=int, default=200)
    arguments.add_argument("--long-sides", type=int, nargs="+")
    chosen = arguments.parse_args()
    model = Model(chosen.model, chosen.long_sides)
    if chosen.photographs:
        _, held = split(read_photographs(chosen.photographs))
        seen = []
        for p in held:
            corners = [np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]]) for x, y, w, h in p.boxes]
            seen.append((model.look(p.grey), [(LINE, c) for c in corners]))
        tell(f"held-out photos ({len(held)})", seen, LINE, model.reported[LINE], True)
    if chosen.labels:
        best = []
        for line in chosen.labels.read_text().splitlines():
            label = json.loads(line)
            if not label["vin"]:
                continue
            found = model.look(cv2.imread(str(chosen.labels.parent / label["file"]), cv2.IMREAD_GRAYSCALE))
            x, y, w, h = label["box"]
            box = np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
            quad = next((q for k, _, q in found if k == LINE), None)
            true = np.float32(label["quad"]) if label.get("quad") else None
            overlaps = [0.0] if quad is None else [overlap(upright(quad), box)]
            if quad is not None and true is not None:
                overlaps.append(overlap(quad, cv2.convexHull(true)[:, 0]))
            best.append((label["file"], max(overlaps)))
        good = sum(o >= 0.5 for _, o in best)
        print(f"labelled photographs: best line at IoU 0.5 or more on {good} of {len(best)}")
        print("  missed: " + ", ".join(f"{Path(f).name} {o:.2f}" for f, o in best if o < 0.5))
    if chosen.fonts:
        fonts = find_fonts(chosen.fonts)
        rng = np.random.default_rng(chosen.seed)
        scenes = [render_scene(rng, fonts) for _ in range(chosen.scenes)]
        seen = [(model.look(grey), marks) for grey, marks in scenes]
        for kind in range(len(KINDS)):
            tell(f"rendered scenes ({len(scenes)})", seen, kind, model.reported[kind], False)


if __name__ == "__main__":
    main()
