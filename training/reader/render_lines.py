"""Draws one line of identification characters as a camera may see it, with its truth.

Every random choice comes from the generator handed in: one seed, one picture. A line is drawn at `CAP` pixels
per capital, given a surface (printed, struck, peened, scribed, lasered), a camera, and then cut out the way
the product cuts lines out: `alphabet.HEIGHT` × `alphabet.WIDTH`, grey.
"""

import cv2
import numpy as np

from .alphabet import HEIGHT, MARK, SYMBOLS, VIN_SYMBOLS, WIDTH
from .glyphs import CAP, ROOM, glyph, tells_apart

#: Shares of the looks in training; `level` narrows them for the test split.
LOOKS = ("print", "emboss", "stamp", "scribe", "peen", "laser", "poor print")
LOOK_SHARES = (0.19, 0.05, 0.14, 0.13, 0.10, 0.08, 0.31)

_DIGITS = "0123456789"


def random_text(rng) -> str:
    """Mostly 17 characters in the form of ISO 3779, sometimes another length or alphabet, with repeats."""
    kind = rng.random()
    if kind < 0.82:
        count = 17
    elif kind < 0.93:
        count = int(rng.integers(15, 20))
    else:
        count = int(rng.integers(5, 15))
    chars = list(rng.choice(list(VIN_SYMBOLS), count))
    if count >= 15 and rng.random() < 0.8:
        digits = int(rng.integers(4, 8))
        chars[-digits:] = rng.choice(list(_DIGITS), digits)
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(1, 4))):
            at, length = int(rng.integers(0, count)), int(rng.integers(2, 5))
            chars[at:at + length] = [chars[at]] * len(chars[at:at + length])
    if rng.random() < 0.35:
        # look-alikes side by side, which is where readers go wrong
        group = list(str(rng.choice(["8B", "0D", "5S", "2Z", "6G", "1T7", "VW", "UV", "MN", "HN", "4A", "CG", "PR", "XK", "EF", "3B", "YV", "HM", "J1"])))
        for at in rng.integers(0, count, 4):
            chars[at] = str(rng.choice(group))
    text = "".join(chars)
    if rng.random() < 0.33:
        text = MARK + text + MARK if rng.random() < 0.85 else (MARK + text if rng.random() < 0.5 else text + MARK)
    return text


#: Letters no VIN holds, the digits they are mistaken for, and how often one stands for such a digit.
_FORBIDDEN = (("O", "0", 0.10), ("Q", "0", 0.05), ("I", "1", 0.08))


def _with_forbidden(rng, text: str, path: str, style: str, face: int) -> str:
    """Some digits become letters no VIN holds, only where the font draws the two apart: elsewhere there is nothing
    to learn but a guess."""
    for letter, digit, share in _FORBIDDEN:
        if digit in text and rng.random() < 0.35 and tells_apart(path, style, face, letter, digit):
            text = "".join(letter if char == digit and rng.random() < 2 * share else char for char in text)
    return text


