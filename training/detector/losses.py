"""What training minimises: focal loss on the centres, IoU in the target's own frame, and its direction."""

import torch
from torch.nn import functional as F

from .kinds import EDGE_UNIT, GROUP_CHANNELS, GROUPS, KINDS, STRIDE


def focal(logits: torch.Tensor, heat: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Penalty-reduced focal loss (Zhou et al., Objects as Points, 2019), per centre."""
    p = logits.sigmoid()
    centre = (heat == 1).float()
    hit = F.logsigmoid(logits) * (1 - p) ** 2 * centre
    miss = F.logsigmoid(-logits) * p**2 * (1 - heat) ** 4 * (1 - centre)
    return -((hit + miss) * weight).sum() / centre.sum().clamp(min=1)


def rectangles(output: torch.Tensor, owner: torch.Tensor, boxes: torch.Tensor) -> tuple:
    """IoU and direction losses over the cells that belong to a target."""
    rows, columns = output.shape[2:]
    ious, directions = [], []
    for group in range(GROUPS):
        own = owner[:, group].long()
        batch, y, x = own.nonzero(as_tuple=True)
        if len(batch) == 0:
            continue
        start = len(KINDS) + group * GROUP_CHANNELS
        said = output[batch, start : start + GROUP_CHANNELS, y, x]
        cx, cy, w, h, angle = boxes[batch, own[batch, y, x] - 1].unbind(1)
        # Long lines own many cells: each target counts the same.
        count = torch.zeros(len(boxes), boxes.shape[1] + 1).index_put_(
            (batch, own[batch, y, x]), torch.ones(len(batch)), accumulate=True
        )
        share = 1 / count[batch, own[batch, y, x]]
        cos, sin = angle.cos(), angle.sin()
        dx = x.float() * STRIDE + STRIDE / 2 - 0.5 - cx
        dy = y.float() * STRIDE + STRIDE / 2 - 0.5 - cy
        u, v = dx * cos + dy * sin, -dx * sin + dy * cos
        true = torch.stack([u + w / 2, w / 2 - u, v + h / 2, h / 2 - v], 1).clamp(min=0.5)
        edges = said[:, :4].clamp(-5, 4).exp() * EDGE_UNIT
        inner = torch.minimum(edges, true)
        crossing = (inner[:, 0] + inner[:, 1]) * (inner[:, 2] + inner[:, 3])
        area = (edges[:, 0] + edges[:, 1]) * (edges[:, 2] + edges[:, 3])
        iou = crossing / (area + w * h - crossing).clamp(min=1)
        logs = (edges.log() - true.log()).abs().clamp(max=2).mean(1)
        ious.append(((1 - iou + 0.3 * logs) * share).sum() / share.sum())
        wanted = torch.stack([cos, sin, (2 * angle).cos(), (2 * angle).sin()], 1)
        # A long line loses its ends by the least turn: its axis counts by its slenderness.
        slender = (w / h).clamp(1, 8)[:, None] * torch.tensor([0.0, 0, 1, 1]) + 1
        off = ((said[:, 4:] - wanted).abs() * slender).mean(1)
        directions.append((off * share).sum() / share.sum())
    if not ious:
        zero = output.sum() * 0
        return zero, zero
    return sum(ious) / len(ious), sum(directions) / len(directions)
