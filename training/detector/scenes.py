"""Whole scenes: ground, clutter and witnesses, each placed at an angle and slightly in perspective."""

import cv2
import numpy as np

from . import witnesses
from .kinds import KINDS

SIDE = 448

SUBJECTS = (
    (witnesses.nameplate, 0.24),
    (witnesses.line_plate, 0.13),
    (witnesses.stamp, 0.17),
    (witnesses.certificate, 0.14),
    (witnesses.gear, 0.13),
    (witnesses.code_label, 0.07),
    (None, 0.12),
)


def _without_line(rng, photograph) -> np.ndarray:
    """A photograph as ground: its VIN line is covered by what lies beside it."""
    grey = photograph.grey.copy()
    for x, y, w, h in photograph.boxes:
        x, y, w, h = int(x) - 3, int(y) - 3, int(w) + 6, int(h) + 6
        top = y - h if rng.random() < 0.5 and y - h >= 0 else y + h
        rows = np.clip(np.arange(top, top + h), 0, grey.shape[0] - 1)
        left, right = max(0, x), min(grey.shape[1], x + w)
        low, high = max(0, y), min(grey.shape[0], y + h)
        source = grey[rows[low - y : high - y], left:right]
        grey[low:high, left:right] = cv2.GaussianBlur(source[:, ::-1], (0, 0), 3)
    return grey


def ground(rng, photographs) -> np.ndarray:
    """Painted, brushed or cluttered surface, or part of a photograph."""
    if photographs and rng.random() < 0.45:
        grey = _without_line(rng, photographs[int(rng.integers(len(photographs)))])
        size = int(rng.integers(90, 257))
        y, x = (int(v) for v in rng.integers(0, 257 - size, 2))
        part = np.rot90(grey[y : y + size, x : x + size], int(rng.integers(4)))
        return cv2.resize(np.ascontiguousarray(part), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    base = np.full((SIDE, SIDE), rng.uniform(15, 225), np.float32)
    for cells in (2, 5, 20):
        rough = rng.normal(0, rng.uniform(0, 22), (cells, cells)).astype(np.float32)
        base += cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    kind = rng.random()
    if kind < 0.3:
        base += cv2.GaussianBlur(rng.normal(0, rng.uniform(4, 40), (SIDE, SIDE)).astype(np.float32), (0, 0), rng.uniform(0.5, 3))
    elif kind < 0.5:
        base += np.repeat(rng.normal(0, rng.uniform(3, 14), (SIDE, 1)).astype(np.float32), SIDE, 1)
    for _ in range(int(rng.integers(0, 9))):
        a, b = (tuple(int(v) for v in rng.integers(0, SIDE, 2)) for _ in range(2))
        grey = float(rng.uniform(0, 255))
        shape = rng.random()
        if shape < 0.4:
            cv2.line(base, a, b, grey, int(rng.integers(1, 14)), cv2.LINE_AA)
        elif shape < 0.65:
            cv2.rectangle(base, a, b, grey, -1 if rng.random() < 0.5 else int(rng.integers(1, 6)))
        else:
            cv2.circle(base, a, int(rng.integers(3, 90)), grey, -1 if rng.random() < 0.6 else int(rng.integers(1, 8)), cv2.LINE_AA)
    if rng.random() < 0.5:
        base = cv2.GaussianBlur(base, (0, 0), rng.uniform(0.5, 3))
    return base


def _place(rng, scene, taken, patch, centre_spread: float, span: tuple) -> list:
    """Warps a patch into the scene, unless it would cover an earlier one; returns its quads there."""
    grey, cover, marks = patch
    h, w = grey.shape
    for _ in range(4):
        longest = rng.uniform(*span) * SIDE
        scale = longest / max(w, h)
        angle = rng.normal(0, 0.15)
        centre = SIDE / 2 + rng.uniform(-1, 1, 2) * centre_spread * SIDE
        along = np.array([np.cos(angle), np.sin(angle)]) * w * scale / 2
        across = np.array([-np.sin(angle), np.cos(angle)]) * h * scale / 2 * rng.uniform(0.8, 1.1)
        corners = np.float32([centre - along - across, centre + along - across, centre + along + across, centre - along + across])
        corners += np.float32(rng.uniform(-1, 1, (4, 2)) * min(w, h) * scale * 0.07)
        low, high = corners.min(0), corners.max(0)
        if all((high < a).any() or (low > b).any() for a, b in taken):
            break
    else:
        return []
    taken.append((low, high))
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), corners)
    if scale < 0.7:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale)
    seen = cv2.warpPerspective(grey, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    if cover is None:
        scene += seen
    else:
        over = cv2.warpPerspective(cover, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        if rng.random() < 0.5:
            shadow = cv2.GaussianBlur(over, (0, 0), 3)
            scene -= np.roll(shadow, (3, 2), (0, 1)) * (1 - over) * rng.uniform(10, 50)
        # The patch was warped onto black: `seen` is already weighted at its border.
        solid = cv2.warpPerspective(np.ones_like(grey), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        scene += (seen / np.maximum(solid, 1e-3) - scene) * over * (solid > 1e-3)
    placed = []
    for kind, corner in marks:
        moved = cv2.perspectiveTransform(corner[None], matrix)[0]
        placed.append((KINDS.index(kind), moved))
    return placed


def light(rng, scene: np.ndarray) -> np.ndarray:
    """Uneven light, contrast, glare; relief and print alike."""
    if rng.random() < 0.6:
        corner = rng.uniform(0.35, 1.3, (2, 2)).astype(np.float32)
        scene = scene * cv2.resize(corner, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.2:
        spot = np.zeros((SIDE, SIDE), np.float32)
        cv2.circle(spot, tuple(int(v) for v in rng.integers(0, SIDE, 2)), int(rng.integers(5, 60)), 1.0, -1)
        scene = scene + cv2.GaussianBlur(spot, (0, 0), rng.uniform(4, 30)) * rng.uniform(60, 220)
    return np.clip(scene, 0, 255)


def render_scene(rng, fonts, photographs=()) -> tuple:
    """One scene: (grey uint8 of SIDE x SIDE, [(kind index, quad)])."""
    scene = ground(rng, photographs)
    taken: list = []
    marks: list = []
    shares = [share for _, share in SUBJECTS]
    chosen = SUBJECTS[int(rng.choice(len(SUBJECTS), p=shares))][0]
    if chosen is not None:
        small = chosen in (witnesses.code_label, witnesses.line_plate)
        span = (0.25, 0.8) if small else (0.4, 0.95)
        marks += _place(rng, scene, taken, chosen(rng, fonts), 0.12, span)
        if rng.random() < 0.15:
            second = SUBJECTS[int(rng.integers(len(SUBJECTS) - 1))][0]
            marks += _place(rng, scene, taken, second(rng, fonts), 0.4, (0.2, 0.4))
    for _ in range(int(rng.integers(0, 4)) if chosen is not None else int(rng.integers(0, 7))):
        _place(rng, scene, taken, witnesses.clutter(rng, fonts), 0.45, (0.12, 0.5))
    return light(rng, scene).astype(np.uint8), marks