def _compose(rng, text: str, look: str, fonts, mistakes: bool = False) -> tuple[np.ndarray, np.ndarray, str]:
    """The line as a mask with `ROOM` around it, the column at the middle of each character, and the text drawn,
    which with `mistakes` may hold letters that no VIN holds."""
    path = str(rng.choice(fonts))
    style = "filled"
    pen = float(rng.uniform(1.9, 5.2))
    if look == "scribe":
        style, pen = ("scribed" if rng.random() < 0.6 else "hershey"), float(rng.uniform(1.2, 3.8))
    elif look == "peen":
        style, pen = ("dotted" if rng.random() < 0.6 else "matrix"), float(rng.uniform(2, 4.2))
    elif look == "laser" and rng.random() < 0.5:
        style = "scribed" if rng.random() < 0.5 else "hershey"
    elif look == "stamp" and rng.random() < 0.4:
        style = "scribed"
    elif rng.random() < 0.08:
        style = "hershey"
    face = int(rng.integers(0, 3))
    if mistakes:
        text = _with_forbidden(rng, text, path, style, face)
    wobble = float(rng.choice([0, 0, 0.4, 0.9, 1.4])) if look in ("stamp", "scribe", "peen") else 0.0
    fixed = rng.random() < 0.45
    spacing = float(rng.uniform(-1.1, 2.3)) if rng.random() < 0.6 else float(rng.uniform(0, 16))
    squeeze = float(rng.choice([1, 1, rng.uniform(0.7, 1.0), rng.uniform(1.0, 1.5)]))
    glyphs = [glyph(rng, char, style, path, pen, face) for char in text]
    if squeeze != 1:
        glyphs = [cv2.resize(g, (max(2 * ROOM, round(g.shape[1] * squeeze)), g.shape[0])) for g in glyphs]
    room = round(ROOM * squeeze)
    advances = [g.shape[1] - 2 * room for g in glyphs]
    cell = max(advances[k] for k in range(len(text)) if text[k] != MARK or len(text) < 3)
    gap_at = set()
    if rng.random() < 0.08:
        gap_at = {int(g) for g in rng.integers(2, max(3, len(text) - 1), int(rng.integers(1, 3)))}
    height = CAP + 2 * ROOM + 8
    x, places = 6.0 + room, []
    for index, (g, advance) in enumerate(zip(glyphs, advances)):
        width = cell if fixed else advance
        if index in gap_at:
            x += cell * rng.uniform(0.4, 0.9)
        places.append(x + (width - advance) / 2 - room)
        x += width + spacing + (rng.normal(0, wobble) if wobble else 0)
    canvas = np.zeros((height, int(x + room + 6)), np.float32)
    for g, place in zip(glyphs, places):
        if wobble:
            matrix = cv2.getRotationMatrix2D((g.shape[1] / 2, g.shape[0] / 2), rng.normal(0, wobble), 1)
            matrix[:, 2] += rng.normal(0, wobble * 0.6, 2)
            g = cv2.warpAffine(g, matrix, (g.shape[1], g.shape[0]))
            if rng.random() < 0.3:
                g = g * rng.uniform(0.45, 1)
        left = max(0, int(round(place)))
        right = min(canvas.shape[1], left + g.shape[1])
        view = canvas[4:4 + g.shape[0], left:right]
        np.maximum(view, g[:, :right - left], out=view)
    if style == "filled" and rng.random() < 0.5:
        size = int(rng.integers(2, 4))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        canvas = cv2.dilate(canvas, kernel) if rng.random() < 0.6 else cv2.erode(canvas, kernel)
    return canvas, np.array([place + g.shape[1] / 2 for g, place in zip(glyphs, places)]), text


def _smooth_noise(rng, shape, scale) -> np.ndarray:
    """Noise of unit spread whose blotches are about `scale` pixels wide (a pair stretches them)."""
    sx, sy = scale if isinstance(scale, tuple) else (scale, scale)
    small = rng.standard_normal((max(2, int(shape[0] / sy) + 2), max(2, int(shape[1] / sx) + 2))).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _metal(rng, shape, hard: float) -> np.ndarray:
    """Height of bare surfaces: brushed, cast, painted."""
    kind, rough = rng.random(), hard * rng.uniform(0.03, 0.32)
    if kind < 0.3:
        return _smooth_noise(rng, shape, (float(rng.uniform(30, 120)), 1.2)) * rough
    if kind < 0.6:
        return (_smooth_noise(rng, shape, 2.0) * 0.6 + _smooth_noise(rng, shape, 6)) * rough
    return _smooth_noise(rng, shape, float(rng.uniform(8, 30))) * rough


