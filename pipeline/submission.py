"""What a submission is: its facts with their sources, its documents, its items, and the states it may be in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from parsers.document import Box, Defect, ExtractedTable, FieldCandidate, Row, Scalar

Line = str
LINES: Mapping[Line, str] = {
    "general_liability": "general liability",
    "commercial_property": "property",
    "commercial_auto": "auto",
    "workers_compensation": "workers comp",
    "umbrella": "umbrella",
    "business_owners": "business owners",
    "inland_marine": "inland marine",
    "professional_liability": "professional liability",
    "cyber": "cyber",
    "crime": "crime",
}
"""Line id → the words agents read."""

Finding: TypeAlias = Defect
"""Something our people should know of a document that was read."""

Severity = Literal["blocking", "needed_to_quote", "needed_to_bind", "nice", "internal"]
Gate = Literal["complete", "quotable", "blocked"]
ItemState = Literal[
    "open",
    "requested",
    "partially_received",
    "received_unverified",
    "satisfied",
    "waived",
    "not_applicable",
    "superseded",
]
Origin = Literal["extracted", "derived", "agent_confirmed", "uw_overridden"]
FactStatus = Literal["extracted", "derived", "agent_confirmed", "uw_overridden", "conflict"]

CLOSED_ITEM_STATES: frozenset[str] = frozenset({"satisfied", "waived", "not_applicable", "superseded"})


AGENTS_WORD, OUR_WORD = "the agent's answer", "our own review"
"""Labels of the sources of what people vouched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value stood. ``document`` is a document id, or None for the message text and people's words.

    ``detail`` is what the reader saw there besides the value: what the box shows instead, how faint its mark is.
    """

    label: str
    document: str | None = None
    message: str | None = None
    kind: str | None = None
    page: int | None = None
    box: Box | None = None
    method: str = "text"
    elabel: str | None = None
    received_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedCandidate:
    """A field candidate with the document or person it came from."""

    candidate: FieldCandidate
    source: Source
    origin: Origin = "extracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A value that another source gives for the same fact."""

    value: Scalar
    raw: str
    confidence: float
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedField:
    """The value we go by for one fact, where it came from, and who disagrees."""

    field: str
    value: Scalar
    raw: str
    confidence: float
    status: FactStatus
    source: Source
    rivals: tuple[Rival, ...] = ()
    restricted: bool = False
    defect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeRows:
    """Rows of one table that belong to another company, taken out of a paper of ours."""

    table: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDocument:
    """One document of a submission: a page range of one file, its kind, and what was read in it.

    ``id`` is ``<sha256 of the file>:<first page>``. ``name`` is the file's name as the sender gave it. ``status`` is
    ``read``, ``partial`` or ``unreadable`` with a ``reason``. ``state`` is set for forms printed per state.
    ``findings`` is what our people should know of it: pages not read, an edition never seen, writing in no box.

    A paper sent anew is a ``version``, counted from 1, of the first one, whose id is ``version_of``. One that is
    ``replaced`` says nothing any more; it is there so that the rows it brought first keep their numbers.
    ``strange`` are rows of another company, which a decision takes out of ``tables``; nobody keeps them.
    """

    id: str
    sha256: str
    name: str
    kind: str
    confidence: float
    pages: tuple[int, int]
    status: str
    reason: str | None = None
    form: str | None = None
    edition: str | None = None
    received_at: datetime | None = None
    tables: tuple[ExtractedTable, ...] = ()
    insured: str | None = None
    wrong_insured: bool = False
    filled_ratio: float | None = None
    state: str | None = None
    findings: tuple[Finding, ...] = ()
    version: int = 1
    version_of: str | None = None
    replaced: bool = False
    strange: tuple[StrangeRows, ...] = ()

    @property
    def lineage(self) -> str:
        """Return the name that all versions of one paper share."""
        return self.version_of or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said about one item: a value, an explicit none with its reason, or a waiver.

    ``code``, ``line`` and ``subject`` name the item; ``by`` is who said it, ``role`` in what role.
    """

    code: str
    subject: str
    line: Line | None
    kind: Literal["value", "unverified", "none", "waived", "not_applicable"]
    text: str
    by: str
    role: Literal["agent", "staff"]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the decisions look at, for one submission at one moment. ``as_of`` is the clock."""

    as_of: date
    lines: tuple[Line, ...]
    fields: Mapping[str, ResolvedField]
    documents: tuple[FiledDocument, ...] = ()
    answers: tuple[Answer, ...] = ()
    mentions: frozenset[str] = frozenset()
    """Document kinds that a form or a mail says are attached."""
    received_at: datetime | None = None
    mail_lines: tuple[Line, ...] = ()
    """Lines that the agent's own words ask for."""
    cloud_hosts: tuple[str, ...] = ()
    """Hosts of file-sharing links in the agent's new text; we do not fetch them."""
    said: str = ""
    """The agent's new text of all messages, for facts that are only words (a claim number, a USDOT number)."""
    places: Mapping[str, Mapping[int, frozenset[str]]] = field(default_factory=dict)
    """Group → index of a row → the documents it stands on, also where another one is believed."""

    def value(self, name: str) -> Scalar:
        """Return the value of one fact, or None."""
        resolved = self.fields.get(name)
        return resolved.value if resolved else None

    def group(self, name: str) -> tuple[int, ...]:
        """Return the indices in use of a group such as ``vehicles``, in order."""
        prefix = name + "["
        return tuple(
            sorted({int(key[len(prefix) :].split("]", 1)[0]) for key in self.fields if key.startswith(prefix)})
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A place where the machine looked for an answer."""

    document: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing asked for; ``(code, line, subject)`` names it for good, ``subject`` says which vehicle, field or years.

    ``field`` is the fact that an answer would set and ``field_type`` its type, ``document`` where only a paper closes
    it; ``kinds`` are the document kinds that would satisfy it. ``ask`` is the sentence the agent reads.
    ``satisfied_share`` is the s of the completeness score, 0 to 1.
    """

    code: str
    line: Line | None
    subject: str
    severity: Severity
    state: ItemState
    ask: str
    title: str
    have: tuple[str, ...] = ()
    looked_at: tuple[LookedAt, ...] = ()
    why: str = ""
    example: str = ""
    field: str | None = None
    field_type: str | None = None
    kinds: tuple[str, ...] = ()
    group: str = "exposure"
    satisfied_share: float = 0.0
    accepts_none: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the item's lasting name inside its submission."""
        return (self.code, self.line or "", self.subject)

    @property
    def is_open(self) -> bool:
        """Return whether something is still wanted from somebody."""
        return self.state not in CLOSED_ITEM_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Score and gate, always shown together; ``lines`` holds the score of each line, 0 to 100."""

    score: int
    gate: Gate
    lines: Mapping[Line, int] = field(default_factory=dict)
    items: tuple[Item, ...] = ()

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Return what is still wanted from the agent, most pressing first as given."""
        return tuple(item for item in self.items if item.is_open and item.severity != "internal")
