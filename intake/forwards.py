"""Which words of a message are new, which are quoted, and who really sent what was forwarded.

The text is cut into ranges that lie one behind the other and cover it whole, so that nothing is dropped and a page can
mark each range. A range is new or of one quoted kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from intake import endings, origin, quotes
from intake.message import Address, InboundMessage
from intake.origin import Head, Origin
from intake.quotes import Mark, QuotedBlock, RangeKind

__all__ = ["QuotedBlock", "Unwound", "is_reply_subject", "unwind"]

MessageKind = Literal["forward", "reply", "original"]
#: What a line belongs to: a mark by its number, a kind of its own, or nothing: new words.
LineKind = RangeKind | int | None

_TAGS: Final = r"(?:\[[^\]]{1,20}\]\s{0,3}){0,5}"
_FORWARD: Final = re.compile(_TAGS + r"(?:fwd?|wg|tr|rv|enc|i|doorst)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}:", re.I)
_REPLY: Final = re.compile(_TAGS + r"(?:re|aw|réf?|sv|res|antw)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}:", re.I)
_MARKS: Final = 200
_LOOK_AHEAD: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwound:
    """A message's text taken apart.

    ``new_text`` is what the sender added, ``new_ranges`` where it stands; ``forwarded_text`` is what the true sender of
    a forward wrote, empty for other mail. ``true_sender`` is whom the message is really from; ``confidence`` says how
    sure that is, and ``rivals`` who else it could be. ``named`` is the writer whom a head names without an address.
    """

    kind: MessageKind
    new_text: str
    new_ranges: tuple[tuple[int, int], ...]
    quoted: tuple[QuotedBlock, ...]
    forwarded_text: str = ""
    true_sender: Address | None = None
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    rivals: tuple[Address, ...] = ()
    named: str = ""

    @property
    def is_unclear(self) -> bool:
        """Return whether somebody passed it on, or a machine sent it, and nobody can say for whom."""
        return self.confidence < origin.SURE and (self.kind == "forward" or self.confidence < origin.UNCLEAR)


def unwind(message: InboundMessage, *, own_domain: str, attached: Sequence[InboundMessage] | None = None) -> Unwound:
    """Return new and quoted ranges of a message's text and its true sender. ``own_domain`` is the house's own.

    ``attached`` are the mails inside it, outermost first, where they were taken out already.
    """
    lines = message.text.split("\n")
    marks = _marks(lines)
    kinds = _line_kinds(lines, marks)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    starts[-1] = len(message.text)
    spans = list(_spans(kinds, starts, marks))
    blocks = tuple(block for _, _, block in spans if block is not None)
    ranges = tuple((start, end) for start, end, block in spans if block is None)
    heads = tuple(
        Head(block=block, words=message.text[block.body_start : block.end]) for block in blocks if block.sender_text
    )
    inner = None if attached is None else tuple(_writers(attached))
    kind = _message_kind(message, marks, own_domain)
    if kind == "original" and origin.is_passed_on(message, own_domain=own_domain, inner=inner):
        kind = "forward"
    found = origin.true_sender(message, heads, forward=kind == "forward", own_domain=own_domain, inner=inner)
    return Unwound(
        kind=kind,
        new_text="".join(message.text[start:end] for start, end in ranges).strip(),
        new_ranges=ranges,
        quoted=blocks,
        forwarded_text=_forwarded_text(heads, found, attached or ()) if kind == "forward" else "",
        true_sender=found.sender,
        confidence=found.confidence,
        evidence=found.evidence,
        rivals=found.rivals,
        named=found.named,
    )


def _writers(attached: Sequence[InboundMessage]) -> Iterator[Address]:
    """Yield who wrote the mails inside, each followed by those whom it quotes."""
    for inner in attached:
        if inner.sender is not None:
            yield inner.sender
        yield from (mark.sender for mark in _marks(inner.text.split("\n")) if mark.sender is not None)


def is_reply_subject(subject: str) -> bool:
    """Tell whether a subject begins as that of a reply does, in any of the languages mail programs speak."""
    return _REPLY.match(subject[:200]) is not None


def _message_kind(message: InboundMessage, marks: list[Mark], own_domain: str) -> MessageKind:
    """Tell forwards from replies by the subject first, then by the marks, then by the threading headers."""
    if _FORWARD.match(message.subject[:200]):
        return "forward"
    if is_reply_subject(message.subject):
        return "reply"
    if any(mark.forwarded and mark.level == 0 for mark in marks):
        return "forward"
    inside = message.sender is not None and message.sender.domain == own_domain.lower()
    if inside and any(mark.kind == "header_block" for mark in marks):
        return "forward"
    return "reply" if marks or message.in_reply_to else "original"


def _marks(lines: list[str]) -> list[Mark]:
    marks: list[Mark] = []
    index = 0
    while index < len(lines) and len(marks) < _MARKS:
        mark = quotes.mark_at(lines, index)
        if mark is not None:
            marks.append(mark)
        index = mark.last if mark is not None else index + 1
    return marks


def _line_kinds(lines: list[str], marks: list[Mark]) -> list[LineKind]:
    """Return for every line what it belongs to.

    Behind a head whose quote is prefixed, lines without a prefix are answers. Behind any other head all is quoted.
    """
    kinds: list[LineKind] = [None] * len(lines)
    numbers = {mark.first: number for number, mark in enumerate(marks)}
    owner: int | None = None
    closed = False
    for index, line in enumerate(lines):
        if index in numbers:
            owner = numbers[index]
            closed = closed or (marks[owner].level == 0 and not _prefixed(lines, marks[owner]))
        if owner is not None and (closed or index < marks[owner].last):
            kinds[index] = owner
        elif line.startswith(">"):
            kinds[index] = "prefix" if owner is None else owner
        elif not line.strip() and index and isinstance(kinds[index - 1], int):
            kinds[index] = kinds[index - 1]
    _mark_endings(lines, kinds)
    return kinds


def _prefixed(lines: list[str], mark: Mark) -> bool:
    """Tell whether the first words behind a head carry one more ``>`` than the head itself."""
    for line in lines[mark.last : mark.last + _LOOK_AHEAD]:
        text, level = quotes.unprefixed(line)
        if text.strip():
            return level > mark.level
    return False


def _mark_endings(lines: list[str], kinds: list[LineKind]) -> None:
    """Mark signatures, device lines, disclaimers and banners among the new lines."""
    for first, last in list(_runs(kinds)):
        signature = endings.signature_lines(lines, first, last)
        if signature is not None:
            kinds[signature:last] = ["signature"] * (last - signature)
            last = signature
        for begin, end in _paragraphs(lines, first, last):
            _mark_paragraph(lines, kinds, begin, end)
        for index in range(first, last):
            if kinds[index] is None and endings.is_device_line(lines[index]):
                kinds[index] = "device"


def _mark_paragraph(lines: list[str], kinds: list[LineKind], begin: int, end: int) -> None:
    if endings.is_banner("\n".join(lines[begin:end])):
        kinds[begin:end] = ["banner"] * (end - begin)
        return
    disclaimer = endings.disclaimer_from(lines, begin, end)
    if disclaimer is not None:
        kinds[disclaimer:end] = ["disclaimer"] * (end - disclaimer)


def _runs(kinds: list[LineKind]) -> Iterator[tuple[int, int]]:
    """Yield first and last (exclusive) line of every run of new words."""
    first: int | None = None
    for index, kind in enumerate([*kinds, 0]):
        if kind is None and first is None:
            first = index
        elif kind is not None and first is not None:
            yield first, index
            first = None


def _paragraphs(lines: list[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    begin = first
    for index in range(first, last + 1):
        if index == last or not lines[index].strip():
            if index > begin:
                yield begin, index
            begin = index + 1


def _spans(
    kinds: list[LineKind], starts: list[int], marks: list[Mark]
) -> Iterator[tuple[int, int, QuotedBlock | None]]:
    """Yield the ranges in order, each with its block or None for new words; neighbours of one kind are one range."""
    first = 0
    headed: set[int] = set()
    for index in range(1, len(kinds) + 1):
        if index < len(kinds) and kinds[index] == kinds[first]:
            continue
        start, end, kind = starts[first], starts[index], kinds[first]
        first = index
        if start == end:
            continue
        if not isinstance(kind, int):
            yield start, end, QuotedBlock(start=start, end=end, kind=kind, body_start=start) if kind else None
        elif kind in headed:  # a quote that goes on behind an answer has no head of its own
            block = QuotedBlock(start=start, end=end, kind="prefix", body_start=start, level=marks[kind].level + 1)
            yield start, end, block
        else:
            headed.add(kind)
            yield start, end, _headed(marks[kind], start, end, starts)


def _headed(mark: Mark, start: int, end: int, starts: list[int]) -> QuotedBlock:
    return QuotedBlock(
        start=start,
        end=end,
        kind=mark.kind,
        body_start=min(end, starts[mark.last]),
        level=mark.level,
        sender=mark.sender,
        sender_text=mark.sender_text,
        sent=mark.sent,
        to=mark.to,
        subject=mark.subject,
    )


def _forwarded_text(heads: tuple[Head, ...], found: Origin, attached: Sequence[InboundMessage]) -> str:
    """Return the words of the block the true sender wrote, else of the attached mail, else of the first block."""
    wanted = found.sender.email.lower() if found.sender else None
    theirs = (head for head in heads if head.block.sender and head.block.sender.email.lower() == wanted)
    named = (head for head in heads if found.named and head.block.sender_text == found.named)
    inside = next((one.text for one in attached if one.sender and one.sender.email.lower() == wanted), None)
    head = next(theirs, None) or next(named, None)
    if head is None and inside is not None:
        return inside.strip()
    head = head or next(iter(heads), None)
    if head is None:
        return ""
    return "\n".join(quotes.unprefixed(line)[0] for line in head.words.split("\n")).strip()
