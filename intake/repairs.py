"""Repairs worth trying on a message that was not read whole, each a pure function from bytes to bytes.

What was received is never changed: a repair gives other bytes, which are kept beside it. A repair is named by its kind,
the part and what distinguishes it (``charset:1.2:windows-1251``), so that the same name does the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from intake import anatomy, decoding, headers, mime, rewriting, tree
from intake.budget import DEFAULT_BUDGET, Budget, Meter
from intake.errors import IntakeError
from intake.message import Defect
from intake.reasons import UNREAD
from intake.tree import Part

__all__ = ["WIDE_BUDGET", "Repair", "RepairError", "Repaired", "apply", "worth_trying"]

WIDE_BUDGET: Final = Budget(
    parts=5_000, depth=40, header_bytes=2 * 1024 * 1024, decoded_bytes=240 * 1024 * 1024, recipients=10_000
)
"""What one message may have that a person lets through: above anything people send, and still an end."""

_OVER_BUDGET: Final = UNREAD | {"too_deep", "too_many_recipients"}
_TRIED_BYTES: Final = 20 * 1024 * 1024
"""Larger messages are not read once for every repair to tell what it would change."""
_MOST: Final = 24


class RepairError(IntakeError):
    """There is no such repair for this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair: its name, what it does, and what would be different."""

    name: str
    what: str
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The bytes to read instead; ``widened`` when the same bytes are to be read with ``WIDE_BUDGET``."""

    raw: bytes
    widened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """A message taken apart, with what is wrong with it."""

    raw: bytes
    root: Part
    defects: tuple[Defect, ...]

    def part(self, number: str) -> Part:
        wanted = (part for part in anatomy.all_parts(self.root) if (part.number or "0") == number)
        found = next(wanted, None)
        if found is None and number == "0":
            return self.root
        if found is None:
            raise RepairError(f"the message has no part {number}")
        return found

    def hurt(self, *reasons: str) -> Iterator[Part]:
        """Yield each part at which one of these defects was met."""
        places = dict.fromkeys(one.where for one in self.defects if one.reason in reasons)
        for place in places:
            if place == "":
                yield self.root
            else:
                yield from (part for part in anatomy.all_parts(self.root) if part.number == place)


Proposer = Callable[[_Scene], Iterator[Repair]]
Applier = Callable[[_Scene, Part, str], bytes]


def worth_trying(raw: bytes) -> tuple[Repair, ...]:
    """Return the repairs that fit what is wrong with a message, each with what it would change."""
    scene = _scene(raw)
    found: dict[str, Repair] = {}
    for propose in _PROPOSERS:
        for repair in propose(scene):
            found.setdefault(repair.name, repair)
    tried = (_told(scene, repair) for repair in list(found.values())[:_MOST])
    return tuple(repair for repair in tried if repair is not None)


def apply(raw: bytes, name: str) -> Repaired:
    """Return what a repair makes of a message.

    Raises:
        RepairError: no such repair, or it would change nothing.
    """
    if name == "budget":
        return Repaired(raw=raw, widened=True)
    kind, _, rest = name.partition(":")
    number, _, detail = rest.partition(":")
    if kind not in _APPLIERS:
        raise RepairError(f"there is no repair {name!r}")
    scene = _scene(raw)
    made = _APPLIERS[kind](scene, scene.part(number or "0"), detail)
    if made == raw:
        raise RepairError(f"the repair {name!r} changes nothing here")
    return Repaired(raw=made)


def _scene(raw: bytes) -> _Scene:
    return _Scene(raw=raw, root=tree.read(raw, Meter(DEFAULT_BUDGET)), defects=mime.parse(raw).defects)


def _number(part: Part) -> str:
    return part.number or "0"


def _told(scene: _Scene, repair: Repair) -> Repair | None:
    """Add to a repair how many parts and defects the message would have; None when it cannot be made after all."""
    if repair.name == "budget" or len(scene.raw) > _TRIED_BYTES:
        return repair
    try:
        after = _scene(apply(scene.raw, repair.name).raw)
    except RepairError:
        return None
    before, now = (sum(1 for _ in anatomy.leaves(one.root)) for one in (scene, after))
    defects = f"{len(after.defects)} instead of {len(scene.defects)}"
    counted = f"{now} parts instead of {before}, defects: {defects}"
    return Repair(name=repair.name, what=repair.what, change=f"{repair.change} {counted}.".strip())


def _budgets(scene: _Scene) -> Iterator[Repair]:
    over = next((one for one in scene.defects if one.reason in _OVER_BUDGET), None)
    if over is not None:
        yield Repair(
            name="budget",
            what="Give this one message more room",
            change=f"What was left unread ({over.reason.replace('_', ' ')}) is read, up to {WIDE_BUDGET.parts:,} parts "
            f"and {WIDE_BUDGET.decoded_bytes // 1024 // 1024} MB.",
        )


