"""Glyphs of marking fonts as masks: filled outlines, engraved centre lines, dot-peened dots.

All masks are float32, 0..1, `CAP` pixels from the base line to the top of a capital letter.
"""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .alphabet import SYMBOLS, MARK

CAP = 30
#: Room above, below and beside a glyph for strokes that lean or bleed out.
ROOM = 9

#: Never trained on: the rendered test split is drawn with these alone.
TEST_FONTS = (
    "B612Mono", "Cousine", "Aldrich", "ChivoMono", "RobotoCondensed", "Lekton", "Titillium", "FjallaOne",
    "SplineSansMono", "SairaStencil", "PTSansNarrow", "Quantico", "Viga", "DMMono",
)


def font_files(folder: str, split: str) -> list[str]:
    """Fonts of a split below `folder`; the two splits share no family. Raises when there is none."""
    def is_test(path):
        return any(path.stem.startswith(name) for name in TEST_FONTS)

    files = sorted(p for p in Path(folder).rglob("*.ttf") if is_test(p) == (split == "test"))
    if not files:
        raise FileNotFoundError(f"no fonts of the {split} split below {folder}; see training/README.md")
    return [str(path) for path in files]


@lru_cache(maxsize=512)
def _font(path: str):
    font = ImageFont.truetype(path, 100)
    top, bottom = font.getbbox("H")[1], font.getbbox("H")[3]
    return ImageFont.truetype(path, max(8, round(100 * CAP / max(1, bottom - top))))


@lru_cache(maxsize=20000)
def outline_glyph(path: str, char: str) -> np.ndarray:
    """Filled glyph; its width is its advance plus `ROOM` on both sides."""
    font = _font(path)
    top, bottom = font.getbbox("H")[1], font.getbbox("H")[3]
    advance = max(6, round(font.getlength(char)))
    image = Image.new("L", (advance + 2 * ROOM, CAP + 2 * ROOM))
    ImageDraw.Draw(image).text((ROOM, ROOM - top + (CAP - (bottom - top)) // 2), char, font=font, fill=255)
    return np.asarray(image, np.float32) / 255


def _thin(mask: np.ndarray) -> np.ndarray:
    """Centre line by Zhang and Suen's thinning (1984)."""
    img = np.pad((mask > 0.5).astype(np.uint8), 1)
    while True:
        removed = 0
        for step in (0, 1):
            p = [np.roll(np.roll(img, dy, 0), dx, 1) for dy, dx in
                 ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))]
            total = sum(p)
            turns = sum(((p[k] == 0) & (p[(k + 1) % 8] == 1)) for k in range(8))
            if step == 0:
                gate = (p[0] * p[2] * p[4] == 0) & (p[2] * p[4] * p[6] == 0)
            else:
                gate = (p[0] * p[2] * p[6] == 0) & (p[0] * p[4] * p[6] == 0)
            drop = (img == 1) & (total >= 2) & (total <= 6) & (turns == 1) & gate
            removed += int(drop.sum())
            img[drop] = 0
        if removed == 0:
            return img[1:-1, 1:-1]


@lru_cache(maxsize=20000)
def centre_line(path: str, char: str) -> tuple[np.ndarray, tuple[int, int]]:
    """Points (x, y) along a glyph's centre line and the mask's (height, width)."""
    mask = outline_glyph(path, char)
    ys, xs = np.nonzero(_thin(mask))
    return np.stack([xs, ys], 1).astype(np.float32), mask.shape


_HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX)


@lru_cache(maxsize=512)
def _hershey(face: int, char: str) -> tuple[np.ndarray, tuple[int, int]]:
    """Plotter letters (Hershey 1967), as needle and laser markers draw them."""
    scale = CAP / cv2.getTextSize("H", face, 1, 1)[0][1]
    width = cv2.getTextSize(char, face, scale, 1)[0][0]
    image = np.zeros((CAP + 2 * ROOM, width + 2 * ROOM), np.uint8)
    cv2.putText(image, char, (ROOM, ROOM + CAP), face, scale, 255, 1)
    ys, xs = np.nonzero(image)
    return np.stack([xs, ys], 1).astype(np.float32), image.shape


def stroked_glyph(points: np.ndarray, shape: tuple[int, int], pen: float) -> np.ndarray:
    """A round pen of `pen` pixels drawn along a centre line."""
    mask = np.zeros(shape, np.uint8)
    xs, ys = points[:, 0].astype(int), points[:, 1].astype(int)
    mask[np.clip(ys, 0, shape[0] - 1), np.clip(xs, 0, shape[1] - 1)] = 1
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
    return np.clip(pen / 2 + 0.5 - distance, 0, 1).astype(np.float32)


def dotted_glyph(rng, points: np.ndarray, shape: tuple[int, int], pitch: float, radius: float) -> np.ndarray:
    """Dots along a centre line, `pitch` pixels apart, each a little off its place, as a peening needle sets them."""
    left = points[rng.permutation(len(points))]
    chosen = np.empty((0, 2), np.float32)
    while len(left):
        chosen = np.vstack([chosen, left[:1]])
        left = left[np.hypot(*(left - left[0]).T) >= pitch]
    mask = np.zeros(shape, np.float32)
    for x, y in chosen + rng.normal(0, 0.25, chosen.shape):
        cv2.circle(mask, (int(x * 8), int(y * 8)), int(radius * 8), float(rng.uniform(0.7, 1)), -1, cv2.LINE_AA, 3)
    return mask