def _relief(rng, light, mask: np.ndarray, raised: bool, hard: float) -> np.ndarray:
    """Light on a height map from one side, with a glint and dirt in the grooves: `rng` draws the metal, `light` how
    it is lit."""
    soft = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.5, 1.7)))
    height = soft * float(rng.uniform(1.3 + 2.5 * max(0, 1 - hard), 5.5)) * (1 if raised else -1) + _metal(rng, mask.shape, hard)
    gx, gy = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) / 8, cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) / 8
    azimuth, elevation = light.uniform(0, 2 * np.pi), light.uniform(0.25, 1.2)
    lx, ly, lz = np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)
    norm = np.sqrt(gx * gx + gy * gy + 1)
    shade = np.clip((lz - gx * lx - gy * ly) / norm, 0, None)
    glint = shade ** float(light.uniform(6, 40)) * light.uniform(0, 0.15 + 0.7 * hard)
    ambient = light.uniform(0.1, 0.5)
    albedo = 1 + _smooth_noise(rng, mask.shape, float(rng.uniform(3, 50))) * rng.uniform(0, 0.15 * hard)
    if rng.random() < 0.35:
        albedo = albedo * (1 - soft * rng.uniform(0.1, 0.8))
    elif rng.random() < 0.15:
        albedo = albedo * (1 + soft * rng.uniform(0.1, 0.6))
    if rng.random() < 0.2 * hard:
        rust = np.clip(_smooth_noise(rng, mask.shape, float(rng.uniform(5, 40))) - rng.uniform(0, 1.2), 0, 1)
        albedo = albedo * (1 - rust * rng.uniform(0.2, 0.6))
    picture = (ambient + (1 - ambient) * shade) * albedo + glint
    return picture * light.uniform(0.35, 0.9)


def _printed(rng, mask: np.ndarray, contrast: float) -> np.ndarray:
    ground = rng.uniform(0.05, 0.95)
    ink = ground + contrast * (1 if (ground < 0.5) == (rng.random() < 0.92) else -1)
    paper = ground + _smooth_noise(rng, mask.shape, float(rng.choice([2, 5, 20, 60]))) * rng.uniform(0, 0.07)
    wear = 1.0
    if rng.random() < 0.2:
        wear = np.clip(1 - np.clip(_smooth_noise(rng, mask.shape, float(rng.uniform(2, 12))) - rng.uniform(0.6, 1.8), 0, 1), 0, 1)
    return paper + (ink - paper) * mask * wear


