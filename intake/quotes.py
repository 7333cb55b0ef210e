"""Recognise the marks mail programs leave around quoted mail: header blocks, "On ... wrote:" lines, prefixes.

Every look at a line is bounded: a line counts with its first 400 characters, a block with its first 14 lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from intake import addresses
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import Address

RangeKind = Literal[
    "header_block", "on_wrote", "original_message", "prefix", "signature", "device", "disclaimer", "banner"
]

_LINE_CHARS: Final = 400
_BLOCK_LINES: Final = 14
_WROTE_LINES: Final = 4

#: Header names of forwarded blocks by language: English, German, French, Spanish, Italian, Portuguese, Dutch.
_NAMES: Final = {
    **dict.fromkeys(("from", "von", "de", "da", "van"), "from"),
    **dict.fromkeys(("sent", "gesendet", "envoyé", "enviado", "enviado el", "inviato", "verzonden"), "sent"),
    **dict.fromkeys(("date", "datum", "fecha", "data"), "sent"),
    **dict.fromkeys(("to", "an", "à", "pour", "para", "a", "aan"), "to"),
    **dict.fromkeys(("cc", "kopie", "copie", "copie à", "copia"), "cc"),
    **dict.fromkeys(("subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp"), "subject"),
    **dict.fromkeys(("reply-to", "importance", "attachments", "bcc", "priority", "resent-from"), "other"),
}
_FIELD: Final = re.compile(r"[*_\s]{0,16}([^\W\d_][\w -]{0,14}?)\s{0,2}[*_]{0,2}\s{0,2}:[*_]{0,2}(?:\s+(.*))?$")
_ORIGINAL: Final = re.compile(
    r"[-_\s]{2,30}\s{0,3}(?:original message|original appointment|forwarded message|forwarded by\b.{0,80}"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message d’origine|message trans(?:féré|mis)"
    r"|mensaje original|mensaje reenviado|messaggio originale|mensagem original|oorspronkelijk bericht)"
    r"\s{0,3}[-_\s]{0,30}$",
    re.I,
)
_BEGIN: Final = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:transféré|réexpédié)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato)\s{0,3}:?\s{0,3}$",
    re.I,
)
_RULE: Final = re.compile(r"[_\-=]{10,}\s{0,3}$")
_WROTE_START: Final = re.compile(r"(?:on|am|le|el|il|em|op)\s", re.I)
_WROTE_END: Final = re.compile(
    r"(?:wrote|schrieb(?:\s.{0,120})?|a écrit|escribió|ha scritto|escreveu|schreef(?:\s.{0,120})?)\s{0,2}:\s{0,3}$",
    re.I,
)
_WROTE_ADDRESS: Final = re.compile(r"<?(?:mailto:)?([^\s<>\[\]()]{1,64}@[^\s<>\[\]()]{3,200})>?")
_WROTE_NAME: Final = re.compile(
    r"(?:[^\d]{0,3}\b(?:am|pm|uhr|utc|gmt|cst|mez|schrieb|a écrit)\b\.?|[\s,:.)]){0,8}(.{0,100})$", re.I
)
_MAILTO: Final = re.compile(r"\[mailto:([^\]\s]{3,320})\]", re.I)
#: What Outlook leaves of a link when it flattens a page: the address once more, in angles behind it.
_TWICE: Final = re.compile(r"(?<=[^\s<])<mailto:[^<>\s]{3,320}>", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The head of one quoted mail: lines ``first`` to ``last`` (exclusive) of the text, and what they say."""

    kind: RangeKind
    first: int
    last: int
    level: int = 0
    sender: Address | None = None
    sender_text: str = ""
    sent: str = ""
    to: tuple[Address, ...] = ()
    subject: str = ""
    forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedBlock:
    """A range of the text that is not the sender's new words; ``start`` and ``end`` count characters of ``text``.

    Blocks with a head (``header_block``, ``on_wrote``) say who wrote them; ``sent`` is the date as it stands there.
    ``body_start`` is where the quoted words begin behind the head.
    """

    start: int
    end: int
    kind: RangeKind
    body_start: int
    level: int = 0
    sender: Address | None = None
    sender_text: str = ""
    sent: str = ""
    to: tuple[Address, ...] = ()
    subject: str = ""


@dataclass(slots=True)
class _Block:
    """Header fields collected while a block is read; ``last`` is the line behind it."""

    last: int
    fields: dict[str, str] = field(default_factory=dict)


def unprefixed(line: str) -> tuple[str, int]:
    """Return a line without its ``>`` prefixes, and how many there were."""
    level, at = 0, 0
    while at < len(line) and at < _LINE_CHARS and line[at] in "> \t|":
        if line[at] == "|":
            break
        level += line[at] == ">"
        at += 1
    return (line[at:], level) if level else (line, 0)


def mark_at(lines: list[str], index: int) -> Mark | None:
    """Return the mark that begins at this line, or None."""
    text, level = unprefixed(lines[index][:_LINE_CHARS])
    text = text.strip()
    if not text:
        return None
    if _ORIGINAL.match(text) or _BEGIN.match(text) or _RULE.match(text):
        return _announced(lines, index, level, forwarded=not _RULE.match(text))
    return _header_block(lines, index, index, level, forwarded=False) or _wrote(lines, index, level)


