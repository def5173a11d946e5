"""The reader's network: a plain convolutional encoder, one distribution over the symbols per column.

No recurrence and no attention along the line: what a character is depends on its own pixels and its near
neighbours', so no habit of VINs (a maker's prefix, a likely year) can speak for a character nobody can see.
"""

import torch
from torch import nn

from .alphabet import CLASSES


def _unit(inputs: int, outputs: int, kernel=3, stride=1) -> nn.Sequential:
    padding = tuple(k // 2 for k in kernel) if isinstance(kernel, tuple) else kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = _unit(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class LineReader(nn.Module):
    """`[n, 1, 32, w]` grey, 0..255 → `[n, w / 4, CLASSES]` log-probabilities (class 0 is the blank)."""

    def __init__(self):
        super().__init__()
        a, b, c, d, e = 24, 40, 80, 120, 192
        self.encoder = nn.Sequential(
            _unit(1, a, 3, 2),                          # 16 × w/2
            _unit(a, a),
            _unit(a, b, 3, 2), Residual(b),             # 8 × w/4
            _unit(b, c, 3, (2, 1)), Residual(c),        # 4 × w/4
            _unit(c, d, 3, (2, 1)), Residual(d),        # 2 × w/4
            nn.Conv2d(d, e, (2, 3), 1, (0, 1), bias=False), nn.BatchNorm2d(e), nn.ReLU(inplace=True),
            _unit(e, e, (1, 5)),
        )
        self.drop = nn.Dropout(0.1)
        self.head = nn.Conv2d(e, CLASSES, 1)

    def forward(self, grey):
        # Light and contrast of the line are taken out inside the network, so that no caller can forget it.
        mean = grey.mean((2, 3), keepdim=True)
        spread = (grey - mean).square().mean((2, 3), keepdim=True).sqrt()
        x = (grey - mean) / (spread + 2.0)
        logits = self.head(self.drop(self.encoder(x)))
        return logits.squeeze(2).transpose(1, 2).log_softmax(-1)
