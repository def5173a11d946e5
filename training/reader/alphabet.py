"""The symbols the VIN reader knows, in the order of its classes; class 0 is the CTC blank.

I, O and Q belong to no VIN (ISO 3779), but a line that shows one must not be read as if it showed a digit.
The mark stands for whatever frames a VIN: star, rhombus, maker's sign.
"""

SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
MARK = "*"
BLANK = 0
CLASSES = len(SYMBOLS) + 1
VIN_SYMBOLS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"

#: Height and width in pixels of the line the reader is given; one output column stands for COLUMN pixels.
HEIGHT, WIDTH, COLUMN = 32, 352, 4


def encode(text: str) -> list[int]:
    return [SYMBOLS.index(char) + 1 for char in text]


def decode(classes) -> str:
    """Best path: repeats merged, blanks dropped (Graves et al. 2006)."""
    text, previous = "", BLANK
    for value in classes:
        if value != previous and value != BLANK:
            text += SYMBOLS[value - 1]
        previous = value
    return text
