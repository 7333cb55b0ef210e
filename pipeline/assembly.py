"""Candidates and people's words → one resolved value per fact, with who disagrees (the Decider).

1. Documents of another insured say nothing.
2. Rows of several documents about one unit are joined (``pipeline.schedules``); amounts of a property section become
   values of its buildings, and a building takes its city and state from the premises of the application.
3. Per field: an underwriter's word, then the agent's, then the agent's newer message, then what was read: surest first
   (in tenths, so that 0.998 does not outvote the right form at 0.995), then the kind that owns the fact, then newest.
4. A value that truly differs makes the fact a conflict, unless it stands in an older version of the same kind. What
   people say stays, but a paper that came after their word and says something new makes a conflict of it too.
5. Of several versions of one paper the newest that speaks of a fact is heard; a version that was replaced as a whole is
   not heard at all, but the rows it brought keep their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from pipeline import agreement, lineages, names, schedules
from pipeline.premises import placed_buildings
from pipeline.sectionamounts import building_amounts
from pipeline.submission import FactStatus, FiledDocument, ResolvedField, Rival, SourcedCandidate
from pipeline.trust import Better

SURE = 0.85
"""From here on a reading in a later paper speaks against a person's word."""
LEAST_CONFIDENCE = 0.6
"""Below it a reading is too poor to contradict another."""

OWNERS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("vehicles[", ("vehicle_schedule", "acord_129", "acord_127")),
    ("drivers[", ("driver_list", "acord_163", "acord_127")),
    ("buildings[", ("sov", "acord_139", "acord_140")),
    ("class_rows[", ("acord_130", "payroll_schedule")),
    ("individuals[", ("acord_130", "wc_exclusion_form")),
    ("locations[", ("acord_125", "acord_823", "acord_130")),
    ("hazards[", ("acord_126", "acord_211")),
    ("wc_", ("acord_130",)),
    ("gl_", ("acord_126", "acord_125")),
    ("ca_", ("acord_137", "acord_127")),
    ("", ("acord_125", "acord_130", "carrier_app", "acord_126", "acord_140", "acord_127", "acord_137", "acord_131")),
)
"""Start of the field's name → the kinds that own the fact, most trusted first."""

_ORIGINS = {"uw_overridden": 3, "agent_confirmed": 2}


@dataclass(frozen=True, slots=True)
class Insured:
    """Who a document is about, as far as it says."""

    name: str | None
    fein: str | None


def assemble(
    candidates: Sequence[SourcedCandidate],
    documents: Sequence[FiledDocument],
    *,
    as_of: date,
    better: Better = lineages.NOTHING,
) -> Mapping[str, ResolvedField]:
    """Return one resolved value per canonical field, in a stable order. ``as_of`` is the day of the decision.

    ``better`` has the former versions of unproven lists that are believed before them.
    """
    return resolved(joined(candidates, documents), documents, better)


def joined(candidates: Sequence[SourcedCandidate], documents: Sequence[FiledDocument]) -> tuple[SourcedCandidate, ...]:
    """Return everything that counts under one numbering: the rows of lists too, each unit under one index."""
    shelved = {document.id for document in documents if document.wrong_insured}
    heard = [sourced for sourced in candidates if sourced.source.document not in shelved]
    heard += schedules.from_tables([document for document in documents if document.id not in shelved])
    heard.sort(key=_arrival)
    heard += building_amounts(heard)
    return tuple(schedules.join(heard))


def resolved(
    claims: Iterable[SourcedCandidate], documents: Sequence[FiledDocument], better: Better = lineages.NOTHING
) -> Mapping[str, ResolvedField]:
    """Return one value per field from ``joined`` claims."""
    by_field: dict[str, list[SourcedCandidate]] = {}
    for sourced in claims:
        by_field.setdefault(sourced.candidate.field, []).append(sourced)
    told = lineages.newest(by_field, {document.id: document for document in documents}, better)
    fields = {name: resolve(name, claims, by_field[name]) for name, claims in told.items()}
    return fields | placed_buildings(fields)


