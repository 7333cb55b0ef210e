"""Turn a PDF's own coordinates into points from the top left corner of the page as it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parsers.document import FLAT, Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpace:
    """The visible part of a page in PDF units, and by how many degrees clockwise it is turned for reading."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0

    @property
    def width(self) -> float:
        """Return the shown width in points."""
        return self.right - self.left if self.rotation in (0, 180) else self.top - self.bottom

    @property
    def height(self) -> float:
        """Return the shown height in points."""
        return self.top - self.bottom if self.rotation in (0, 180) else self.right - self.left

    @property
    def longest(self) -> float:
        """Return the longer side in points."""
        return max(self.right - self.left, self.top - self.bottom)

    def laid(self, turn: int) -> tuple[PageSpace, tuple[float, ...]]:
        """Return the space in which text that is turned by ``turn`` degrees against the clock stands upright.

        With it comes the homography from there to the page as it is shown; see ``Page.shown``.
        """
        if turn == self.rotation:
            return self, FLAT
        upright = replace(self, rotation=turn)
        wide, high = upright.width, upright.height
        shown = {
            90: (0.0, -1.0, high, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0),
            180: (-1.0, 0.0, wide, 0.0, -1.0, high, 0.0, 0.0, 1.0),
            270: (0.0, 1.0, 0.0, -1.0, 0.0, wide, 0.0, 0.0, 1.0),
        }
        return upright, shown[(self.rotation - turn) % 360]

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Place a rectangle given by any two opposite corners; rounded to hundredths of a point."""
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        if self.rotation == 0:
            # As below, without ``round``, which is exact to the last bit and takes a fifth of the time of a page.
            left, top = 100 * self.left - 0.5, 100 * self.top + 0.5
            return (
                (100 * x0 - left) // 1 / 100,
                (top - 100 * y1) // 1 / 100,
                (100 * x1 - left) // 1 / 100,
                (top - 100 * y0) // 1 / 100,
            )
        if self.rotation == 90:
            placed = (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
        elif self.rotation == 180:
            placed = (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
        else:
            placed = (self.top - y1, self.right - x1, self.top - y0, self.right - x0)
        return (round(placed[0], 2), round(placed[1], 2), round(placed[2], 2), round(placed[3], 2))


def page_space(media: tuple[float, ...], crop: tuple[float, ...], rotation: int) -> PageSpace:
    """Combine a page's two boxes, each in any corner order, as viewers do: what is cropped and lies on the sheet."""
    sheet, shown = _upright(media), _upright(crop)
    left, bottom = max(sheet[0], shown[0]), max(sheet[1], shown[1])
    right, top = min(sheet[2], shown[2]), min(sheet[3], shown[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = sheet
    return PageSpace(left=left, bottom=bottom, right=right, top=top, rotation=rotation % 360 // 90 * 90)


def _upright(box: tuple[float, ...]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box[:4]
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
