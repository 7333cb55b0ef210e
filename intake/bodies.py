"""Which leaf parts are the message's own words and which are attachments.

The type and the content decide, not the disposition: an inline PDF is an attachment, and so is a text with a file name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from intake import charsets, headers, hypertext, names, transfer
from intake.budget import Meter
from intake.message import Attachment
from intake.tree import Part

#: First bytes that are never the beginning of a mail's text.
_FILE_STARTS: Final = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf")
#: A plain part shorter than this beside a far longer page is a stub ("this message is in HTML").
_STUB_CHARS: Final = 120
_STUB_FACTOR: Final = 10


@dataclass(slots=True)
class Block:
    """One piece of the body: its plain text, its HTML, or both as alternatives."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Harvest:
    """What the leaves of a message gave."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def html(self, meter: Meter) -> str | None:
        """Return the HTML bodies one behind the other, or None when there are none."""
        return "\n".join(block.html for block in self.blocks if block.html)[: meter.budget.text_chars * 2] or None

    def text(self, meter: Meter) -> str:
        """Return the plain body, block by block, made from HTML where no plain text came."""
        cut, size, layout = meter.budget.text_chars, 0, hypertext.LAYOUT_CHARS
        shown: list[str] = []
        for block in self.blocks:
            if size > cut:
                break
            piece = _shown(block, meter, layout)
            layout -= len(block.html)
            shown.append(piece if piece.strip() else "")
            size += len(piece)
        if size > cut:
            meter.note("body_cut", f"more than {cut} characters")
        text = "\n".join(piece for piece in shown if piece)
        return text[:cut].replace("\r\n", "\n").replace("\r", "\n")


def gather(raw: bytes, part: Part, meter: Meter) -> Harvest:
    """Walk the tree in order and sort every leaf into the harvest."""
    harvest = Harvest()
    _walk(raw, part, harvest, meter)
    return harvest


def _walk(raw: bytes, part: Part, harvest: Harvest, meter: Meter) -> None:
    if not part.children:
        _leaf(raw, part, harvest, meter)
        return
    inner = Harvest(attachments=harvest.attachments)
    for child in part.children:
        _walk(raw, child, inner, meter)
    if part.media_type == "multipart/alternative":
        plain = "\n".join(block.plain for block in inner.blocks if block.plain.strip())
        harvest.blocks.append(Block(plain, "\n".join(block.html for block in inner.blocks if block.html)))
    else:
        harvest.blocks.extend(inner.blocks)


def _leaf(raw: bytes, part: Part, harvest: Harvest, meter: Meter) -> None:
    disposition = headers.value_of(headers.first(part.fields, "content-disposition"), meter, part.number)
    name = disposition.parameters.get("filename") or part.parameters.get("name") or ""
    content = _decoded(raw, part, name, meter)
    if content is None:
        return
    if _is_body(part, disposition.value, name, content):
        text = _text(content, part, meter)
        harvest.blocks.append(Block(html=text) if part.media_type == "text/html" else Block(plain=text))
    elif content or name:
        harvest.attachments.append(_attachment(part, name, disposition.value, content, meter))


def _decoded(raw: bytes, part: Part, name: str, meter: Meter) -> bytes | None:
    encoding = headers.first(part.fields, "content-transfer-encoding") or ""
    if any(part.start <= at <= part.end for at in meter.cut) and (name or not part.media_type.startswith("text/")):
        meter.note("too_large", name, part.number)
        return None
    expected = (part.end - part.start) * (3 if encoding.strip().lower() == "base64" else 4) // 4
    if not meter.take_decoded(expected):
        meter.note("decoded_budget", name, part.number)
        return None

    def note(reason: str, detail: str) -> None:
        meter.note(reason, detail or name, part.number)

    return transfer.decode(raw[part.start : part.end], encoding, note)


def _is_body(part: Part, disposition: str, name: str, content: bytes) -> bool:
    if part.media_type not in ("text/plain", "text/html") or name or disposition == "attachment":
        return False
    return not content.lstrip()[:8].startswith(_FILE_STARTS)


def _text(content: bytes, part: Part, meter: Meter) -> str:
    def note(reason: str, detail: str) -> None:
        meter.note(reason, detail, part.number)

    limit = meter.budget.text_chars * 4  # a character has at most four bytes
    if len(content) > limit:
        note("body_cut", f"{len(content)} bytes")
    return charsets.decode(content[:limit], part.parameters.get("charset"), note)


def _attachment(part: Part, name: str, disposition: str, content: bytes, meter: Meter) -> Attachment:
    raw_name = name or _subject_name(part, content, meter) or names.invented(part.media_type, part.number)
    shown = names.shown(raw_name) or names.invented(part.media_type, part.number)
    if name and shown != name:
        meter.note("name_changed", shown, part.number)
    content_id = headers.first(part.fields, "content-id")
    return Attachment(
        name=shown,
        media_type=part.media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        path=(part.number,),
        disposition=disposition or None,
        content_id=content_id.strip().strip("<>")[:200] or None if content_id else None,
    )


def _subject_name(part: Part, content: bytes, meter: Meter) -> str:
    """Return ``<subject>.eml`` for an attached message: its subject is the only name it has."""
    if part.media_type != "message/rfc822":
        return ""
    fields, _ = headers.split(content[:65_536], 0, min(len(content), 65_536), Meter(meter.budget))
    subject = headers.words(headers.first(fields, "subject") or "", Meter(meter.budget))
    return f"{subject.replace('/', '-').strip()}.eml" if subject.strip() else "message.eml"


def _shown(block: Block, meter: Meter, layout: int) -> str:
    """Return a block's text: the plain one, unless it is missing or a stub beside a real page."""
    if not block.html:
        return block.plain
    short = len(block.plain.strip())
    if short > _STUB_CHARS or (short and len(block.html) < _STUB_CHARS * _STUB_FACTOR):
        return block.plain
    page = hypertext.to_text(block.html[: meter.budget.text_chars], meter.note, layout_chars=layout)
    return page if len(page.strip()) > short * _STUB_FACTOR else block.plain or page