def _boundaries(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("boundary_not_found", "boundary_missing"):
        for mark, times in decoding.boundaries(scene.raw, part):
            yield Repair(
                name=f"boundary:{_number(part)}:{mark}",
                what="Take the boundary from the body",
                change=f"The line --{mark} stands {times} times in the body; the header names another or none.",
            )


def _with_boundary(scene: _Scene, part: Part, mark: str) -> bytes:
    declared = headers.value_of(headers.first(part.fields, "content-type"), Meter(DEFAULT_BUDGET)).value
    kind = declared if declared.startswith("multipart/") else "multipart/mixed"
    return rewriting.with_field(scene.raw, part, "Content-Type", f'{kind}; boundary="{mark}"')


def _unclosed(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("boundary_unclosed"):
        yield Repair(
            name=f"close:{_number(part)}",
            what="Close the boundary",
            change="The final boundary is written at the end; what stands there ends with it.",
        )


def _closed(scene: _Scene, part: Part, detail: str) -> bytes:
    mark = part.parameters.get("boundary", "") or next((mark for mark, _ in decoding.boundaries(scene.raw, part)), "")
    if not mark:
        raise RepairError("the part has no boundary to close")
    end = rewriting.line_end(scene.raw)
    final = end + b"--" + mark.encode("utf-8", "replace") + b"--" + end
    return scene.raw[: part.end].rstrip(b"\r\n") + final + scene.raw[part.end :]


def _header_lines(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("header_malformed"):
        for number, (_, line) in enumerate(rewriting.header_lines(scene.raw, part), 1):
            if decoding.is_no_header(line, first=number == 1):
                yield Repair(
                    name=f"drop-line:{_number(part)}:{number}",
                    what=f"Drop line {number} of the headers",
                    change=f"{len(line.strip())} characters that are no header go; headers behind them count again.",
                )
                break


def _without_line(scene: _Scene, part: Part, detail: str) -> bytes:
    for number, (at, _) in enumerate(rewriting.header_lines(scene.raw, part), 1):
        if str(number) == detail:
            return rewriting.without_line(scene.raw, at)
    raise RepairError(f"the headers have no line {detail}")


def _charsets(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("charset_lies", "charset_unknown", "body_undecodable"):
        if part.children or not part.media_type.startswith("text/"):
            continue
        content = anatomy.content_of(scene.raw, part)
        for name, before, after in decoding.readings(content, part.parameters.get("charset")):
            yield Repair(
                name=f"charset:{_number(part)}:{name}",
                what=f"Read the text as {name}",
                change=f"“{before}” becomes “{after}”.",
            )


def _with_charset(scene: _Scene, part: Part, name: str) -> bytes:
    text = decoding.strictly(anatomy.content_of(scene.raw, part), name)
    if text is None:
        raise RepairError(f"the text is not in {name}")
    kind = part.media_type if part.media_type.startswith("text/") else "text/plain"
    return rewriting.with_content(scene.raw, part, text.encode(), media_type=kind, charset="utf-8")


def _base64(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("base64_broken"):
        body = scene.raw[part.start : part.end]
        whole, lines = anatomy.content_of(scene.raw, part), decoding.base64_by_lines(body)
        yield Repair(
            name=f"base64:{_number(part)}",
            what="Decode the damaged base64 as one run and write it out clean",
            change=f"{len(whole):,} bytes are kept; letters that are none are dropped.",
        )
        if lines != whole:
            yield Repair(
                name=f"base64-lines:{_number(part)}",
                what="Decode the damaged base64 line by line",
                change=f"{len(lines):,} bytes are kept instead of {len(whole):,}; damage in one line shifts no other.",
            )


def _encodings(scene: _Scene) -> Iterator[Repair]:
    for part in scene.hurt("transfer_encoding_unknown"):
        for encoding in decoding.encodings(scene.raw[part.start : part.end]):
            yield Repair(
                name=f"decode:{_number(part)}:{encoding}",
                what=f"Decode the part as {encoding}",
                change=f"The header says “{anatomy.encoding_of(part)}”, which nobody knows.",
            )


def _decoded(scene: _Scene, part: Part, encoding: str) -> bytes:
    return rewriting.with_field(scene.raw, part, "Content-Transfer-Encoding", encoding)


def _texts(scene: _Scene) -> Iterator[Repair]:
    if any(part.media_type.startswith("text/") and not anatomy.name_of(part) for part in anatomy.leaves(scene.root)):
        return
    for part in anatomy.leaves(scene.root):
        if decoding.is_printable(anatomy.content_of(scene.raw, part)):
            yield Repair(
                name=f"text:{_number(part)}",
                what="Read the part as the text of the mail",
                change=f"The mail has no text; this part says it is {part.media_type} and is plain text.",
            )


def _as_text(scene: _Scene, part: Part, detail: str) -> bytes:
    text = anatomy.content_of(scene.raw, part).decode("utf-8", "replace")
    return rewriting.with_content(scene.raw, part, text.encode(), media_type="text/plain", charset="utf-8")


def _attached_mails(scene: _Scene) -> Iterator[Repair]:
    for part in anatomy.leaves(scene.root):
        name = anatomy.name_of(part)
        if anatomy.is_mail(part) or name.lower().endswith(".msg"):
            yield Repair(
                name=f"open:{_number(part)}",
                what=f"Take the attached mail {name} as the mail itself".replace("  ", " "),
                change="Its sender, text and files count; the mail around it is left out.",
            )


def _opened(scene: _Scene, part: Part, detail: str) -> bytes:
    content = anatomy.content_of(scene.raw, part)
    if not content:
        raise RepairError(f"part {_number(part)} is empty")
    return content


def _as_run(scene: _Scene, part: Part, detail: str) -> bytes:
    return rewriting.with_content(scene.raw, part, anatomy.content_of(scene.raw, part))


def _by_lines(scene: _Scene, part: Part, detail: str) -> bytes:
    return rewriting.with_content(scene.raw, part, decoding.base64_by_lines(scene.raw[part.start : part.end]))


_PROPOSERS: Final[tuple[Proposer, ...]] = (
    _budgets,
    _header_lines,
    _boundaries,
    _unclosed,
    _charsets,
    _base64,
    _encodings,
    _texts,
    _attached_mails,
)
_APPLIERS: Final[Mapping[str, Applier]] = MappingProxyType(
    {
        "boundary": _with_boundary,
        "close": _closed,
        "drop-line": _without_line,
        "charset": _with_charset,
        "base64": _as_run,
        "base64-lines": _by_lines,
        "decode": _decoded,
        "text": _as_text,
        "open": _opened,
    }
)
