"""What the maps say, as src/vision/detection decodes them, for measuring beside the training."""

import cv2
import numpy as np

from .kinds import EDGE_UNIT, GROUP_CHANNELS, GROUP_OF_KIND, KINDS, STRIDE


def decode(maps: np.ndarray, weakest: float) -> list:
    """(CHANNELS, rows, columns) -> [(kind, score, quad)]; pixels of the input."""
    found = []
    for kind, group in enumerate(GROUP_OF_KIND):
        heat = maps[kind]
        peak = heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8))
        start = len(KINDS) + group * GROUP_CHANNELS
        for y, x in np.argwhere(peak & (heat >= np.log(weakest / (1 - weakest)))):
            said = maps[start : start + GROUP_CHANNELS, y, x]
            left, right, top, bottom = np.exp(np.clip(said[:4], -5, 4)) * EDGE_UNIT
            angle = np.arctan2(said[7], said[6]) / 2
            if np.cos(angle) * said[4] + np.sin(angle) * said[5] < 0:
                angle += np.pi
            u = np.array([-left, right, right, -left])
            v = np.array([-top, -top, bottom, bottom])
            quad = np.stack(
                [
                    (x + 0.5) * STRIDE + u * np.cos(angle) - v * np.sin(angle),
                    (y + 0.5) * STRIDE + u * np.sin(angle) + v * np.cos(angle),
                ],
                1,
            )
            found.append((kind, float(1 / (1 + np.exp(-heat[y, x]))), np.float32(quad)))
    return found


def without_doubles(found: list) -> list:
    """Best first; of those that show one thing, the best."""
    kept: list = []
    for kind, score, quad in sorted(found, key=lambda f: -f[1]):
        if not any(k == kind and shared(q, quad) > 0.5 * min(area(q), area(quad)) for k, _, q in kept):
            kept.append((kind, score, quad))
    return kept


def area(quad: np.ndarray) -> float:
    return float(cv2.contourArea(np.float32(quad)))


def shared(a: np.ndarray, b: np.ndarray) -> float:
    return float(cv2.intersectConvexConvex(np.float32(a), np.float32(b))[0])


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    both = shared(a, b)
    return both / max(1e-6, area(a) + area(b) - both)


def upright(quad: np.ndarray) -> np.ndarray:
    """The upright box around a quad, as a quad."""
    (left, top), (right, bottom) = quad.min(0), quad.max(0)
    return np.float32([[left, top], [right, top], [right, bottom], [left, bottom]])
