"""File names from strangers: what may be shown. Files are stored by their hash, never by these names."""

from __future__ import annotations

import unicodedata
from typing import Final

NAME_CHARS: Final = 180
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_FORBIDDEN: Final = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Endings for parts that came without a name.
_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/ms-tnef": ".dat",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
}


def shown(raw: str) -> str:
    """Return a file name fit to be shown: last path part, no controls or direction marks, at most 180 characters."""
    last = raw.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    if len(last) > 1 and last[1] == ":" and last[0].isalpha():
        last = last[2:]
    visible = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN)
    name = " ".join(visible.translate(_FORBIDDEN).split()).strip(". ")
    if name.partition(".")[0].lower() in _RESERVED:
        name = "_" + name
    return _shorten(name)


def shown_path(raw: str) -> str:
    """Return an archive entry's relative path with every part fit to be shown and no way up or to a root."""
    parts = [shown(part) for part in raw[-4096:].replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(part for part in parts if part)[-400:]


def invented(media_type: str, number: str) -> str:
    """Return a name for a part that came without one, from its number and declared type."""
    return f"part-{number}{_ENDINGS.get(media_type, '.bin')}"


def ending(name: str) -> str:
    """Return the lower-case ending with its dot, or an empty string."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem else ""


def _shorten(name: str) -> str:
    if len(name) <= NAME_CHARS:
        return name
    tail = ending(name)
    tail = tail if len(tail) <= 12 else ""
    return name[: NAME_CHARS - len(tail)] + tail