#: 5 × 7 dot-matrix letters of peening controllers, one row a string of hexadecimal column bits.
_MATRIX = dict(zip(SYMBOLS, (
    "0E1113151911 0E", "040C04040404 0E", "0E1101020408 1F", "1F02040201110E", "02060A121F0202", "1F101E0101110E",
    "0608101E11110E", "1F010204080808", "0E11110E11110E", "0E11110F01020C", "0E11111F111111", "1E11111E11111E",
    "0E11101010110E", "1C12111111121C", "1F10101E10101F", "1F10101E101010", "0E11101711110F", "1111111F111111",
    "0E04040404040E", "07020202021 20C", "11121418141211", "1010101010101F", "111B1515111111", "11191513111111",
    "0E11111111110E", "1E11111E101010", "0E11111115120D", "1E11111E141211", "0F10100E01011E", "1F040404040404",
    "1111111111110E", "11111111110A04", "1111111515150A", "11110A040A1111", "1111110A040404", "1F01020408101F",
    "00150E1F0E1500",
)))


def matrix_glyph(rng, char: str, radius: float) -> np.ndarray:
    rows = bytes.fromhex(_MATRIX[char].replace(" ", ""))
    pitch = CAP / 6
    mask = np.zeros((CAP + 2 * ROOM, round(4 * pitch) + 8 + 2 * ROOM), np.float32)
    for row, bits in enumerate(rows):
        for column in range(5):
            if bits >> (4 - column) & 1:
                x = ROOM + 4 + column * pitch + rng.normal(0, 0.3)
                y = ROOM + row * pitch + rng.normal(0, 0.3)
                cv2.circle(mask, (int(x * 8), int(y * 8)), int(radius * 8), float(rng.uniform(0.7, 1)), -1,
                           cv2.LINE_AA, 3)
    return mask


def mark_glyph(rng, pen: float) -> np.ndarray:
    """Start and end signs: stars, rhombus, cross in a circle, bar, triangle."""
    size = CAP + 2 * ROOM
    mask = np.zeros((size, size), np.float32)
    centre, radius = (size // 2, size // 2), int(CAP * rng.uniform(0.2, 0.5))
    kind = rng.integers(0, 8)
    thick = max(1, round(pen))
    angle = rng.uniform(0, np.pi)

    def spoke(count, inner=0.0):
        for k in range(count):
            a = angle + 2 * np.pi * k / count
            cv2.line(mask, (round(centre[0] + inner * np.cos(a)), round(centre[1] + inner * np.sin(a))),
                     (round(centre[0] + radius * np.cos(a)), round(centre[1] + radius * np.sin(a))), 1.0, thick,
                     cv2.LINE_AA)

    def polygon(count, inner):
        a = angle + np.pi * np.arange(2 * count) / count
        r = np.where(np.arange(2 * count) % 2, inner, 1.0) * radius
        points = np.stack([centre[0] + r * np.cos(a), centre[1] + r * np.sin(a)], 1).astype(np.int32)
        if rng.random() < 0.5:
            cv2.fillPoly(mask, [points], 1.0, cv2.LINE_AA)
        else:
            cv2.polylines(mask, [points], True, 1.0, thick, cv2.LINE_AA)

    if kind <= 2:
        spoke(int(rng.choice([5, 6, 6, 8])))
    elif kind <= 4:
        polygon(int(rng.integers(4, 9)), rng.uniform(0.3, 0.6))
    elif kind == 5:
        cv2.circle(mask, centre, radius, 1.0, thick, cv2.LINE_AA)
        spoke(4)
    elif kind == 6:
        polygon(int(rng.choice([2, 3, 4])), 0.7)
    else:
        cv2.circle(mask, centre, max(2, radius // 2), 1.0, -1, cv2.LINE_AA)
    return mask


def glyph(rng, char: str, style: str, path: str, pen: float, face: int) -> np.ndarray:
    """One character in a style: `filled`, `scribed`, `hershey`, `dotted`, `matrix`."""
    if char == MARK and (style != "matrix" or rng.random() < 0.7):
        return mark_glyph(rng, max(2.0, pen))
    if style == "matrix":
        return matrix_glyph(rng, char, pen / 2 + 0.6)
    if style == "hershey":
        return stroked_glyph(*_hershey(_HERSHEY[face % len(_HERSHEY)], char), pen)
    if style == "filled":
        return outline_glyph(path, char)
    points, shape = centre_line(path, char)
    if len(points) == 0:
        return outline_glyph(path, char)
    if style == "scribed":
        return stroked_glyph(points, shape, pen)
    return dotted_glyph(rng, points, shape, pitch=max(3.0, pen * 1.1), radius=pen / 2 + 0.4)


@lru_cache(maxsize=4096)
def tells_apart(path: str, style: str, face: int, letter: str, digit: str) -> bool:
    """Whether a font draws a letter no VIN holds so that it can be told from the digit beside which it is mistaken.

    Both shapes are brought to one size: they differ in proportion, or by a slash, a dot, a serif.
    """
    rng = np.random.default_rng(0)
    shapes, proportions = [], []
    for char in (letter, digit):
        mask = glyph(rng, char, "filled" if style in ("scribed", "dotted") else style, path, 3.0, face) > 0.4
        ys, xs = np.nonzero(mask)
        if len(xs) == 0:
            return False
        cut = mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1].astype(np.float32)
        proportions.append(cut.shape[1] / cut.shape[0])
        shapes.append(cv2.resize(cut, (24, 32), interpolation=cv2.INTER_AREA))
    a, b = shapes
    differing = float(np.abs(a - b).sum() / np.maximum(a, b).sum())
    wider = max(proportions) / min(proportions)
    filled = abs(float(a[11:21, 8:16].mean() - b[11:21, 8:16].mean()))
    return wider > 1.15 or differing > 0.35 or filled > 0.15
