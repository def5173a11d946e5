"""Trains the VIN reader on rendered lines from a pool, and on photographs where a list of them is given.

    python -m training.reader.train --pool DIR --minutes 60 --out reader.pt [--photographs LIST --root DIR --share 0.3]

The rate follows a cosine over the minutes given. Progress goes to standard output and to `OUT.log`.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from .alphabet import CLASSES, COLUMN, HEIGHT, WIDTH, decode, encode
from .glyphs import font_files
from .network import LineReader
from .photographs import Photographs
from .pool import IGNORED
from .render_lines import render_line

COLUMNS = WIDTH // COLUMN


class Reservoir:
    """The newest shards of the pool in memory, drawn from at random."""

    def __init__(self, folder: str, limit: int = 260):
        self.folder, self.limit, self.shards, self.looked = Path(folder), limit, {}, 0.0

    def refresh(self) -> None:
        if time.time() - self.looked < 5 and self.shards:
            return
        self.looked = time.time()
        for path in sorted(self.folder.glob("*.npz")):
            if path.name in self.shards or ".part" in path.name:
                continue
            try:
                with np.load(path) as data:
                    self.shards[path.name] = (data["pictures"], data["targets"], data["texts"])
            except OSError:
                continue
        for name in list(self.shards)[:-self.limit]:
            del self.shards[name]

    def draw(self, rng, count: int):
        self.refresh()
        names = list(self.shards)
        pictures, targets, texts = [], [], []
        for _ in range(count):
            shard = self.shards[names[int(rng.integers(len(names)))]]
            k = int(rng.integers(len(shard[2])))
            picture, target = shard[0][k], shard[1][k]
            shift = int(rng.integers(-2, 3))
            if shift:
                picture = np.roll(picture, shift, 0)
                picture[:shift] = picture[shift] if shift > 0 else picture[:shift]
                if shift < 0:
                    picture[shift:] = picture[shift - 1]
            if rng.random() < 0.15:
                picture = 255 - picture
            pictures.append(picture)
            targets.append(target)
            texts.append(str(shard[2][k]))
        return pictures, targets, texts


def evaluate(model, pictures, texts) -> tuple[int, int]:
    """Lines read whole, of how many."""
    model.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(texts), 64):
            batch = torch.from_numpy(np.stack(pictures[start:start + 64])).float()[:, None]
            for classes, text in zip(model(batch).argmax(-1).tolist(), texts[start:start + 64]):
                right += decode(classes).strip("*") == text.strip("*")
    return right, len(texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", required=True)
    parser.add_argument("--fonts", help="folder of fonts, for the rendered test split")
    parser.add_argument("--photographs")
    parser.add_argument("--root")
    parser.add_argument("--share", type=float, default=0.3, help="share of photographs in a batch")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--init")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--columns", type=float, default=2.0, help="weight of column targets at the start")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    model = LineReader().to(memory_format=torch.channels_last)
    if options.init:
        model.load_state_dict(torch.load(options.init))
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    reservoir = Reservoir(options.pool)
    photographs = validation = None
    if options.photographs:
        photographs = Photographs(options.photographs, options.root)
        held = Photographs(options.photographs, options.root, splits=("validation",))
        validation = ([held.cut(p, b, 0.03, 0.03, 0.15, 0.15) for p, b, _, _ in held.lines], [v for *_, v, _ in held.lines])
    tests = {}
    if options.fonts:
        fonts = font_files(options.fonts, "test")
        for level in ("medium", "hard"):
            drawn = [render_line(np.random.default_rng(9_000_000 + k), fonts, level) for k in range(400)]
            tests[level] = ([d[0] for d in drawn], [d[1] for d in drawn])
    log = Path(options.out).with_suffix(".log").open("a")
    started, step, seen, report = time.time(), 0, 0, time.time()
    losses = []
    while True:
        progress = (time.time() - started) / (60 * options.minutes)
        if progress >= 1:
            break
        rate = options.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        count = options.batch if photographs is None else round(options.batch * (1 - options.share))
        pictures, targets, texts = reservoir.draw(rng, count)
        if photographs is not None:
            for _ in range(options.batch - count):
                picture, text = photographs.draw(rng)
                pictures.append(picture)
                targets.append(np.full(COLUMNS, IGNORED, np.int16))
                texts.append(text)
        batch = torch.from_numpy(np.stack(pictures)).float()[:, None].contiguous(memory_format=torch.channels_last)
        model.train()
        output = model(batch)
        labels = [torch.tensor(encode(text)) for text in texts]
        lengths = torch.tensor([len(text) for text in texts])
        ctc = functional.ctc_loss(output.transpose(0, 1), torch.cat(labels), torch.full((len(texts),), COLUMNS), lengths,
                                  reduction="none", zero_infinity=True)
        columns = functional.nll_loss(output.reshape(-1, CLASSES), torch.from_numpy(np.stack(targets)).long().reshape(-1),
                                      ignore_index=IGNORED)
        loss = (ctc / lengths).mean() + options.columns * max(0.1, 1 - 2 * progress) * columns
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimiser.step()
        losses.append(float(loss))
        step += 1
        seen += len(texts)
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for mine, theirs in zip(average.state_dict().values(), model.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.mul_(keep).add_(theirs, alpha=1 - keep)
                else:
                    mine.copy_(theirs)
        if time.time() - report > 180 or step == 50:
            report = time.time()
            scores = {name: evaluate(average, *data) for name, data in tests.items()}
            if validation:
                scores["photographs"] = evaluate(average, *validation)
            line = f"{(time.time() - started) / 60:6.1f} min  {seen:7d} lines  loss {np.mean(losses):.3f}  " + "  ".join(
                f"{name} {right} of {of}" for name, (right, of) in scores.items())
            losses = []
            print(line, flush=True)
            print(line, file=log, flush=True)
            torch.save(average.state_dict(), options.out)
    torch.save(average.state_dict(), options.out)


if __name__ == "__main__":
    main()
