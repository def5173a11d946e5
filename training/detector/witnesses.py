"""
Witnesses as patches: what is seen, how much of it covers the ground, and where its parts lie.

A patch is (`grey` 0..255, `cover` 0..1, [(kind, quad)]), quads in pixels of the patch, in reading order.
Relief has `cover` None: its grey values are added to the ground's.
"""

import cv2
import numpy as np

from .lettering import linear_code, matrix_code, random_vin, random_words, text_mask


def quad(x: float, y: float, w: float, h: float) -> np.ndarray:
    return np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def pick(rng, items):
    return items[int(rng.integers(len(items)))]


def put(sheet: np.ndarray, mask: np.ndarray, x: int, y: int, ink: float) -> tuple:
    """Prints a mask; returns how much of it fits as (width, height)."""
    h, w = min(mask.shape[0], sheet.shape[0] - y), min(mask.shape[1], sheet.shape[1] - x)
    if h <= 0 or w <= 0:
        return (0, 0)
    area = sheet[y : y + h, x : x + w]
    area += (ink - area) * mask[:h, :w]
    return (w, h)


def stars(rng, vin: str) -> str:
    return f"*{vin}*" if rng.random() < 0.35 else vin


def fit(mask: np.ndarray, width: int) -> np.ndarray:
    if mask.shape[1] <= width:
        return mask
    return cv2.resize(mask, (width, mask.shape[0]), interpolation=cv2.INTER_AREA)


def sheet_and_ink(rng, w: int, h: int, printed: str) -> tuple:
    if printed == "dark":
        ground, ink = rng.uniform(5, 70), rng.uniform(130, 255)
    elif printed == "metal":
        ground, ink = rng.uniform(110, 200), rng.uniform(10, 70)
    else:
        ground, ink = rng.uniform(185, 255), rng.uniform(0, 70)
    sheet = np.full((h, w), ground, np.float32)
    sheet += np.linspace(-1, 1, w, dtype=np.float32)[None] * rng.uniform(-20, 20)
    if printed == "metal":
        sheet += rng.normal(0, 6, (h, 1)).astype(np.float32)
    return sheet, ink


def rounded(w: int, h: int, radius: int) -> np.ndarray:
    cover = np.zeros((h, w), np.uint8)
    r = max(1, radius)
    cv2.rectangle(cover, (r, 0), (w - r, h), 255, -1)
    cv2.rectangle(cover, (0, r), (w, h - r), 255, -1)
    for x in (r, w - 1 - r):
        for y in (r, h - 1 - r):
            cv2.circle(cover, (x, y), r, 255, -1)
    return cover.astype(np.float32) / 255


