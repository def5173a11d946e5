"""Turns pictures into training samples: moved, turned, stretched, lit, blurred, and with what the network is to say."""

import cv2
import numpy as np

from .kinds import GROUP_OF_KIND, GROUPS, KINDS, STRIDE

SIDE = 256  # pixels of a training sample; the network takes any multiple of 32
MAX_MARKS = 12
LINE, GEAR = KINDS.index("vin_line"), KINDS.index("gear")
# Kinds that photographs show without saying so: no answer there is wrong.
UNLABELLED = tuple(KINDS.index(k) for k in ("nameplate", "certificate", "barcode"))


def random_angle(rng) -> float:
    choice = rng.random()
    if choice < 0.5:
        return rng.normal(0, 0.08)
    if choice < 0.7:
        return rng.integers(4) * np.pi / 2 + rng.normal(0, 0.08)
    return rng.uniform(-np.pi, np.pi)


def warp(rng, grey: np.ndarray, marks: list, stretch: float, zoom: tuple) -> tuple:
    """Turns, stretches and crops around one of the marks (or anywhere, without marks)."""
    h, w = grey.shape
    scale = np.exp(rng.uniform(np.log(zoom[0]), np.log(zoom[1]))) * SIDE / max(h, w)
    angle = random_angle(rng)
    if marks and rng.random() < 0.9:
        kind, quad = marks[int(rng.integers(len(marks)))]
        focus = quad.mean(0)
        # A target longer than the sample could not be shown whole.
        longest = max(np.linalg.norm(quad[1] - quad[0]) * stretch, np.linalg.norm(quad[3] - quad[0]))
        scale = np.clip(scale, 26 / longest if kind == LINE else 0, 0.98 * SIDE / longest)
        room = max(0.0, (SIDE - longest * scale) / 2)
    else:
        focus, room = np.array([w / 2, h / 2]), SIDE * 0.2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([stretch, 1.0]) * scale
    to = SIDE / 2 + rng.uniform(-1, 1, 2) * room
    matrix = np.column_stack([linear, to - linear @ focus]).astype(np.float32)
    if scale < 0.8:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.35 / scale)
    border = (cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT)[int(rng.random() < 0.5)]
    out = cv2.warpAffine(
        grey, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=float(rng.uniform(0, 200))
    )
    return out, [(kind, quad @ matrix[:, :2].T + matrix[:, 2]) for kind, quad in marks]


def degrade(rng, grey: np.ndarray) -> np.ndarray:
    image = grey.astype(np.float32)
    if rng.random() < 0.7:
        mean = image.mean()
        image = (image - mean) * rng.uniform(0.35, 1.5) + np.clip(mean + rng.normal(0, 35), 10, 245)
    if rng.random() < 0.25:
        image = 255 * np.power(np.clip(image, 0, 255) / 255, np.exp(rng.normal(0, 0.4)))
    choice = rng.random()
    if choice < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.3))
    elif choice < 0.32:
        length = int(rng.integers(2, 6))
        image = cv2.blur(image, (length, 1) if rng.random() < 0.5 else (1, length))
    if rng.random() < 0.5:
        noise = np.empty(image.shape, np.float32)
        cv2.setRNGSeed(int(rng.integers(1 << 30)))
        cv2.randn(noise, 0, float(rng.uniform(1, 12)))
        image += noise
    if rng.random() < 0.06:
        image = 255 - image
    image = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        image = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return image


def rectangle(kind: int, quad: np.ndarray) -> tuple:
    """(centre x, centre y, width, height, angle) of a quad; a gear has no direction."""
    if kind == GEAR:
        low, high = quad.min(0), quad.max(0)
        (ax, ay), (bx, by) = quad[1] - quad[0], quad[3] - quad[0]
        side = np.sqrt(abs(ax * by - ay * bx))
        return (*((low + high) / 2), side, side, 0.0)
    along = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    across = (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    angle = np.arctan2(along[1], along[0])
    # After an uneven stretch a rectangle is a parallelogram: the height that counts is across the text.
    height = abs(-across[0] * np.sin(angle) + across[1] * np.cos(angle))
    return (*quad.mean(0), np.linalg.norm(along), height, angle)


def targets(marks: list, unlabelled: tuple) -> tuple:
    """Heat (kinds), its weight, and the rectangle each cell of a group belongs to (index + 1, 0 for none)."""
    cells = SIDE // STRIDE
    heat = np.zeros((len(KINDS), cells, cells), np.float32)
    weight = np.ones_like(heat)
    weight[list(unlabelled)] = 0.0
    owner = np.zeros((GROUPS, cells, cells), np.uint8)
    best = np.zeros((GROUPS, cells, cells), np.float32)
    boxes = np.zeros((MAX_MARKS, 5), np.float32)
    ys, xs = np.mgrid[0:cells, 0:cells].astype(np.float32) * STRIDE + STRIDE / 2 - 0.5
    for number, (kind, quad) in enumerate(marks[:MAX_MARKS]):
        cx, cy, w, h, angle = rectangle(kind, quad)
        inside = (np.clip(quad, 0, SIDE) - np.clip(quad.mean(0), 0, SIDE)).ravel()
        whole = (quad - quad.mean(0)).ravel()
        share = np.abs(inside).sum() / max(1e-6, np.abs(whole).sum())
        dx, dy = xs - cx, ys - cy
        u = dx * np.cos(angle) + dy * np.sin(angle)
        v = -dx * np.sin(angle) + dy * np.cos(angle)
        legible = h >= 4 and w >= 18
        if share < 0.96 or not legible:
            # Cut off or too small to tell: neither right nor wrong.
            weight[kind][(np.abs(u) < w / 2) & (np.abs(v) < h / 2 + 2)] = 0.0
            continue
        boxes[number] = (cx, cy, w, h, angle)
        su, sv = np.clip(w * 0.1, 3, 16), np.clip(h * 0.2, 2.2, 16)
        bump = np.exp(-0.5 * ((u / su) ** 2 + (v / sv) ** 2))
        bump[bump > 0.999 * bump.max()] = 1.0
        group = GROUP_OF_KIND[kind]
        near = (bump > 0.35) & (bump > best[group])
        best[group][near] = bump[near]
        owner[group][near] = number + 1
        heat[kind] = np.maximum(heat[kind], bump)
    return heat, weight, owner, boxes


def from_photograph(rng, photograph) -> tuple:
    marks = [(LINE, quad) for quad in photograph.quads]
    # The files are squeezed to a square from 4:3 and taller: stretched back by chance.
    grey, moved = warp(rng, photograph.grey, marks, float(np.exp(rng.uniform(-0.3, 0.65))), (0.55, 1.9))
    return (degrade(rng, grey), *targets(moved, UNLABELLED))


def from_scene(rng, scene) -> tuple:
    grey, marks = scene
    grey, moved = warp(rng, grey, marks, float(np.exp(rng.uniform(-0.2, 0.2))), (0.6, 1.6))
    return (degrade(rng, grey), *targets(moved, ()))
