"""Attachments that are part of a mail and no document: logos, disclaimers, invitations, signatures, receipts.

Each rule looks at one attachment and says why it is an artefact, or nothing. A photo or a faxed page can be inline and
small in bytes, so pictures the size of a page stay documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from intake import hypertext, images, names
from intake.message import Attachment

LOGO_BYTES: Final = 60 * 1024
LOGO_PIXELS: Final = 40_000
_BANNER_BYTES: Final = 300 * 1024
_BANNER_SHAPE: Final = 2.5
_BANNER_HEIGHT: Final = 320
_PAGE_PIXELS: Final = 500_000
_PAGE_SHAPE: Final = 2.0
_DISCLAIMER_BYTES: Final = 2 * 1024
_STUB_BYTES: Final = 512 * 1024

_LOGO_NAME: Final = re.compile(r"(?:image\d{3}|outlook-[\w-]{2,40}|~wrd\d{1,5}|inline-?image\d{0,3})\.\w{3,4}", re.I)
_ATT_NAME: Final = re.compile(r"ATT\d{3,6}\.(?:txt|html?)", re.I)
_STUB_NAME: Final = re.compile(r"(?:securedoc\w{0,20}|message(?:_zdm)?|secure-?message)\.html?", re.I)
_CID: Final = re.compile(r"cid:([^\"'\s>)]{1,200})", re.I)
_DISCLAIMER_WORDS: Final = ("confidential", "intended recipient", "privileged", "in error", "unauthorized")
_STUB_WORDS: Final = ("secure message", "encrypted message", "read the message", "read your message", "securedoc")

_BY_TYPE: Final = {
    "text/calendar": "calendar_invite",
    "application/ics": "calendar_invite",
    "text/vcard": "vcard",
    "text/x-vcard": "vcard",
    "text/directory": "vcard",
    "application/pkcs7-signature": "smime_sig",
    "application/x-pkcs7-signature": "smime_sig",
    "application/pgp-signature": "pgp_sig",
    "application/pgp-keys": "pgp_sig",
    "application/pgp-encrypted": "pgp_sig",
    "message/disposition-notification": "read_receipt",
    "message/delivery-status": "delivery_status",
    "message/global-delivery-status": "delivery_status",
    "message/feedback-report": "feedback_report",
    "text/rfc822-headers": "returned_headers",
    "text/x-amp-html": "alternative_body",
}
_BY_ENDING: Final = {".ics": "calendar_invite", ".vcf": "vcard", ".p7s": "smime_sig"}
_SYSTEM_FILES: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini", "ds_store"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which kind of artefact an attachment is, and the evidence."""

    kind: str
    why: str


def content_ids(html: str | None) -> frozenset[str]:
    """Return the content ids an HTML body shows its pictures by."""
    return frozenset(_CID.findall(html)) if html else frozenset()


def judge(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    """Return what kind of artefact an attachment is, or None for a document. ``shown_ids`` from ``content_ids``."""
    for rule in RULES:
        verdict = rule(attachment, shown_ids)
        if verdict is not None:
            return verdict
    return None


def _by_type(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    kind = _BY_TYPE.get(attachment.media_type)
    if kind is not None:
        return Verdict(kind, attachment.media_type)
    kind = _BY_ENDING.get(names.ending(attachment.name))
    return Verdict(kind, attachment.name) if kind is not None else None


def _by_content(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    start = attachment.content[:200].lstrip()
    if start.startswith((b"-----BEGIN PGP SIGNATURE", b"-----BEGIN PGP PUBLIC KEY")):
        return Verdict("pgp_sig", "armour line")
    if start.startswith(b"BEGIN:VCALENDAR"):
        return Verdict("calendar_invite", "BEGIN:VCALENDAR")
    if start.startswith(b"BEGIN:VCARD"):
        return Verdict("vcard", "BEGIN:VCARD")
    return None


def _system_file(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    if attachment.name.lower() in _SYSTEM_FILES or any(part.startswith("__MACOSX/") for part in attachment.path):
        return Verdict("system_file", attachment.name)
    return None


def _picture(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    if not images.is_picture(attachment.content):
        return None
    size = images.dimensions(attachment.content)
    if size is not None and min(size) <= 4:
        return Verdict("inline_logo", f"{size[0]} x {size[1]} pixels")
    inline = _inline(attachment, shown_ids)
    if not inline or (size is not None and _page_like(*size)):
        return None
    if size is not None and _banner_like(*size) and attachment.size <= _BANNER_BYTES:
        return Verdict("signature_banner", f"{inline}, {size[0]} x {size[1]} pixels")
    if attachment.size < LOGO_BYTES or (size is not None and size[0] * size[1] < LOGO_PIXELS):
        return Verdict("inline_logo", f"{inline}, {attachment.size} bytes")
    return None


def _inline(attachment: Attachment, shown_ids: frozenset[str]) -> str:
    if attachment.content_id and attachment.content_id in shown_ids:
        return "shown in the text"
    if attachment.disposition == "inline":
        return "inline"
    if attachment.content_id and attachment.disposition != "attachment":
        return "related to the text"
    return "named like a pasted picture" if _LOGO_NAME.fullmatch(attachment.name) else ""


def _page_like(width: int, height: int) -> bool:
    return width * height >= _PAGE_PIXELS and max(width, height) <= _PAGE_SHAPE * min(width, height)


def _banner_like(width: int, height: int) -> bool:
    wide = width >= _BANNER_SHAPE * height and height <= _BANNER_HEIGHT
    return wide and width * height >= LOGO_PIXELS


def _disclaimer(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    if attachment.size > _DISCLAIMER_BYTES or not _ATT_NAME.fullmatch(attachment.name):
        return None
    text = hypertext.flatten(attachment.content.decode("utf-8", "replace")).lower()
    if not text.strip():
        return Verdict("disclaimer_txt", "no text in it")
    word = next((word for word in _DISCLAIMER_WORDS if word in text), None)
    return Verdict("disclaimer_txt", word) if word is not None else None


def _secure_stub(attachment: Attachment, shown_ids: frozenset[str]) -> Verdict | None:
    if attachment.size > _STUB_BYTES or not _STUB_NAME.fullmatch(attachment.name):
        return None
    text = attachment.content.decode("utf-8", "replace").lower()
    word = next((word for word in _STUB_WORDS if word in text), None)
    return Verdict("secure_stub", word) if word is not None else None


#: The rules in the order they are asked; the first that speaks decides.
RULES: Final[tuple[Callable[[Attachment, frozenset[str]], Verdict | None], ...]] = (
    _by_type,
    _by_content,
    _system_file,
    _picture,
    _disclaimer,
    _secure_stub,
)
