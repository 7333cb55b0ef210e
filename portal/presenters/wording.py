"""The words agents read for statuses, for items and for files that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.guarding import guarded

ItemStatus = Literal["To do", "We are reading it", "Done", "There is a problem"]
Ball = Literal["you", "us", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusWords:
    """An agent-facing status: what it means, what comes next, and whose turn it is."""

    word: str
    meaning: str
    next: str
    ball: Ball


STATUSES: Mapping[str, StatusWords] = {
    "Received": StatusWords(
        word="Received", meaning="We have it and are checking it in.", next="Nothing for you to do yet.", ball="us"
    ),
    "Action needed": StatusWords(
        word="Action needed",
        meaning="We need the items below to keep going.",
        next="Answer or upload the items marked “To do”.",
        ball="you",
    ),
    "In review": StatusWords(
        word="In review",
        meaning="Complete enough; an underwriter has it.",
        next="Nothing you must do. Whatever is still listed helps the underwriter.",
        ball="us",
    ),
    "On hold": StatusWords(
        word="On hold", meaning="Paused.", next="We go on by ourselves when the hold ends.", ball="us"
    ),
    "Quoted": StatusWords(
        word="Quoted", meaning="The quote is out.", next="Accept it, ask about it or decline it.", ball="you"
    ),
    "Bound": StatusWords(
        word="Bound", meaning="A licensed person has confirmed this to you.", next="Nothing to do.", ball="us"
    ),
    "Closed": StatusWords(
        word="Closed",
        meaning="We have closed this submission.",
        next="Write to us within 60 days to reopen it.",
        ball="nobody",
    ),
}

HOLDS: Mapping[str, str] = {
    "early_hold": "Paused: it starts more than 120 days from now.",
    "clearance_conflict": "Paused: we are confirming account details.",
    "waiting_third_party": "Paused: we are waiting for a third party.",
}
"""Internal state → why a submission is on hold, as far as the agent may know."""

BALLS: Mapping[Ball, str] = {"you": "Next: you", "us": "Next: us", "nobody": "Nobody has to act"}

PROBLEMS = frozenset({"DOC-UNREADABLE", "DOC-LOCKED", "DOC-SECURE-LINK", "DOC-BLANK-FORM", "DOC-WRONG-INSURED"})
"""Items that stand for something wrong with what was sent, not for something missing."""

UNREAD = "We could not read it. A person will look at it."
REASONS: Mapping[str, str] = {
    "archive_damaged": "The archive is damaged. Send the files themselves.",
    "archive_kind": "We do not open archives of this kind. Send the files themselves or a .zip.",
    "archive_overlap": "The archive is not built like an honest one. Send the files themselves.",
    "compression_unknown": "The archive is packed in a way we do not open. Send the files themselves.",
    "damaged": "The file is damaged and cannot be opened to its end. Save it again and send the new copy.",
    "decoded_budget": "It came with too much else at once. Send it by itself.",
    "dynamic_form": "The form shows its fields in Adobe Acrobat only. Print it to PDF and send that copy.",
    "empty": "The file is empty. Check it on your side and send it again.",
    "encrypted": "The file is encrypted. Send it unencrypted by this page.",
    "entry_damaged": "This file is damaged inside its archive. Send it by itself.",
    "executable": "We do not take programs. Send the document itself.",
    "locked": "The file asks for a password. Send a copy without one.",
    "no_such_page": UNREAD,
    "no_ocr_engine": "These are scanned pages. A person will read them.",
    "no_text": "Nothing on these pages is legible. Send a clearer scan or, better, the original file.",
    "not_a_document": "The file is not what its name says. Save it as PDF, Word or Excel and send that.",
    "opaque_signed": "The file is wrapped in a signature. Send the document itself.",
    "out_of_memory": "The file is too large to read as a whole. Send it in parts.",
    "outlook_damaged": "The saved mail is damaged. Send its attachments themselves.",
    "outlook_item": "We do not open Outlook items of this kind. Save it as PDF and send that.",
    "output_too_large": "The file holds more text than we read of one file. Send the pages that matter.",
    "page_too_large": "A page or picture in it is too large. Save it at a smaller size and send that.",
    "parser_crashed": UNREAD,
    "symlink": "This entry of the archive is only a link. Send the file itself.",
    "timeout": "Reading it took too long. Send it in parts, or as PDF.",
    "tnef_damaged": "The winmail.dat file is damaged. Send the files themselves.",
    "too_deep": "The file is packed inside too many others. Send it by itself.",
    "too_large": "The file is too large; one file may have 100 MB. Send it in parts.",
    "too_many_cells": "The sheet is larger than we read; we have its first part.",
    "too_many_files": "It came with too many other files. Send it by itself.",
    "too_many_pages": "The file has more pages than we read at once; we have the first ones. Send the rest by itself.",
    "too_many_parts": "It came with too many other parts. Send it by itself.",
    "too_many_widgets": "The form has more fields than we read; we have the first ones.",
    "total_too_large": "The archive is too large when unpacked. Send the files themselves.",
    "unpack_ratio": "The archive grows far too much on unpacking. Send the files themselves.",
    "unreadable_file": UNREAD,
    "unsafe": "The file carries something that no document of its kind carries. Save it as PDF and send that.",
    "unsupported": "We do not read files of this kind. Save it as PDF, Word or Excel and send that.",
}
"""Reason of a file that was not read, or not wholly → what the agent can do about it."""


def reason_words(reason: str | None) -> str:
    """Return the sentence for a reason; one without words of its own is looked at by a person."""
    return REASONS.get(reason or "", UNREAD)


def status_words(status: str, state: str) -> StatusWords:
    """Return the words for an agent-facing status; the internal state only picks the reason of a hold."""
    words = STATUSES[status]
    if status == "On hold" and state in HOLDS:
        return StatusWords(word=words.word, meaning=HOLDS[state], next=words.next, ball=words.ball)
    return words


def shown(text: str) -> str:
    """Return a text as a page behind a link may show it: without numbers and dates that are restricted."""
    return guarded(text)


def without_title(ask: str, title: str) -> str:
    """Return an ask under its own title: "Vehicle 5: the VIN is missing." → "The VIN is missing."."""
    rest = ask.removeprefix(f"{title}:").strip() or ask
    return rest[:1].upper() + rest[1:]
