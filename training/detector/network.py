"""
What is trained: the features are brought together from stride 32 up to stride 4, and each cell there says, a map a
kind, whether it is a centre, and for lines and for areas the edges and the direction seen from it.
"""

import torch
from torch import nn

from .features import OUTPUTS
from .kinds import CHANNELS, KINDS


def convolution(inputs: int, outputs: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.second(self.first(x)))


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        # The features differ in scale by orders of magnitude: each is normalised first.
        self.scale = nn.ModuleList(nn.BatchNorm2d(channels) for channels, _ in OUTPUTS.values())
        self.side4 = convolution(96 + 48, 48, 1)
        self.side8 = convolution(96, 64, 1)
        self.side16 = convolution(192, 96, 1)
        self.side32 = nn.Sequential(convolution(384, 96, 1), Residual(96))
        self.mix16 = nn.Sequential(Residual(96), convolution(96, 64, 1))
        self.mix8 = nn.Sequential(Residual(64), convolution(64, 48, 1))
        self.mix4 = Residual(48)
        self.say = nn.Sequential(convolution(48, 64, 1), nn.Conv2d(64, CHANNELS, 1))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        with torch.no_grad():
            bias = self.say[-1].bias
            bias.zero_()
            bias[: len(KINDS)] = -4.0  # few cells are centres

    def forward(self, *features: torch.Tensor) -> torch.Tensor:
        """The maps of OUTPUTS -> (batch, CHANNELS, height / 4, width / 4)."""
        fused, at4, at8, at16, at32 = (scale(x) for scale, x in zip(self.scale, features, strict=True))
        up16 = self.mix16(self.side16(at16) + self.up(self.side32(at32)))
        up8 = self.mix8(self.side8(at8) + self.up(up16))
        return self.say(self.mix4(self.side4(torch.cat([fused, at4], 1)) + self.up(up8)))
