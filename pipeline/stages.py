"""Read one message or one file: the ordered stages before anything is decided.

bytes → message → screened → unpacked → each file read in a child, split into documents, classified, extracted; and the
body unwound, its intents and lines judged. Nothing here knows a database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from classifiers import lines, pages
from classifiers.judgement import Classification, Intent, LineJudgement
from intake import forwards, links, screen, threads, unpack
from intake.authentication import UNCHECKED, Proof
from intake.forwards import Unwound
from intake.message import Address, Attachment, InboundMessage
from intake.screen import Screening
from intake.threads import ThreadKeys
from intake.unpack import Unpacked
from parsers import extract
from parsers.document import Extraction, ParsedDocument
from parsers.extract import prose
from parsers.extract.newness import EditionName
from parsers.packing import Container, Opened, Room
from pipeline import bodies, containers, incumbent, wanting
from pipeline.house import House, proof_of
from pipeline.rawmail import RawMail
from pipeline.standing import Standing, standing, together

OLDEST = timedelta(days=400)
"""How long before it came to us a message may say that it was received: imports bring old mail."""
CLOCK_SKEW = timedelta(days=1)
SEALED = "encrypted"
"""The screen's rule for mail of which only the head can be read: that still says who sent it and what it answers."""
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class Reader(Protocol):
    """What reads files for us; the sandbox in the product."""

    def read(self, content: bytes, *, name: str, declared: str | None = None) -> ParsedDocument:
        """Return what is in the file; never raise for bad input."""

    def read_all(self, files: Sequence[tuple[bytes, str, str | None]]) -> tuple[ParsedDocument, ...]:
        """Return what is in each file of one message (content, name, declared type), as ``read`` would."""

    def unpack(self, content: bytes, *, kind: Container, room: Room) -> Opened:
        """Return what came out of a container; never raise for what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPart:
    """One document inside a file: what it is, what it says and how much of it was read."""

    classification: Classification
    extraction: Extraction
    standing: Standing
    filled_ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """One file, read and split into documents; every page is in exactly one part."""

    name: str
    sha256: str
    size: int
    path: tuple[str, ...]
    document: ParsedDocument
    parts: tuple[ReadPart, ...]

    @property
    def standing(self) -> Standing:
        """Return how much of the whole file was read."""
        return together(self.document, [part.standing for part in self.parts])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the words of a message say: the facts in them, the lines, the numbered answers, what is called attached.

    ``lists`` are tables that stand in the mail itself, each read as a document of its kind.
    """

    text: str = ""
    facts: Extraction = Extraction()
    lines: tuple[LineJudgement, ...] = ()
    numbered: Mapping[int, str]
    mentions: frozenset[str] = frozenset()
    cloud_hosts: tuple[str, ...] = ()
    lists: tuple[ReadPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessage:
    """One message, read: all that the decisions need. ``guesses`` are too unlikely to act upon and for people alone."""

    message: InboundMessage
    screening: Screening
    received_at: datetime
    content_sha256: str
    proof: Proof = UNCHECKED
    unwound: Unwound | None = None
    keys: ThreadKeys = ThreadKeys()
    unpacked: Unpacked = Unpacked()
    files: tuple[ReadFile, ...] = ()
    intents: tuple[Intent, ...] = ()
    guesses: tuple[Intent, ...] = ()
    said: Said = Said(numbered={})

    @property
    def text(self) -> Unwound:
        """Return the text taken apart; raise ValueError for a message that stopped at the screen."""
        if self.unwound is None:
            raise ValueError("the text of machine mail is not read")
        return self.unwound

    @property
    def author(self) -> Address | None:
        """Return who the message is really from: the agent behind a forward, else the sender."""
        if self.unwound and self.unwound.true_sender:
            return self.unwound.true_sender
        return self.message.sender

    @property
    def intent(self) -> str:
        """Return what the message wants most, ``unknown`` when nobody can say."""
        return self.intents[0].intent if self.intents else "unknown"


def read_message(
    source: bytes | RawMail,
    *,
    reader: Reader,
    house: House,
    fallback: datetime = UNDATED,
    trusted: bool = False,
    lifted: Collection[EditionName] = (),
) -> ReadMessage:
    """Take one message through all reading stages.

    Machine mail stops after the screen: its attachments are counted but not read. ``fallback`` is when it came to us;
    it dates a message that carries no usable date. ``trusted`` is a message that our own page wrote: no screen keeps
    it out, and its words, which answer one item, are searched for nothing else. ``lifted`` are editions of forms whose
    probation is over.
    """
    mail = source if isinstance(source, RawMail) else RawMail(raw=source)
    message = mail.message(reader)
    screening = screen.screen(message, own_addresses=house.addresses, own_domain=house.domain)
    counted = ReadMessage(
        message=message,
        screening=screening,
        received_at=_plausible(message.received_at or message.date, fallback),
        content_sha256=_content_sha256(message),
        unpacked=unpack.unpack(message, limits=mail.limits, opener=containers.opener(reader)),
    )
    if trusted:
        return _understood(counted, reader, house, lifted)
    if screening.disposition != "accept" and screening.reason != SEALED:
        return counted
    counted = replace(counted, proof=proof_of(message, mail, house))
    if screening.disposition != "accept":
        return replace(counted, keys=threads.keys(message, new_text="", token_domain=house.domain))
    # Of a large message the bytes as received would be held beside its parts while those are read.
    del source, mail
    return _searched(_understood(counted, reader, house, lifted), house)


def _understood(counted: ReadMessage, reader: Reader, house: House, lifted: Collection[EditionName]) -> ReadMessage:
    """Add what is new in the text, whom it answers, and what is in the files."""
    message = counted.message
    unwound = forwards.unwind(message, own_domain=house.domain, attached=counted.unpacked.messages)
    return replace(
        counted,
        unwound=unwound,
        keys=threads.keys(message, new_text=unwound.new_text, token_domain=house.domain),
        files=read_files(counted.unpacked.files, reader=reader, as_of=counted.received_at.date(), lifted=lifted),
    )


def _searched(read: ReadMessage, house: House) -> ReadMessage:
    """Add what the words want and say."""
    told = _told(read, house)
    named, guesses = (tuple(one for one in told if one.guess is guess) for guess in (False, True))
    return replace(read, intents=named, guesses=guesses, said=_said(read, house))


def _plausible(claimed: datetime | None, came: datetime) -> datetime:
    """Return when a message was received: what it says, unless that is after it came to us or long before."""
    if claimed is None or came == UNDATED:
        return claimed or came
    return claimed if came - OLDEST <= claimed <= came + CLOCK_SKEW else came


def read_files(
    attachments: Sequence[Attachment], *, reader: Reader, as_of: date, lifted: Collection[EditionName] = ()
) -> tuple[ReadFile, ...]:
    """Read every file once; the same bytes under a second name are read only the first time."""
    known: dict[str, Attachment] = {}
    for attachment in attachments:
        known.setdefault(attachment.sha256, attachment)
    documents = reader.read_all([(each.content, each.name, each.media_type) for each in known.values()])
    return tuple(_file(each, document, as_of, lifted) for each, document in zip(known.values(), documents, strict=True))


def read_file(attachment: Attachment, *, reader: Reader, as_of: date | None = None) -> ReadFile:
    """Read one file: what is in it, which documents it holds, and what each says."""
    document = reader.read(attachment.content, name=attachment.name, declared=attachment.media_type)
    return _file(attachment, document, as_of)


def _file(
    attachment: Attachment, document: ParsedDocument, as_of: date | None, lifted: Collection[EditionName] = ()
) -> ReadFile:
    kinds = pages.classify(document, name=attachment.name)
    return ReadFile(
        name=attachment.name,
        sha256=attachment.sha256,
        size=attachment.size,
        path=attachment.path,
        document=document,
        parts=tuple(_part(document, kind, as_of, lifted) for kind in kinds),
    )


def _part(
    document: ParsedDocument, kind: Classification, as_of: date | None, lifted: Collection[EditionName]
) -> ReadPart:
    extraction = extract.extract(
        document,
        kind=kind.kind,
        pages=kind.pages,
        form=kind.form,
        edition=kind.edition,
        state=kind.state,
        as_of=as_of,
        lifted=lifted,
    )
    filled = extract.filled_ratio(document, kind.pages) if kind.form else None
    read = standing(document, kind.pages, extraction.defects)
    return ReadPart(classification=kind, extraction=extraction, standing=read, filled_ratio=filled)


def _told(read: ReadMessage, house: House) -> tuple[Intent, ...]:
    parts = [part for file in read.files for part in file.parts]
    papers = [part.extraction for part in parts]
    text = f"{read.message.subject}\n{wanting.words(read.text)}"
    return wanting.wanted(
        read.message,
        read.text,
        read.keys,
        [part.classification.kind for part in parts],
        own_domain=house.domain,
        expires_with_us=incumbent.is_ours(text, papers, house.company_names),
        sure=house.intent_threshold,
    )


def _said(read: ReadMessage, house: House) -> Said:
    message, unwound, day = read.message, read.text, read.received_at.date()
    text = wanting.words(unwound)
    # The subject of a reply is quoted, and an answer mentions lines without asking for them.
    is_reply = _answers(read)
    subject = "" if is_reply else message.subject
    body = bodies.read_body(message, unwound, text, own_domain=house.domain, as_of=day)
    facts = prose.read(body.prose, subject=subject, as_of=day)
    return Said(
        text=text,
        facts=bodies.sure_of_the_insured(facts) if is_reply else facts,
        lines=() if is_reply else lines.judge(f"{subject}\n{body.prose}"),
        numbered={
            **prose.inline_answers(bodies.pieces(message.text, unwound)),
            **prose.numbered_answers(unwound.new_text),
        },
        mentions=prose.declared_attachments(text),
        cloud_hosts=tuple(dict.fromkeys(link.host for link in links.cloud_links(unwound.new_text, message.html))),
        lists=tuple(_list_part(one) for one in body.lists),
    )


def _answers(read: ReadMessage) -> bool:
    """Return whether a message answers another; one that only quotes an older mail below its own words does not."""
    message, keys = read.message, read.keys
    threaded = message.in_reply_to or message.references or keys.references or keys.tokens
    return read.text.kind == "reply" and bool(threaded or forwards.is_reply_subject(message.subject))


def _list_part(one: bodies.BodyList) -> ReadPart:
    read = standing(one.document, (1, 1), one.extraction.defects)
    return ReadPart(classification=one.classification, extraction=one.extraction, standing=read)


def _content_sha256(message: InboundMessage) -> str:
    """Return one name for two deliveries of the same mail, whose raw bytes differ in their trace headers."""
    digest = hashlib.sha256()
    sender = message.sender.email if message.sender else ""
    # Without its marks: a gateway calls one copy [EXTERNAL] and the other not.
    for part in (sender, threads.bare_subject(message.subject), message.text):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for attachment in message.attachments:
        digest.update(attachment.sha256.encode())
    return digest.hexdigest()
