"""
Trains the detector.

    python -m training.detector.train --photographs DIR --labels FILE --pool DIR --out FILE --minutes 35 --seed 1

The learning rate falls over the time given, so that the run ends when it is meant to. `--out` is written every few
minutes with the averaged weights.
"""

import argparse
import copy
import queue
import threading
import time
from pathlib import Path

import numpy as np
import torch

from . import pool
from .features import Features
from .losses import focal, rectangles
from .network import Head
from .photographs import read_photographs, split, without_near_duplicates
from .samples import from_photograph, from_scene

BATCH = 16
PHOTOGRAPH_SHARE = 0.5
PEAK_RATE = 3e-3
TOLD_EVERY = 20


class Scenes:
    """Rendered scenes; takes up further files as they appear."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen, self.scenes = folder, set(), []
        self.refresh()

    def refresh(self) -> None:
        for path in sorted(self.folder.glob("scenes-???.npz")):
            if path not in self.seen:
                self.seen.add(path)
                self.scenes += pool.load(path)


def make_batch(rng, features: Features, photographs: list, scenes: Scenes) -> tuple:
    rows = []
    for _ in range(BATCH):
        if rng.random() < PHOTOGRAPH_SHARE or not scenes.scenes:
            rows.append(from_photograph(rng, photographs[int(rng.integers(len(photographs)))]))
        else:
            rows.append(from_scene(rng, scenes.scenes[int(rng.integers(len(scenes.scenes)))]))
    maps = [torch.from_numpy(m) for m in features(np.stack([r[0] for r in rows]))]
    return maps, *(torch.from_numpy(np.stack([r[i] for r in rows])) for i in range(1, 5))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--photographs", type=Path, required=True)
    arguments.add_argument("--labels", type=Path, required=True)
    arguments.add_argument("--pool", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=35)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--start", type=Path, help="weights to go on from")
    arguments.add_argument("--rate", type=float, default=PEAK_RATE)
    chosen = arguments.parse_args()
    if chosen.out.exists():
        raise SystemExit(f"{chosen.out} exists: another run's weights are not written over")
    chosen.out.touch()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    everything = read_photographs(chosen.photographs)
    training, held = split(everything)
    training = without_near_duplicates([p for p in training if p.quads], chosen.labels)
    print(f"{len(training)} photographs to train on, {len(held)} held out", flush=True)
    scenes = Scenes(chosen.pool)

    batches: queue.Queue = queue.Queue(4)
    ended = threading.Event()

    def produce() -> None:
        rng = np.random.default_rng(chosen.seed)
        features = Features()
        while not ended.is_set():
            batch = make_batch(rng, features, training, scenes)
            while not ended.is_set():
                try:
                    batches.put(batch, timeout=1)
                    break
                except queue.Full:
                    continue

    producer = threading.Thread(target=produce)
    producer.start()

    network = Head()
    if chosen.start:
        network.load_state_dict(torch.load(chosen.start))
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), lr=chosen.rate, weight_decay=1e-2)
    started = saved = told = time.time()
    step, sums = 0, np.zeros(3)
    while (done := (time.time() - started) / (60 * chosen.minutes)) < 1:
        maps, heat, weight, owner, boxes = batches.get()
        for group in optimiser.param_groups:
            group["lr"] = chosen.rate * min(1, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-6
        output = network(*maps)
        centre = focal(output[:, : heat.shape[1]], heat, weight)
        iou, direction = rectangles(output, owner, boxes)
        optimiser.zero_grad()
        (centre + 2 * iou + 0.5 * direction).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10)
        optimiser.step()
        step += 1
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - keep)
                else:
                    a.copy_(b)
        sums += [centre.item(), iou.item(), direction.item()]
        if step % TOLD_EVERY == 0:
            now = time.time()
            print(
                f"{(now - started) / 60:5.1f} min step {step} {TOLD_EVERY * BATCH / (now - told):.1f}/s scenes {len(scenes.scenes)} "
                f"centre {sums[0] / TOLD_EVERY:.3f} iou {sums[1] / TOLD_EVERY:.3f} direction {sums[2] / TOLD_EVERY:.3f}",
                flush=True,
            )
            sums[:] = 0
            told = now
            scenes.refresh()
        if time.time() - saved > 180:
            torch.save(average.state_dict(), chosen.out)
            saved = time.time()
    torch.save(average.state_dict(), chosen.out)
    ended.set()
    producer.join()


if __name__ == "__main__":
    main()
