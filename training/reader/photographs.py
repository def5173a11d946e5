"""Lines of labelled photographs as training pictures. The photographs stay where they are; nothing of them is kept.

The list is JSON lines: `{"file": path relative to the list's --root, "box": [x, y, w, h], "vin": text}`.
"""

import json
from pathlib import Path

import cv2
import numpy as np

from .alphabet import HEIGHT, WIDTH


class Photographs:
    def __init__(self, listing: str, root: str, splits=("train",)):
        self.lines = []
        for row in map(json.loads, Path(listing).read_text().splitlines()):
            if row.get("split", "train") not in splits:
                continue
            picture = cv2.imread(str(Path(root) / row["file"]), cv2.IMREAD_GRAYSCALE)
            if picture is None:
                raise FileNotFoundError(f"{Path(root) / row['file']} can't be read")
            self.lines.append((picture, row["box"], row["vin"], row["file"]))

    def __len__(self):
        return len(self.lines)

    @staticmethod
    def cut(picture, box, left, right, top, bottom, lean=0.0, rise=0.0) -> np.ndarray:
        """The box grown by shares of its width (left, right) and height (top, bottom) in the reader's frame."""
        x, y, w, h = box
        x0, x1, y0, y1 = x - left * w, x + w + right * w, y - top * h, y + h + bottom * h
        source = np.float32([[x0 + lean * h, y0 + rise * h], [x1 + lean * h, y0 - rise * h],
                             [x1 - lean * h, y1 - rise * h], [x0 - lean * h, y1 + rise * h]])
        matrix = cv2.getPerspectiveTransform(source, np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]))
        return cv2.warpPerspective(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC,
                                   borderMode=cv2.BORDER_REPLICATE)

    def draw(self, rng) -> tuple[np.ndarray, str]:
        picture, box, vin, _ = self.lines[int(rng.integers(len(self.lines)))]
        left, right = rng.uniform(0.0, 0.06, 2)
        top, bottom = rng.uniform(-0.02, 0.35, 2)
        line = self.cut(picture, box, left, right, top, bottom, rng.normal(0, 0.1), rng.normal(0, 0.06))
        line = line.astype(np.float32)
        if rng.random() < 0.4:
            line = cv2.GaussianBlur(line, (0, 0), float(rng.uniform(0.3, 1.3)))
        if rng.random() < 0.3:
            line = 255 * np.clip(line / 255, 0, 1) ** float(rng.uniform(0.6, 1.6))
        line += rng.standard_normal(line.shape).astype(np.float32) * rng.uniform(0, 8)
        return np.clip(line, 0, 255).astype(np.uint8), vin
