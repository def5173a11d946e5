"""What the detector tells apart, in the order of its output channels."""

KINDS = ("vin_line", "barcode", "nameplate", "certificate", "gear")

# A line may lie on the centre of its plate, so lines and areas are measured by separate output channels.
GROUP_OF_KIND = (0, 0, 1, 1, 1)
GROUPS = 2

# Channels of one group: distances to the four edges (left, right, top, bottom as the text reads; logarithms
# of units of EDGE_UNIT pixels), direction (cos, sin of the reading direction), axis (cos, sin of its double).
GROUP_CHANNELS = 8
EDGE_UNIT = 16.0
STRIDE = 4
CHANNELS = len(KINDS) + GROUPS * GROUP_CHANNELS