def nameplate(rng, fonts) -> tuple:
    """Plate or label with several lines, one of them the VIN in most."""
    w = int(rng.integers(240, 460))
    h = int(w / rng.uniform(0.8, 2.6))
    sheet, ink = sheet_and_ink(rng, w, h, pick(rng, ("dark", "dark", "light", "light", "metal")))
    marks = [("nameplate", quad(0, 0, w, h))]
    margin = int(rng.integers(4, 16))
    if rng.random() < 0.6:
        inset = int(rng.integers(2, 10))
        cv2.rectangle(sheet, (inset, inset), (w - inset, h - inset), float(ink), int(rng.integers(1, 3)))
        margin += inset
    font = pick(rng, fonts["latin"])
    rows = int(rng.integers(4, 12))
    pitch = max(12, (h - 2 * margin) // rows)
    rows = (h - 2 * margin) // pitch
    vin_row = int(rng.integers(0, min(4, rows))) if rng.random() < 0.85 else -1
    code_at = rng.random()
    right = w - margin
    if code_at < 0.22 and h > 90:
        size = int(rng.integers(30, max(31, min(h // 2, w // 4))))
        x, y = w - margin - size, int(rng.integers(margin, max(margin + 1, h - margin - size)))
        put(sheet, matrix_code(rng, size), x, y, ink)
        marks.append(("barcode", quad(x, y, size, size)))
        right = x - 6
    chinese = rng.random() < 0.25
    y = margin
    vin_caption = rng.random() < 0.3
    for row in range(rows):
        height = int(pitch * rng.uniform(0.5, 0.8))
        x = margin + int(rng.integers(0, 14))
        if row == vin_row:
            height = min(int(pitch * rng.uniform(0.6, 1.0)), pitch)
            if vin_caption:
                wide, _ = put(sheet, fit(text_mask("VIN" if not chinese else "车辆识别代号", pick(rng, fonts["chinese"]), height), w // 3), x, y, ink)
                x += wide + 6
            face = font if rng.random() < 0.5 else pick(rng, fonts["latin"])
            mask = fit(text_mask(stars(rng, random_vin(rng)), face, height, rng.uniform(0.05, 0.3) if rng.random() < 0.4 else 0), right - x)
            if right - x < 60:
                continue
            if rng.random() < 0.25:
                x = max(x, (right - mask.shape[1]) // 2)
            wide, tall = put(sheet, mask, x, y, ink)
            marks.append(("vin_line", quad(x, y, wide, tall)))
            if rng.random() < 0.2:
                cv2.rectangle(sheet, (x - 3, y - 2), (x + wide + 3, y + tall + 2), float(ink), 1)
            y += max(pitch, tall + 3)
        elif code_at > 0.82 and row == vin_row + 1 and y + pitch < h - margin:
            wide, tall = int((right - x) * rng.uniform(0.5, 1)), int(min(pitch * 1.5, h - margin - y))
            if tall > 8 and wide > 40:
                put(sheet, linear_code(rng, wide, tall), x, y, ink)
                marks.append(("barcode", quad(x, y, wide, tall)))
            y += tall + 4
        else:
            while x < right - 20 and rng.random() < 0.9:
                cjk = chinese and rng.random() < 0.6
                mask = text_mask(random_words(rng, cjk), pick(rng, fonts["chinese"]) if cjk else font, height)
                wide, _ = put(sheet[:, :right], mask, x, y, ink)
                x += wide + int(rng.integers(8, 60))
            y += pitch
        if y + 8 > h - margin:
            break
    return sheet, rounded(w, h, int(rng.integers(0, 14))), marks


def line_plate(rng, fonts) -> tuple:
    """A strip that bears the VIN and little else: windshield plate, single-line label, code below it."""
    height = int(rng.integers(18, 40))
    mask = text_mask(stars(rng, random_vin(rng)), pick(rng, fonts["latin"]), height, rng.uniform(0, 0.4))
    left, above = int(rng.integers(5, 40)), int(rng.integers(4, 20))
    code = rng.random() < 0.3
    w = mask.shape[1] + left + int(rng.integers(5, 60))
    h = height + above + int(rng.integers(4, 20)) + (int(height * 1.6) if code else 0)
    sheet, ink = sheet_and_ink(rng, w, h, pick(rng, ("dark", "dark", "metal", "light")))
    put(sheet, mask, left, above, ink)
    marks = [("vin_line", quad(left, above, mask.shape[1], height))]
    if code:
        y = above + height + 4
        put(sheet, linear_code(rng, mask.shape[1], int(height * 1.2)), left, y, ink)
        marks.append(("barcode", quad(left, y, mask.shape[1], int(height * 1.2))))
    return sheet, rounded(w, h, int(rng.integers(0, h // 2))), marks


def relief(rng, mask: np.ndarray) -> np.ndarray:
    """Light on a stamped mask: slopes towards the lamp are bright, those away from it dark."""
    depth = cv2.GaussianBlur(np.pad(mask, 6), (0, 0), rng.uniform(0.8, 2.0))
    angle = rng.uniform(0, 2 * np.pi)
    slope = cv2.Sobel(depth, cv2.CV_32F, 1, 0) * np.cos(angle) + cv2.Sobel(depth, cv2.CV_32F, 0, 1) * np.sin(angle)
    return slope * rng.uniform(25, 90) - depth * rng.uniform(-20, 50)


def stamp(rng, fonts, text: str = "") -> tuple:
    """Struck, engraved or needle-marked line. With `text`, something that is no VIN."""
    height = int(rng.integers(22, 44))
    words = text or stars(rng, random_vin(rng))
    mask = text_mask(words, pick(rng, fonts["latin"]), height, rng.uniform(0.05, 0.5))
    if rng.random() < 0.3:
        grid = np.zeros_like(mask)
        step = int(rng.integers(2, 4))
        grid[::step, ::step] = 1
        mask = np.clip(cv2.GaussianBlur(mask * grid, (0, 0), 0.8) * step * 1.6, 0, 1)
    thin = rng.random() < 0.4
    if thin:
        mask = cv2.erode(mask, np.ones((2, 2), np.uint8))
    h, w = mask.shape
    marks = [] if text else [("vin_line", quad(6, 6, w, h))]
    return relief(rng, mask), None, marks


def certificate(rng, fonts) -> tuple:
    """White sheet of Chinese text in lines or a table, often with a seal and a code."""
    w = int(rng.integers(320, 480))
    h = int(w * pick(rng, (1.41, 1.41, 0.71, 0.71, 1.0)) * rng.uniform(0.85, 1.15))
    sheet = np.full((h, w), rng.uniform(190, 255), np.float32)
    ink = rng.uniform(0, 90)
    marks = [("certificate", quad(0, 0, w, h))]
    title = fit(text_mask(random_words(rng, True), pick(rng, fonts["chinese"]), int(rng.integers(14, 28))), w - 40)
    put(sheet, title, (w - title.shape[1]) // 2, int(rng.integers(6, 24)), ink)
    top, pitch = int(h * rng.uniform(0.1, 0.2)), int(rng.integers(14, 26))
    margin = int(rng.integers(10, 40))
    columns = int(rng.integers(1, 4))
    table = rng.random() < 0.6
    font = pick(rng, fonts["chinese"])
    vin_row = int(rng.integers(0, max(1, (h - top) // pitch - 2)))
    cell = (w - 2 * margin) // columns
    for row, y in enumerate(range(top, h - margin - pitch, pitch)):
        if table:
            cv2.line(sheet, (margin, y - 3), (w - margin, y - 3), float(ink), 1)
        height = int(pitch * rng.uniform(0.5, 0.65))
        for column in range(columns):
            x = margin + column * cell + 4
            caption = fit(text_mask(random_words(rng, True)[:7], font, height), cell // 2)
            wide, _ = put(sheet, caption, x, y, ink)
            if row == vin_row and column == 0:
                face = pick(rng, fonts["latin"] + fonts["chinese"])
                mask = fit(text_mask(random_vin(rng), face, height), w - margin - x - wide - 8)
                if mask.shape[1] > 40:
                    sheet[y - 2 : y + pitch - 4, x + wide + 4 : w - margin] = sheet[0, 0]
                    wide2, tall = put(sheet, mask, x + wide + 6, y, ink)
                    marks.append(("vin_line", quad(x + wide + 6, y, wide2, tall)))
                break
            words = random_words(rng, rng.random() < 0.6)
            put(sheet[:, : margin + (column + 1) * cell], text_mask(words, font, height), x + wide + 6, y, ink)
    if table:
        for column in range(columns + 1):
            x = margin + column * cell
            cv2.line(sheet, (x, top - 3), (x, h - margin - pitch), float(ink), 1)
    if rng.random() < 0.6:
        radius = int(rng.integers(24, 50))
        x, y = int(rng.integers(radius, w - radius)), int(rng.integers(h // 2, h - radius))
        seal = np.zeros_like(sheet)
        cv2.circle(seal, (x, y), radius, 1.0, 2)
        cv2.circle(seal, (x, y), radius // 4, 1.0, -1)
        for a in np.linspace(0, 2 * np.pi, 14):
            cv2.circle(seal, (int(x + radius * 0.75 * np.cos(a)), int(y + radius * 0.75 * np.sin(a))), 4, 1.0, 1)
        sheet -= seal * rng.uniform(40, 110)
    if rng.random() < 0.5:
        size = int(rng.integers(36, 80))
        x, y = w - margin - size, (10 if rng.random() < 0.5 else h - size - 10)
        sheet[max(0, y - 4) : y + size + 4, x - 4 : x + size + 4] = sheet[0, 0]
        put(sheet, matrix_code(rng, size), x, y, ink)
        clear = [m for m in marks[1:] if m[1][2][0] < x or m[1][2][1] < y or m[1][0][1] > y + size]
        marks = [marks[0], *clear, ("barcode", quad(x, y, size, size))]
    return sheet, np.ones((h, w), np.float32), marks


def gear(rng, _fonts) -> tuple:
    """A gear seen along its axle: silhouette or shaded, with bore, keyway, spokes or holes."""
    size = int(rng.integers(180, 360))
    teeth = int(rng.integers(9, 70))
    c = size / 2
    outer = c - 3
    depth = outer * min(0.3, rng.uniform(1.6, 3.0) / teeth * 2)
    angles = np.linspace(0, 2 * np.pi, 1440, endpoint=False)
    wave = np.clip(np.cos(angles * teeth) * rng.uniform(1.2, 4), -1, 1) * 0.5 + 0.5
    radius = outer - depth + depth * wave
    if rng.random() < 0.25:
        missing = int(rng.integers(teeth))
        radius[np.abs((angles - missing * 2 * np.pi / teeth + np.pi) % (2 * np.pi) - np.pi) < np.pi / teeth] = outer - depth
    outline = np.stack([c + radius * np.cos(angles), c + radius * np.sin(angles)], 1)
    cover = np.zeros((size, size), np.uint8)
    cv2.fillPoly(cover, [np.int32(outline * 8)], 255, cv2.LINE_AA, 3)
    bore = int(outer * rng.uniform(0.1, 0.5))
    face = float(rng.uniform(20, 235))
    sheet = np.full((size, size), face, np.float32)
    ys, xs = np.mgrid[0:size, 0:size].astype(np.float32) - c
    if rng.random() < 0.75:
        direction = rng.uniform(0, 2 * np.pi)
        sheet += (xs * np.cos(direction) + ys * np.sin(direction)) / c * rng.uniform(0, 50)
        rings = np.hypot(xs, ys)
        for _ in range(int(rng.integers(0, 5))):
            at, wide = rng.uniform(0.2, 0.9) * outer, rng.uniform(1, 12)
            sheet += np.exp(-(((rings - at) / wide) ** 2)) * rng.uniform(-60, 60)
        edge = cv2.GaussianBlur(cover.astype(np.float32) / 255, (0, 0), 2)
        sheet += (cv2.Sobel(edge, cv2.CV_32F, 1, 0) - cv2.Sobel(edge, cv2.CV_32F, 0, 1)) * rng.uniform(-60, 60)
    hole = cover if rng.random() < 0.6 else sheet
    value = 0 if hole is cover else float(rng.uniform(0, 60))
    cv2.circle(hole, (size // 2, size // 2), bore, value, -1, cv2.LINE_AA)
    if rng.random() < 0.4:
        around = int(rng.integers(3, 7))
        at = (bore + outer - depth) / 2
        r = int(max(2, (outer - depth - bore) * rng.uniform(0.15, 0.35)))
        for k in range(around):
            a = 2 * np.pi * k / around
            cv2.circle(hole, (int(c + at * np.cos(a)), int(c + at * np.sin(a))), r, value, -1, cv2.LINE_AA)
    return sheet, cover.astype(np.float32) / 255, [("gear", quad(3, 3, size - 6, size - 6))]


def code_label(rng, fonts) -> tuple:
    """A label with one code and perhaps its number."""
    if rng.random() < 0.5:
        size = int(rng.integers(50, 160))
        mask = matrix_code(rng, size)
    else:
        mask = linear_code(rng, int(rng.integers(140, 380)), int(rng.integers(24, 90)))
    quiet = int(rng.integers(6, 30))
    h, w = mask.shape
    below = int(rng.integers(12, 30)) if rng.random() < 0.5 else 0
    sheet = np.full((h + 2 * quiet + below, w + 2 * quiet), rng.uniform(170, 255), np.float32)
    ink = rng.uniform(0, 70)
    put(sheet, mask, quiet, quiet, ink)
    marks = [("barcode", quad(quiet, quiet, w, h))]
    if below:
        vin = rng.random() < 0.3 and w > 130
        words = random_vin(rng) if vin else random_words(rng)
        line = fit(text_mask(words, pick(rng, fonts["latin"]), below - 2), w)
        wide, tall = put(sheet, line, quiet, quiet + h + 4, ink)
        if vin:
            marks.append(("vin_line", quad(quiet, quiet + h + 4, wide, tall)))
    return sheet, np.ones(sheet.shape, np.float32), marks


def clutter(rng, fonts) -> tuple:
    """Text that is no witness: adverts, captions, dates, part numbers, tyre sizes."""
    if rng.random() < 0.4:
        return stamp(rng, fonts, random_words(rng) or "0")
    lines = [random_words(rng, rng.random() < 0.2) for _ in range(int(rng.integers(1, 3)))]
    height = int(rng.integers(14, 40))
    masks = [text_mask(t, pick(rng, fonts["chinese"]), height) for t in lines]
    w = max(m.shape[1] for m in masks) + 12
    sheet, ink = sheet_and_ink(rng, w, len(masks) * (height + 6) + 10, pick(rng, ("dark", "light")))
    cover = np.ones(sheet.shape, np.float32)
    if rng.random() < 0.5:
        cover = np.zeros(sheet.shape, np.float32)
    for row, mask in enumerate(masks):
        put(sheet, mask, 6, 6 + row * (height + 6), ink)
        put(cover, mask, 6, 6 + row * (height + 6), 1.0)
    return sheet, cover, []