def places_of(
    claims: Iterable[SourcedCandidate], documents: Iterable[FiledDocument]
) -> Mapping[str, Mapping[int, frozenset[str]]]:
    """Return the ``documents`` that each row of a group stands on, by group and index."""
    here = {document.id for document in documents}
    found: dict[str, dict[int, set[str]]] = {}
    for claim in claims:
        match = schedules.GROUP.match(claim.candidate.field) if claim.source.document in here else None
        if match is not None and claim.candidate.value is not None and claim.source.document is not None:
            found.setdefault(match[1], {}).setdefault(int(match[2]), set()).add(claim.source.document)
    return {group: {index: frozenset(ids) for index, ids in rows.items()} for group, rows in found.items()}


def resolve(name: str, claims: Sequence[SourcedCandidate], ever: Sequence[SourcedCandidate] = ()) -> ResolvedField:
    """Return the value of one field from all that is said about it; ``claims`` must not be empty, oldest first.

    ``ever`` are all claims, those too that newer versions of their papers have made void: people spoke knowing them.
    """
    if len(claims) == 1:
        return _resolved(name, claims[0], [], claims[0].origin, restricted=claims[0].candidate.restricted)
    newest = max((claim.source.received_at for claim in claims if claim.source.received_at), default=None)
    ranked = sorted(enumerate(claims), key=lambda pair: (_rank(name, pair[1], claims), pair[0]), reverse=True)
    order = [claim for _, claim in ranked]
    with_value = [claim for claim in order if claim.candidate.value is not None]
    # One of us who says that nothing stands there is believed over whatever was read.
    best = order[0] if order[0].origin == "uw_overridden" else (with_value or order)[0]
    others = [claim for claim in with_value if claim.candidate.value != best.candidate.value]
    restricted = any(claim.candidate.restricted for claim in claims)
    return _resolved(name, best, others, _status(name, best, others, newest, ever or claims), restricted=restricted)


def _resolved(
    name: str, best: SourcedCandidate, others: Sequence[SourcedCandidate], status: FactStatus, *, restricted: bool
) -> ResolvedField:
    return ResolvedField(
        field=name,
        value=best.candidate.value,
        raw=best.candidate.raw,
        confidence=best.candidate.confidence,
        status=status,
        source=best.source,
        rivals=tuple(_distinct(others)),
        restricted=restricted,
        defect=_defect(best),
    )


_ANYHOW = frozenset({"value_differs"})
"""Defects that matter although the value parsed."""


def _defect(best: SourcedCandidate) -> str | None:
    defect = best.candidate.defect
    if defect is None or (best.candidate.value is not None and defect.reason not in _ANYHOW):
        return None
    return defect.reason


_WHOSE = ("named_insureds[0].name", "document_insured")
"""Where a document says whose it is: a form in its own box, a schedule or letter in its heading."""


def insured_of(candidates: Iterable[SourcedCandidate]) -> Insured:
    """Return whom one document names as its insured; ``candidates`` are those of that document."""
    name = fein = None
    for sourced in candidates:
        value = sourced.candidate.value
        if sourced.candidate.field in _WHOSE and name is None and value:
            name = str(value)
        elif sourced.candidate.field == "named_insureds[0].fein" and fein is None and value:
            fein = str(value)
    return Insured(name, fein)


def is_other_insured(name: str | None, fein: str | None, known: Sequence[str], known_fein: str | None) -> bool:
    """Return whether a document's insured is clearly not one of the submission's ``known`` names.

    An equal FEIN settles it; a different one alone does not, a digit is easily mistyped. A name that holds one of ours
    whole is ours with something beside it.
    """
    if fein and known_fein and agreement.digits(fein) == agreement.digits(known_fein):
        return False
    if not name or not any(known) or any(names.holds(name, one) for one in known):
        return False
    return names.best_similarity(name, known) < names.OTHER_NAME


