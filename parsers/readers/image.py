"""Read a picture: its size and pages, and its pixels for whoever reads what is written in it."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from parsers.document import Defect, Page, ParsedDocument
from parsers.limits import Limits
from parsers.wire import Picture

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_POINTS = 72.0
_DOTS = range(50, 1201)
"""Resolutions a scanner or a camera states in earnest."""
_SCREEN = 100
"""Cameras and screens state 72 or 96 dots an inch without meaning it; a page scanned so coarsely is guessed right."""
_LONGEST = 17.0
"""A ledger sheet in inches: a longer page was not scanned, its resolution is a camera's or a screen's."""
_SHEETS = ((8.5, 11.0), (8.27, 11.69), (8.5, 14.0))
"""Letter, A4 and legal, in inches."""
_ALIKE = 0.035
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)
_PLUGINS = (TiffImagePlugin, WebPImagePlugin)
"""Those that Pillow would look for among fifty others, in every process again."""
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, KeyError, TypeError, IndexError)


class RefusedError(Exception):
    """The picture is not read; ``reason`` is from the closed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return one page a frame, upright, sized by the stated resolution or as paper; no words."""
    try:
        if data[4:8] == b"ftyp":
            return _document((_heic(data, limits),), ())
        with _opened(data, limits) as image:
            count = min(getattr(image, "n_frames", 1), limits.pages) if image.format == "TIFF" else 1
            pages = tuple(_page(image, frame, limits) for frame in range(count))
            more = image.format == "TIFF" and getattr(image, "n_frames", 1) > limits.pages
        return _document(pages, (Defect(reason="too_many_pages"),) if more else ())
    except RefusedError as refused:
        defects = (Defect(reason=refused.reason),)
        return ParsedDocument(sha256="", media_type="", status="unreadable", reason=refused.reason, defects=defects)


def _document(pages: tuple[Page, ...], defects: tuple[Defect, ...]) -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type="",
        status="partial" if defects else "read",
        reason=defects[0].reason if defects else None,
        pages=pages,
        defects=defects,
    )


@contextmanager
def _opened(data: bytes, limits: Limits) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = None  # measured below, by our own limit
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                if image.width * image.height > limits.pixels:
                    raise RefusedError("page_too_large")
                yield image
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise RefusedError("damaged") from error


def _page(image: Image.Image, frame: int, limits: Limits) -> Page:
    if frame:
        image.seek(frame)
    if image.width * image.height > limits.pixels:
        raise RefusedError("page_too_large")
    width, height = _points(image)
    if image.getexif().get(_ORIENTATION) in _TURNED:
        width, height = height, width
    return Page(number=frame + 1, width=width, height=height, images=1)


def _points(image: Image.Image) -> tuple[float, float]:
    """Size a picture by its stated resolution, or as a sheet of paper where that is missing or makes no sheet."""
    stated = image.info.get("dpi") or (0.0, 0.0)
    across, down = (float(dots) if round(float(dots)) in _DOTS else 0.0 for dots in stated[:2])
    if not across * down or max(across, down) < _SCREEN or max(image.width / across, image.height / down) > _LONGEST:
        across = down = _guessed(*sorted((image.width, image.height)))
    return round(image.width * _POINTS / across, 2), round(image.height * _POINTS / down, 2)


def _guessed(short: int, long: int) -> float:
    """Return the resolution that makes a page-shaped picture a page, any other at most a page long; at least 72."""
    for narrow, high in _SHEETS:
        if abs(short / long * high / narrow - 1) <= _ALIKE:
            return max(short / narrow, _POINTS)
    return max(long / _SHEETS[0][1], _POINTS)


def _heic(data: bytes, limits: Limits) -> Page:
    """Take the largest size an iPhone picture states; no engine for its pixels is needed for that."""
    sizes: list[tuple[int, int]] = []
    at = data.find(b"ispe")
    while at >= 0 and at + 16 <= len(data) and len(sizes) < 1000:
        sizes.append(struct.unpack_from(">II", data, at + 8))
        at = data.find(b"ispe", at + 4)
    if not sizes:
        raise RefusedError("damaged")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    if width * height > limits.pixels or not width * height:
        raise RefusedError("page_too_large")
    return Page(number=1, width=float(width), height=float(height), images=1)


def grey(data: bytes, number: int, limits: Limits, *, most: int) -> tuple[npt.NDArray[np.uint8], Page]:
    """Return one frame (1-based) upright in shades of grey, on white where it is transparent, and its page.

    Pictures of more than ``most`` pixels are made smaller. Raises ``RefusedError``.
    """
    import numpy as np

    with _opened(data, limits) as image:
        if not 1 <= number <= getattr(image, "n_frames", 1):
            raise RefusedError("no_such_page")
        page = _page(image, number - 1, limits)
        times = -(-image.width * image.height // most)
        if image.format == "JPEG":
            # The decoder itself leaves out colour and every other dot.
            image.draft("L", (image.width // times, image.height // times))
        plain = ImageOps.exif_transpose(_flat(image))
        if times > 1 and plain.width * plain.height > most:
            plain.thumbnail((plain.width / times**0.5, plain.height / times**0.5))
        return np.array(plain, np.uint8), page


def _flat(image: Image.Image) -> Image.Image:
    """Make a picture grey, whatever it is made of."""
    if image.mode.startswith("I"):
        # Sixteen bits a dot; turning them to eight would cut them off.
        return image.convert("I").point(lambda shade: shade / 256).convert("L")
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        above = image.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(below, above).convert("L")
    return image.convert("L")


def render(data: bytes, *, page: int, dpi: int, limits: Limits) -> Picture:
    """Return one frame upright as PNG, without the camera's notes, made smaller where ``dpi`` asks for less."""
    try:
        with _opened(data, limits) as image:
            if not 1 <= page <= getattr(image, "n_frames", 1):
                return Picture(reason="no_such_page")
            shape = _page(image, page - 1, limits)
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((shape.width * dpi / _POINTS, shape.height * dpi / _POINTS))
            plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    except RefusedError as refused:
        return Picture(reason=refused.reason)
    out = io.BytesIO()
    plain.save(out, "PNG", compress_level=4)
    return Picture(
        png=out.getvalue(), width=plain.width, height=plain.height, page_width=shape.width, page_height=shape.height
    )