def _announced(lines: list[str], index: int, level: int, *, forwarded: bool) -> Mark | None:
    """Return the block behind a line like ``-----Original Message-----``; the line alone counts unless it is a rule."""
    behind = index + 1
    while behind < len(lines) and behind < index + 4 and not unprefixed(lines[behind])[0].strip():
        behind += 1
    text = unprefixed(lines[index][:_LINE_CHARS])[0].lower()
    forwarded = forwarded and "original" not in text and "ursprüngliche" not in text and "oorspronkelijk" not in text
    block = _header_block(lines, behind, index, level, forwarded=forwarded) if behind < len(lines) else None
    if block is not None or _RULE.match(text.strip()):
        return block
    return Mark(kind="original_message", first=index, last=index + 1, level=level, forwarded=forwarded)


def _header_block(lines: list[str], index: int, first: int, level: int, *, forwarded: bool) -> Mark | None:
    """Return a From/Sent/To/Subject block that begins at ``index``; three known fields, From the first, make one.

    Behind a line that announces it, two are enough, and they may stand in any order.
    """
    opening = _field(lines[index])
    announced = first != index
    if opening is None or (opening[0] != "from" and not announced):
        return None
    block = _collect(lines, index)
    known = block.fields.keys() & {"from", "sent", "to", "subject"}
    if "from" not in known or len(known) < (2 if announced else 3):
        return None
    senders = _addresses(block.fields["from"])
    return Mark(
        kind="header_block",
        first=first,
        last=block.last,
        level=level,
        sender=senders[0] if senders else None,
        sender_text=" ".join(block.fields["from"].split())[:200],
        sent=" ".join(block.fields.get("sent", "").split())[:100],
        to=_addresses(block.fields.get("to", "")),
        subject=" ".join(block.fields.get("subject", "").split())[:300],
        forwarded=forwarded,
    )


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.match(unprefixed(line[:_LINE_CHARS])[0])
    name = _NAMES.get(match.group(1).lower().strip()) if match else None
    return (name, (match.group(2) or "").strip()) if match and name else None


def _collect(lines: list[str], index: int) -> _Block:
    """Read fields from ``index`` on; a line that is no field continues a recipient list or ends the block."""
    block, current = _Block(last=index), ""
    for number in range(index, min(index + _BLOCK_LINES, len(lines))):
        found = _field(lines[number])
        text = unprefixed(lines[number][:_LINE_CHARS])[0].strip()
        if found is not None and not (found[0] == "from" and "from" in block.fields):
            current = found[0]
            block.fields.setdefault(current, found[1].strip("* "))
        elif text and current in ("from", "to", "cc") and "@" in text and _still_open(block, current):
            block.fields[current] += " " + text
        elif text or ("subject" in block.fields and "from" in block.fields) or not _field_follows(lines, number):
            break
        block.last = number + 1
    return block


def _still_open(block: _Block, current: str) -> bool:
    """A list of people runs on over the next line unless the subject stood behind it, as the last field mostly does."""
    names = list(block.fields)
    return "subject" not in names or names.index("subject") < names.index(current)


def _field_follows(lines: list[str], number: int) -> bool:
    """HTML turned to text puts an empty line between the fields of a block."""
    return number + 1 < len(lines) and _field(lines[number + 1]) is not None


def _addresses(text: str) -> tuple[Address, ...]:
    plain = _TWICE.sub("", _MAILTO.sub(r"<\1>", text[:8_000]))
    return addresses.parse(plain, Meter(DEFAULT_BUDGET), "quoted")


def _wrote(lines: list[str], index: int, level: int) -> Mark | None:
    """Return an ``On <date>, <name> wrote:`` head, which may be wrapped over a few lines."""
    text = unprefixed(lines[index][:_LINE_CHARS])[0].strip()
    if not _WROTE_START.match(text):
        return None
    joined = ""
    for number in range(index, min(index + _WROTE_LINES, len(lines))):
        joined = f"{joined} {unprefixed(lines[number][:_LINE_CHARS])[0].strip()}".strip()
        if len(joined) > _LINE_CHARS:
            return None
        if joined.endswith(":"):
            return _wrote_mark(joined, index, number + 1, level)
    return None


def _wrote_mark(joined: str, first: int, last: int, level: int) -> Mark | None:
    if not _WROTE_END.search(joined) or not any(char.isdigit() for char in joined):
        return None
    found = _WROTE_ADDRESS.search(joined)
    sender = _addresses(found.group(1)) if found else ()
    name = _writer(joined, found)
    return Mark(
        kind="on_wrote",
        first=first,
        last=last,
        level=level,
        sender=Address(email=sender[0].email, name=name) if sender else None,
        sender_text=joined[:200] if sender or not name else name,
        sent=joined[:100],
    )


def _writer(joined: str, found: re.Match[str] | None) -> str:
    """Return the name in an ``On <date>, <name> <address> wrote:`` line: what stands behind the date."""
    verb = _WROTE_END.search(joined)
    behind = verb.group(0).partition(" ")[2] if verb else ""
    before = joined[: found.start()] if found else joined[: verb.start()] if verb else ""
    at = max((index for index, char in enumerate(before) if char.isdigit()), default=-1)
    name = _WROTE_NAME.match(before[at + 1 :])
    shown = name.group(1).strip(" <\"'(") if name else ""
    return shown or ("" if found else behind.strip(" :<\"'("))
