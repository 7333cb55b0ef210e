"""What an OCR engine is asked, and what it answers: the seam between pictures and whichever engine is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Grey: TypeAlias = npt.NDArray[np.uint8]
    """A picture of shape (height, width): 0 is black, 255 is white."""


_INK: Final = 60
"""How much darker than the paper of a cell, in grey levels, something must be to count as ink."""
_MARGIN: Final = 0.2
"""White kept above and below the ink of a cell, in heights of the ink: the net was trained on such lines."""


@dataclass(frozen=True, slots=True)
class OcrWord:
    """What an engine read in one place of a picture.

    ``box`` is x0, top, x1, bottom in pixels. ``confidence`` is the engine's own figure in [0, 1], not a probability.
    ``line`` counts the lines of the picture from 0, or the cells where cells were asked for.
    """

    text: str
    box: tuple[float, float, float, float]
    confidence: float
    line: int


class Engine(Protocol):
    """Reads pictures.

    ``cells_first``: cells are better handed to ``read_cells`` than laid out as one picture. ``second`` is a slower
    engine that reads single lines better, for those this one is unsure of.
    """

    name: str
    cells_first: bool
    second: Engine | None

    def read_lines(self, picture: Grey, *, block: bool) -> tuple[OcrWord, ...]:
        """Read a picture, top to bottom: one block of level lines (``block``) or a page laid out in any way."""

    def read_cells(self, cells: Sequence[Grey]) -> tuple[OcrWord, ...]:
        """Read each picture as one line. One word a cell, spaces inside, ``line`` its place; an empty cell has none."""


class NoEngine:
    """Stands for the engine that is not there: reads nothing."""

    name = "none"
    cells_first = False
    second: Engine | None = None

    def read_lines(self, picture: Grey, *, block: bool) -> tuple[OcrWord, ...]:
        """Read nothing."""
        return ()

    def read_cells(self, cells: Sequence[Grey]) -> tuple[OcrWord, ...]:
        """Read nothing."""
        return ()


def inked(cell: Grey) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the ink of a cell with a margin, or None where there is none."""
    import numpy as np

    if not cell.size:
        return None
    dark = cell < float(np.median(cell)) - _INK
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not rows.size:
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    spare = max(2, round(_MARGIN * (bottom - top)))
    height, width = cell.shape
    return max(left - spare, 0), max(top - spare, 0), min(right + spare, width), min(bottom + spare, height)
