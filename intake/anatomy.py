"""The parts of a message as a person mending it looks at them: what each says it is, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intake import headers, mime, names, transfer, tree
from intake.budget import DEFAULT_BUDGET, Budget, Meter
from intake.message import Defect
from intake.tree import Part

_NESTED_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSeen:
    """One part. ``number`` counts as IMAP does, behind a ``/`` inside attached mails (``2/1``); ``0`` is the whole.

    ``media_type``, ``charset`` and ``encoding`` are what its header says, ``content`` its decoded bytes (none for a
    multipart).
    """

    number: str
    depth: int
    media_type: str
    charset: str
    encoding: str
    name: str
    content: bytes
    is_leaf: bool
    defects: tuple[Defect, ...]


def examine(raw: bytes, *, budget: Budget = DEFAULT_BUDGET) -> tuple[PartSeen, ...]:
    """Return every part of a message in order, attached mails opened three levels deep. Never raises on bad mail."""
    return tuple(_seen(raw, budget, prefix="", depth=0))


def leaves(part: Part) -> Iterator[Part]:
    """Yield the parts that hold content, in order."""
    if not part.children:
        yield part
    for child in part.children:
        yield from leaves(child)


def all_parts(part: Part) -> Iterator[Part]:
    """Yield a part and everything in it, in order."""
    yield part
    for child in part.children:
        yield from all_parts(child)


def name_of(part: Part) -> str:
    """Return the file name a part's header gives, fit to be shown, or an empty string."""
    meter = Meter(DEFAULT_BUDGET)
    disposition = headers.value_of(headers.first(part.fields, "content-disposition"), meter)
    return names.shown(disposition.parameters.get("filename") or part.parameters.get("name") or "")


def encoding_of(part: Part) -> str:
    """Return the transfer encoding a part's header names, in lower case."""
    return (headers.first(part.fields, "content-transfer-encoding") or "").strip().lower()[:60]


def content_of(raw: bytes, part: Part) -> bytes:
    """Return the decoded bytes of a part, as far as its encoding gives any."""
    return transfer.decode(raw[part.start : part.end], encoding_of(part), lambda reason, detail: None)


def is_mail(part: Part) -> bool:
    """Tell whether a part is an attached mail."""
    return part.media_type in ("message/rfc822", "message/global") or name_of(part).lower().endswith(".eml")


def _seen(raw: bytes, budget: Budget, *, prefix: str, depth: int) -> Iterator[PartSeen]:
    told = mime.parse(raw, budget=budget).defects
    root = tree.read(raw, Meter(budget))
    for part in all_parts(root):
        number = part.number or "0"
        content = b"" if part.children else content_of(raw, part)
        level = depth + (number.count(".") + 1 if part is not root else 0)
        yield PartSeen(
            number=prefix + number,
            depth=level,
            media_type=part.media_type,
            charset=part.parameters.get("charset", "")[:60],
            encoding=encoding_of(part),
            name=name_of(part),
            content=content,
            is_leaf=not part.children,
            defects=tuple(one for one in told if _stands_at(one, part, root)),
        )
        if not part.children and is_mail(part) and prefix.count("/") < _NESTED_DEPTH:
            yield from _seen(content, budget, prefix=f"{prefix}{number}/", depth=level + 1)


def _stands_at(defect: Defect, part: Part, root: Part) -> bool:
    """Tell whether a defect is about this part; what names no part is about the whole."""
    if defect.where == part.number:
        return True
    return part is root and not defect.where.replace(".", "").isdigit()