def _surroundings(rng, mask: np.ndarray, fonts, look: str) -> tuple[np.ndarray, int]:
    """What else stands on the plate: lines above and below, frames, a bar code, an edge. Never touches the line.

    Also returns the row at which the line's mask begins."""
    height, width = mask.shape
    above, below = int(rng.integers(10, 45)), int(rng.integers(10, 45))
    canvas = np.zeros((above + height + below, width), np.float32)
    canvas[above:above + height] = mask
    top, bottom = above + ROOM, above + height - ROOM
    other = "print" if look in ("print", "poor print", "emboss") else look
    for side in (-1, 1):
        kind = rng.random()
        if kind < (0.55 if other == "print" else 0.12):
            count = int(rng.integers(4, 26))
            near, *_ = _compose(rng, "".join(rng.choice(list(SYMBOLS[:-1]), count)), other, fonts)
            scale = rng.uniform(0.6, 1.1)
            near = cv2.resize(near, (min(width, int(near.shape[1] * scale)), max(8, int(near.shape[0] * scale))))
            gap = int(rng.integers(2, 17))
            y = top - gap - near.shape[0] + ROOM if side < 0 else bottom + gap - ROOM // 2
            x = int(rng.integers(0, max(1, width - near.shape[1])))
            y0, y1 = max(0, y), min(canvas.shape[0], y + near.shape[0])
            if y1 > y0:
                part = near[y0 - y:y1 - y]
                view = canvas[y0:y1, x:x + part.shape[1]]
                # rows of the line itself stay as they are
                keep = (np.arange(y0, y1) < top - 1) | (np.arange(y0, y1) > bottom + 1)
                view[keep] = np.maximum(view[keep], part[keep])
        elif kind < 0.72:
            y = top - int(rng.integers(3, 12)) if side < 0 else bottom + int(rng.integers(3, 12))
            cv2.line(canvas, (0, y), (width, y), float(rng.uniform(0.5, 1)), int(rng.integers(1, 4)), cv2.LINE_AA)
        elif kind < 0.78 and other == "print":
            y = bottom + int(rng.integers(4, 11)) if side > 0 else top - int(rng.integers(4, 11))
            bars = np.repeat(rng.random(width // 3 + 1) < 0.5, 3)[:width].astype(np.float32)
            if side > 0:
                canvas[min(y, canvas.shape[0] - 1):] = bars
            else:
                canvas[:max(0, y)] = bars
    return canvas, above


def _camera(rng, picture: np.ndarray, hard: float) -> np.ndarray:
    """Glare, vignette, exposure, and colours of light, on the plate itself."""
    height, width = picture.shape
    if rng.random() < 0.35:
        direction = rng.uniform(0, 2 * np.pi)
        ramp = (np.cos(direction) * np.linspace(-1, 1, width)[None] + np.sin(direction) * np.linspace(-1, 1, height)[:, None])
        picture = picture * (1 + ramp.astype(np.float32) * rng.uniform(0, 0.5))
    if rng.random() < 0.2 * hard:
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        sx, sy = rng.uniform(0.03, 0.3) * width, rng.uniform(0.2, 1.2) * height
        blob = np.exp(-(((np.arange(width) - x) / sx) ** 2)[None] - (((np.arange(height) - y) / sy) ** 2)[:, None])
        picture = picture + blob.astype(np.float32) * rng.uniform(0.1, 0.7)
    if rng.random() < 0.12 * hard:
        x = rng.uniform(0, width)
        edge = 1 / (1 + np.exp(-(np.arange(width) - x) / rng.uniform(2, 40)))
        picture = picture * (1 - edge[None].astype(np.float32) * rng.uniform(0.2, 0.6))
    return picture


def _cut_out(rng, picture: np.ndarray, box, middles, hard: float) -> tuple[np.ndarray, np.ndarray]:
    """Perspective, slope, bend and an imprecise detector: the line's box is mapped into the reader's frame."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    lean = h * rng.normal(0, 0.16)
    left, right = w * rng.uniform(0.0, 0.05, 2) + abs(lean) * rng.uniform(0.6, 1.1, 2) + 0.1 * h
    rise = h * rng.normal(0, 0.2)
    top, bottom = h * rng.uniform(0, 0.42, 2) + 0.5 * abs(rise)
    source = np.float32([
        [x0 - left + lean, y0 - top + rise], [x1 + right + lean, y0 - top - rise],
        [x1 + right - lean, y1 + bottom - rise], [x0 - left - lean, y1 + bottom + rise]])
    source += rng.normal(0, 0.03, (4, 2)).astype(np.float32) * [h, h]
    scale = 2
    target = np.float32([[0, 0], [WIDTH * scale, 0], [WIDTH * scale, HEIGHT * scale], [0, HEIGHT * scale]])
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target)
    out = cv2.warpPerspective(picture, matrix, (WIDTH * scale, HEIGHT * scale), flags=cv2.INTER_AREA,
                              borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.15:
        bend = rng.normal(0, 2.5) * scale
        xs = np.arange(WIDTH * scale, dtype=np.float32)
        dy = bend * (4 * ((xs / xs[-1]) - 0.5) ** 2 - 0.33)
        grid_y = np.arange(HEIGHT * scale, dtype=np.float32)[:, None] + dy[None]
        out = cv2.remap(out, np.broadcast_to(xs, grid_y.shape).astype(np.float32), grid_y.astype(np.float32),
                        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    points = np.float32([[[x, (y0 + y1) / 2]] for x in middles])
    return out, cv2.perspectiveTransform(points, matrix)[:, 0, 0] / scale


def _sensor(rng, picture: np.ndarray, rows: float, columns: float, hard: float) -> np.ndarray:
    """Lens and sensor at `rows` × `columns` pixels for the frame, noise, exposure, JPEG."""
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 2.2) * hard))
    if rng.random() < 0.15 * hard:
        length = int(rng.integers(3, 4 + int(7 * hard)))
        kernel = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi)
        c = (length - 1) / 2
        cv2.line(kernel, (round(c - c * np.cos(angle)), round(c - c * np.sin(angle))),
                 (round(c + c * np.cos(angle)), round(c + c * np.sin(angle))), 1.0, 1)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    size = (max(40, min(picture.shape[1], round(columns))), max(7, min(picture.shape[0], round(rows))))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_LINEAR)
    exposure = rng.uniform(0.15, 1) if rng.random() < 0.25 * hard else rng.uniform(0.75, 1.2)
    small = np.clip(small * exposure, 0, None) ** float(rng.uniform(0.7, 1.4))
    noise = rng.uniform(0, 0.02 * hard) if rng.random() < 0.7 else rng.uniform(0, 0.06 * hard)
    small = small + rng.standard_normal(small.shape).astype(np.float32) * noise
    eight = np.clip(small * 255, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        amount = rng.uniform(0.3, 1.5)
        eight = np.clip(eight + amount * (eight.astype(np.float32) - cv2.GaussianBlur(eight, (0, 0), 1.0)), 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        ok, coded = cv2.imencode(".jpg", eight, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 96))])
        eight = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    return eight


def capture_line(rng, fonts, level: str = "training", text: str | None = None, mistakes: bool | None = None,
                 light=None, shot=None):
    """One line as the sensor gave it (uint8 grey, any size), its text, and the middle of each character in columns
    of a frame WIDTH wide.

    `level`: `training` (everything), `medium` (a good station), `hard` (poor light, blur, few pixels). With `mistakes`
    some digits become letters no VIN holds; a text that is given stays as it is where nothing else is asked.

    Several captures of one line: `rng` anew from its seed each time draws the same marking on the same metal, with as
    many pixels; `light` draws the light on it, `shot` where the camera stands, its lens and sensor. Both are `rng`
    where not given.
    """
    light = rng if light is None else light
    shot = rng if shot is None else shot
    mistakes = text is None if mistakes is None else mistakes
    text = random_text(rng) if text is None else text
    if level == "training":
        look, hard = str(rng.choice(LOOKS, p=LOOK_SHARES)), float(rng.choice([0.3, 0.6, 0.9, 1.2], p=(0.3, 0.3, 0.25, 0.15)))
    else:
        look = str(rng.choice(LOOKS[:-1]))
        hard = 0.25 if level == "medium" else 0.65
    poor = look == "poor print"
    mask, middles, text = _compose(rng, text, look, fonts, mistakes)
    line, offset = _surroundings(rng, mask, fonts, look)
    # the box of the characters themselves
    ink = np.nonzero(mask.max(0) > 0.3)[0]
    ink_rows = np.nonzero(mask.max(1) > 0.3)[0]
    box = (ink[0], offset + ink_rows[0], ink[-1] + 1, offset + ink_rows[-1] + 1)
    pad = 40
    line = cv2.copyMakeBorder(line, 0, 0, pad, pad, cv2.BORDER_CONSTANT)
    box = (box[0] + pad, box[1], box[2] + pad, box[3])
    if look in ("print", "poor print"):
        picture = _printed(rng, line, float(rng.uniform(0.5 - 0.25 * hard, 0.9)))
    elif look == "laser":
        ground = _metal(rng, line.shape, hard) * 0.2 + rng.uniform(0.3, 0.7)
        picture = ground + line * rng.choice([-1, 1]) * rng.uniform(0.25 - 0.1 * hard, 0.4) + _smooth_noise(rng, line.shape, 1.5) * line * 0.1
    else:
        picture = _relief(rng, light, line, raised=look == "emboss", hard=hard)
    picture, middles = _cut_out(shot, _camera(light, picture, hard), box, middles + pad, hard)
    if poor:
        rows, columns = rng.uniform(9, 22), rng.uniform(75, 200)
    elif level == "medium":
        rows, columns = rng.uniform(26, 64), rng.uniform(300, 704)
    elif level == "hard":
        rows, columns = rng.uniform(18, 40), rng.uniform(190, 400)
    else:
        rows, columns = rng.uniform(16, 64), rng.uniform(170, 704)
    return _sensor(shot, picture, rows, columns, hard), text, middles


def render_line(rng, fonts, level: str = "training", text: str | None = None):
    """`capture_line` drawn into the reader's frame: uint8 grey, HEIGHT × WIDTH."""
    line, text, middles = capture_line(rng, fonts, level, text)
    how = cv2.INTER_CUBIC if rng.random() < 0.6 else cv2.INTER_AREA
    return cv2.resize(line, (WIDTH, HEIGHT), interpolation=how), text, middles
