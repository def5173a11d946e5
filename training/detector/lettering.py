"""Text and codes as masks: float32, 1 where ink is."""

import string
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

VIN_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
MAKERS = ("LSV", "LFV", "LVS", "WVW", "WDB", "XW8", "Z94", "VF1", "1HG", "KMJ", "JTD", "XTA", "LMG", "5YJ", "WBA")
CHINESE = (
    "机动车合格证制造企业名称车辆识别代号发动机型号燃料种类排量功率转向形式轮胎规格整备质量总质量额定载客"
    "外廓尺寸轴距货箱颜色出厂日期公告批次中国第一汽车集团有限公司检验员备注产品品牌执行标准号码登记证书注册"
)
WORDS = (
    "MFD BY", "MADE IN", "TYPE", "GVWR", "KG", "ENGINE NO", "MODEL", "PAINT", "TRIM", "COLOR", "DATE", "PART NO",
    "WARNING", "TIRE", "RIM", "GAWR FRONT", "MOTOR", "LTD", "CORPORATION", "GROUP", "e1*2001/116*0242", "EAC",
    "VOLKSWAGEN AG", "OPEL", "ООО МОТОР РУС", "ТС RU E-RU.MT02", "АВТОВАЗ", "NISSAN EUROPE", "COLD TIRE PRESSURE",
)


def find_fonts(folders: list) -> dict:
    """Font files by use: `latin`, and `chinese` for those whose name says so."""
    files = sorted(f for folder in folders for f in Path(folder).rglob("*.[to]tf") if "codicon" not in f.name)
    chinese = [str(f) for f in files if "SansSC" in f.name or "CJK" in f.name]
    latin = [str(f) for f in files if str(f) not in chinese and "MathTeX" not in f.name]
    if not chinese or not latin:
        raise SystemExit("fonts: name folders that hold latin ones and NotoSansSC")
    return {"chinese": chinese, "latin": latin}


@lru_cache(maxsize=512)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def text_mask(text: str, font: str, height: int, spacing: float = 0.0) -> np.ndarray:
    """The text `height` pixels high, cut to its ink; `spacing` in heights between characters."""
    face = _font(font, 40)
    if spacing > 0:
        parts, gap = [text_mask(c, font, 40) if c != " " else None for c in text], int(40 * spacing)
        tall = 56
        image = np.zeros((tall, 0), np.float32)
        for part in parts:
            cell = np.zeros((tall, (14 if part is None else part.shape[1]) + gap), np.float32)
            if part is not None:
                h = min(tall, part.shape[0])
                cell[tall - h :, : part.shape[1]] = part[:h]
            image = np.hstack([image, cell])
    else:
        width = int(face.getlength(text)) + 20
        canvas = Image.new("L", (max(8, width), 70))
        ImageDraw.Draw(canvas).text((10, 6), text, 255, font=face)
        image = np.asarray(canvas, np.float32) / 255
    ys, xs = np.nonzero(image > 0.3)
    if len(ys) == 0:
        return np.ones((height, height), np.float32)
    image = image[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    if spacing == 0 and height == 40:
        return image
    width = max(2, round(image.shape[1] * height / image.shape[0]))
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def random_vin(rng) -> str:
    maker = MAKERS[rng.integers(len(MAKERS))]
    body = "".join(VIN_ALPHABET[i] for i in rng.integers(0, 33, 8 if rng.random() < 0.6 else 14 - 6))
    if rng.random() < 0.2:
        body = "ZZZ" + body[3:]
    return maker + body + "".join(str(d) for d in rng.integers(0, 10, 6))


def random_words(rng, chinese: bool = False) -> str:
    """Text that is no VIN: captions, numbers, dates, part numbers, tyre sizes."""
    if chinese:
        return "".join(CHINESE[i] for i in rng.integers(0, len(CHINESE), rng.integers(2, 14)))
    choice = rng.random()
    if choice < 0.45:
        return " ".join(WORDS[i] for i in rng.integers(0, len(WORDS), rng.integers(1, 3)))
    if choice < 0.6:
        return f"{rng.integers(1, 9)}- {rng.integers(500, 2500)} kg"
    if choice < 0.7:
        return f"{rng.integers(155, 315)}/{rng.integers(30, 75)} R{rng.integers(13, 22)} {rng.integers(70, 110)}H"
    if choice < 0.8:
        return f"{rng.integers(1, 29):02}.{rng.integers(1, 13):02}.20{rng.integers(0, 30):02}"
    symbols = string.ascii_uppercase + string.digits + "-. "
    size = rng.integers(4, 13)
    return "".join(symbols[i] for i in rng.integers(0, len(symbols), size)).strip() or "0"


def linear_code(rng, width: int, height: int) -> np.ndarray:
    """Bars of one to four modules, as wide as Code 39 and Code 128 print them."""
    modules = np.concatenate(
        [np.full(rng.integers(1, 5), i % 2 == 0, np.float32) for i in range(int(rng.integers(50, 110)))]
    )
    return np.repeat(
        cv2.resize(modules[None], (width, 1), interpolation=cv2.INTER_AREA), height, axis=0
    )


def matrix_code(rng, size: int) -> np.ndarray:
    """Random modules within the finder pattern of QR or Data Matrix."""
    n = int(rng.integers(14, 34))
    cells = (rng.random((n, n)) < 0.5).astype(np.float32)
    if rng.random() < 0.5:
        finder = np.ones((7, 7), np.float32)
        finder[1:6, 1:6] = 0
        finder[2:5, 2:5] = 1
        for rows, columns in ((slice(0, 7), slice(0, 7)), (slice(0, 7), slice(n - 7, n)), (slice(n - 7, n), slice(0, 7))):
            cells[rows, columns] = finder
    else:
        cells[0] = np.arange(n) % 2 == 0
        cells[:, -1] = np.arange(n)[::-1] % 2 == 0
        cells[-1] = 1
        cells[:, 0] = 1
    return cv2.resize(cells, (size, size), interpolation=cv2.INTER_NEAREST)