def _arrival(sourced: SourcedCandidate) -> tuple[float, bool]:
    """Order by receipt; within one message the forms come before its words. Sorting is stable."""
    received = sourced.source.received_at
    return (received.timestamp() if received else 0.0, sourced.source.document is None)


def _rank(name: str, claim: SourcedCandidate, claims: Sequence[SourcedCandidate]) -> tuple[int, int, int, int, float]:
    received = claim.source.received_at
    return (
        _ORIGINS.get(claim.origin, 0),
        int(_is_later_word(claim, claims)),
        int(claim.candidate.confidence * 10),
        _ownership(name, claim.source.kind),
        received.timestamp() if received else 0.0,
    )


def _is_later_word(claim: SourcedCandidate, claims: Sequence[SourcedCandidate]) -> bool:
    """Return whether the agent's message came after every document that speaks of the fact."""
    received = claim.source.received_at
    if claim.source.kind != "message" or received is None or claim.candidate.confidence < LEAST_CONFIDENCE:
        return False
    papers = [other for other in claims if other.source.document is not None]
    return all(other.source.received_at is not None and other.source.received_at < received for other in papers)


@lru_cache(maxsize=16384)
def _ownership(name: str, kind: str | None) -> int:
    for start, kinds in OWNERS:
        if name.startswith(start):
            return len(kinds) - kinds.index(kind) if kind in kinds else 0
    return 0


def _status(
    name: str,
    best: SourcedCandidate,
    others: Sequence[SourcedCandidate],
    newest: datetime | None,
    ever: Sequence[SourcedCandidate],
) -> FactStatus:
    if best.origin != "extracted" and best.origin != "derived":
        return "conflict" if any(_is_news(name, best, other, ever) for other in others) else best.origin
    if best.source.kind == "message" and newest is not None and best.source.received_at == newest:
        others = [other for other in others if other.source.received_at == newest]
    if any(_contradicts(name, best, other) for other in others):
        return "conflict"
    return best.origin


def _is_news(name: str, best: SourcedCandidate, other: SourcedCandidate, ever: Sequence[SourcedCandidate]) -> bool:
    """Return whether a paper that came after a person's word says what neither it nor any paper before it said."""
    if not _came_after(other, best) or other.candidate.confidence < SURE:
        return False
    before = [one for one in ever if one.source.document is not None and not _came_after(one, best)]
    values = [best.candidate.value, *(one.candidate.value for one in before if one.candidate.value is not None)]
    return not any(agreement.agree(name, value, other.candidate.value) for value in values)


def _came_after(other: SourcedCandidate, word: SourcedCandidate) -> bool:
    came, said = other.source.received_at, word.source.received_at
    return other.source.document is not None and came is not None and said is not None and came > said


def _contradicts(name: str, best: SourcedCandidate, other: SourcedCandidate) -> bool:
    if other.candidate.confidence < LEAST_CONFIDENCE or _is_older_version(other, best):
        return False
    return not agreement.agree(name, best.candidate.value, other.candidate.value)


def _is_older_version(other: SourcedCandidate, best: SourcedCandidate) -> bool:
    """Return whether the other value stood in an earlier paper of the same kind, which the newer one replaces."""
    earlier, later = other.source.received_at, best.source.received_at
    same = other.source.kind == best.source.kind and other.source.document != best.source.document
    return bool(same and earlier and later and earlier < later)


def _distinct(claims: Iterable[SourcedCandidate]) -> Iterable[Rival]:
    seen: set[tuple[object, str | None]] = set()
    for claim in claims:
        key = (claim.candidate.value, claim.source.document)
        if key not in seen:
            seen.add(key)
            yield Rival(
                value=claim.candidate.value,
                raw=claim.candidate.raw,
                confidence=claim.candidate.confidence,
                source=claim.source,
            )
