"""Adapts the reader to a plant's own marking from a few labelled pictures, in minutes on two cores.

    python -m training.reader.adapt --weights reader.pt --labels DIR/labels.jsonl --files a.jpg,b.jpg \
           --pool DIR --minutes 10 --out adapted.pt

Of every five lines four come from the rendered pool, so that what the reader could do before is kept; one is
a labelled picture, cut out a little differently each time. Prints what the reader makes of every labelled
picture before and after: those adapted on, and apart from them all others of the list.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

from .alphabet import HEIGHT, WIDTH, decode
from .network import LineReader


def straightened(picture: np.ndarray, quad) -> tuple[np.ndarray, list[float]]:
    """The quad's surroundings upright, and the line's box in it. `quad` runs from the line's top left, either way."""
    corners = sorted(map(tuple, quad))
    (top_left, bottom_left), (top_right, bottom_right) = sorted(corners[:2], key=lambda p: p[1]), sorted(corners[2:], key=lambda p: p[1])
    width = int(np.hypot(top_right[0] - top_left[0], top_right[1] - top_left[1]))
    height = int(np.hypot(bottom_left[0] - top_left[0], bottom_left[1] - top_left[1]))
    margin = height // 2
    target = np.float32([[margin, margin], [margin + width, margin], [margin + width, margin + height], [margin, margin + height]])
    matrix = cv2.getPerspectiveTransform(np.float32([top_left, top_right, bottom_right, bottom_left]), target)
    size = (width + 2 * margin, height + 2 * margin)
    return cv2.warpPerspective(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), [margin, margin, width, height]


def read(weights: str, lines: list[np.ndarray]) -> list[str]:
    model = LineReader()
    model.load_state_dict(torch.load(weights, map_location="cpu"))
    model.eval()
    with torch.no_grad():
        return [decode(model(torch.from_numpy(line).float()[None, None]).argmax(-1)[0].tolist()).strip("*") for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--files", required=True, help="names in the list to adapt on, at most 20")
    parser.add_argument("--pool", required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    chosen = options.files.split(",")
    if len(chosen) > 20:
        raise SystemExit("at most 20 pictures: more of them are training, see training/README.md")
    root = Path(options.labels).parent
    work = Path(options.out).with_suffix(".lines")
    work.mkdir(exist_ok=True)
    rows, listing = [], []
    for label in map(json.loads, Path(options.labels).read_text().splitlines()):
        if not label.get("vin") or not label.get("quad"):
            continue
        picture = cv2.imread(str(root / label["file"]), cv2.IMREAD_GRAYSCALE)
        line, box = straightened(picture, label["quad"])
        x, y, w, h = box
        rows.append((label["file"], label["vin"], cv2.resize(line[y - h // 7:y + h + h // 7, :], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)))
        if label["file"] in chosen:
            text = next((t for t in label.get("text") or [] if label["vin"] in t), label["vin"])
            name = f"{len(listing)}.png"
            cv2.imwrite(str(work / name), line)
            listing.append({"file": name, "box": box, "vin": text.replace("★", "*")})
    if len(listing) != len(chosen):
        raise SystemExit(f"{len(chosen) - len(listing)} of the named files are not in the list or have no VIN or quad there")
    (work / "list.jsonl").write_text("".join(json.dumps(row) + "\n" for row in listing))
    before = read(options.weights, [line for *_, line in rows])
    subprocess.run([sys.executable, "-m", "training.reader.train", "--pool", options.pool, "--init", options.weights,
                    "--photographs", str(work / "list.jsonl"), "--root", str(work), "--share", "0.2", "--rate", "5e-4",
                    "--minutes", str(options.minutes), "--threads", str(options.threads), "--columns", "0.2",
                    "--out", options.out], check=True)
    after = read(options.out, [line for *_, line in rows])
    for title, inside in (("adapted on", True), ("not adapted on", False)):
        group = [k for k, (file, *_) in enumerate(rows) if (file in chosen) == inside]
        count = [sum(read_as[k] == rows[k][1] for k in group) for read_as in (before, after)]
        print(f"{title}: {count[0]} of {len(group)} before, {count[1]} of {len(group)} after")


if __name__ == "__main__":
    main()
