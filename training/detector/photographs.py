"""Photographs of VIN lines: blocks of neighbours that are never split, near-duplicates, and the line's tilt."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

BLOCK = 40  # neighbouring numbers that stay together
NEAR_DUPLICATE_BITS = 40  # of 256; unrelated pictures differ in about 100
HELD_OUT = 0.15
SPLIT_SEED = 20


@dataclass(frozen=True)
class Photograph:
    name: str
    grey: np.ndarray
    # one (4, 2) quad of pixels for each VIN line, in reading order
    quads: tuple
    # the line's box as labelled: left, top, width, height in pixels
    boxes: tuple


def difference_hash(grey: np.ndarray) -> np.ndarray:
    """256 bits: is a pixel of the 17 x 16 reduction brighter than its left neighbour?"""
    small = cv2.resize(grey, (17, 16), interpolation=cv2.INTER_AREA).astype(np.int16)
    return (small[:, 1:] > small[:, :-1]).ravel()


def tilted_quad(grey: np.ndarray, box: tuple) -> np.ndarray:
    """
    The line inside an upright box. A tilted line's box is taller than its text: the slope under which the rows
    inside the box differ most is the line's, and what the slope adds is taken off the height.
    """
    x, y, w, h = box
    best_rise, best, level = 0.0, 0.0, 0.0
    top, bottom = int(max(0, y)), int(min(grey.shape[0], y + h))
    left, right = int(max(0, x)), int(min(grey.shape[1], x + w))
    crop = grey[top:bottom, left:right].astype(np.float32)
    if crop.shape[0] >= 8 and crop.shape[1] >= 24:
        edges = np.abs(cv2.Sobel(crop, cv2.CV_32F, 1, 0, ksize=3))
        rows, columns = crop.shape
        for rise in np.linspace(-0.65 * h, 0.65 * h, 27):
            slope = rise / w
            shear = np.float32([[1, 0, 0], [slope, 1, -slope * columns / 2]])
            flat = cv2.warpAffine(
                edges, shear, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            )
            score = float(flat.mean(axis=1).var())
            if abs(rise) < 1e-6:
                level = score
            if score > best:
                best, best_rise = score, float(rise)
    rise = best_rise if best > 1.3 * level else 0.0
    height = max(h - 0.9 * abs(rise), 0.4 * h)
    centre = np.array([x + w / 2, y + h / 2])
    angle = np.arctan2(rise, w)
    along = np.array([np.cos(angle), np.sin(angle)]) * w / 2 / max(0.5, np.cos(angle))
    across = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    return np.float32(
        [centre - along - across, centre + along - across, centre + along + across, centre - along + across]
    )


def read_photographs(folder: Path) -> list:
    photographs = []
    for text in sorted(folder.glob("*.txt")):
        grey = cv2.imread(str(text.with_suffix(".jpg")), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            continue
        height, width = grey.shape
        boxes = []
        for line in text.read_text().splitlines():
            if line.strip():
                _, cx, cy, w, h = map(float, line.split())
                boxes.append(((cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height))
        quads = tuple(tilted_quad(grey, box) for box in boxes)
        photographs.append(Photograph(text.stem, grey, quads, tuple(boxes)))
    return photographs


def components(photographs: list) -> list:
    """Groups of indices that must not be split: blocks of neighbouring names joined by near-duplicates."""
    parent = list(range(len(photographs)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    numbered = [i for i, p in enumerate(photographs) if p.name.startswith("i")]
    for i in numbered:
        block = int(photographs[i].name[1:]) // BLOCK
        first = next(j for j in numbered if int(photographs[j].name[1:]) // BLOCK == block)
        parent[find(i)] = find(first)
    hashes = np.stack([difference_hash(p.grey) for p in photographs]).astype(np.int16)
    differing = hashes @ (1 - hashes).T + (1 - hashes) @ hashes.T
    for i, j in np.argwhere(differing <= NEAR_DUPLICATE_BITS):
        if i < j:
            parent[find(i)] = find(j)
    groups: dict = {}
    for i in range(len(photographs)):
        groups.setdefault(find(i), []).append(i)
    return list(groups.values())


def split(photographs: list) -> tuple:
    """(training, held out): whole components are drawn until the held-out share is reached."""
    groups = components(photographs)
    random.Random(SPLIT_SEED).shuffle(groups)
    # A component beyond a tenth of everything would be most of the held-out part by itself.
    held: set = set()
    for group in groups:
        if len(held) >= HELD_OUT * len(photographs):
            break
        if len(group) <= 0.1 * len(photographs):
            held.update(group)
    training = [p for i, p in enumerate(photographs) if i not in held]
    return training, [photographs[i] for i in sorted(held)]


def without_near_duplicates(photographs: list, labels: Path) -> list:
    """Leaves out what looks like a picture of the evaluation set, so that evaluation stays independent."""
    seen = []
    for line in labels.read_text().splitlines():
        grey = cv2.imread(str(labels.parent / json.loads(line)["file"]), cv2.IMREAD_GRAYSCALE)
        if grey is not None:
            seen.append(difference_hash(grey))
    hashes = np.stack(seen)
    return [
        p for p in photographs if (hashes != difference_hash(p.grey)).sum(axis=1).min() > NEAR_DUPLICATE_BITS
    ]
