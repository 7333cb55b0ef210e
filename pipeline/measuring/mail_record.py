"""Measure whether mail lands on the right record: threaded mails through the whole pipeline, on a fresh database."""

from __future__ import annotations

import importlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import SecretStr

from pipeline import explaining, jobs, regrouping, run
from pipeline.measuring.intervals import Share
from pipeline.office import Office, open_office
from pipeline.reception import receive
from pipeline.records import agencies, correspondence, ledger, submissions
from pipeline.records.session import Transaction, reading, transaction
from pipeline.settings import Settings

Split = Literal["tune", "test"]
DAY = date(2026, 11, 20)
Followers = Callable[[Office], jobs.Handlers]


class Step(Protocol):
    """One mail with its truth, as the generator of threaded mails makes it."""

    kind: str
    agency: int
    outcome: str
    sent: datetime
    about: tuple[str, ...]
    opens: str
    merge: tuple[str, str] | None

    def raw(self, quoted: Mapping[str, Any]) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where one mail landed. ``ended`` is its state and reason, ``refs`` the submissions it became part of.

    ``across`` is whether it became part of a submission of another agency.
    """

    kind: str
    right: bool
    across: bool
    ended: str
    refs: tuple[str, ...]
    wanted: str
    sentence: str = ""
    """Why, as our people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeasure:
    """``right`` are the mails on the right record of those that follow on one, ``openings`` of those that open one."""

    right: Share
    openings: Share
    across: Share
    kinds: Mapping[str, Share]
    wrong: tuple[Landing, ...]


def measure_record(split: Split, count: int, *, followers: Followers | None = None) -> RecordMeasure:
    """File ``count`` threaded mails and those that open their submissions; ``followers`` are handlers of other rooms.

    Raises:
        ImportError: fixtures are not part of an installation; they lie beside the source.
    """
    corpus = importlib.import_module("fixtures.mailcases.threads")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), today=DAY, secret=SecretStr("the same in every measurement"))
        with open_office(settings) as office:
            with transaction(office.engine) as tx:
                for name, domain in corpus.registered():
                    agencies.create_agency(tx, name=name, at=office.clock.now(), domains=(domain,), status="active")
            return summed(tuple(landings(office, corpus.steps(split, count), corpus.Ours, followers)))


def summed(found: Sequence[Landing]) -> RecordMeasure:
    """Return what some landings come to."""
    kinds: Counter[str] = Counter(one.kind for one in found)
    hits: Counter[str] = Counter(one.kind for one in found if one.right)
    follows = [one for one in found if one.kind != "opening"]
    openings = [one for one in found if one.kind == "opening"]
    return RecordMeasure(
        right=Share(hits=sum(one.right for one in follows), n=len(follows)),
        openings=Share(hits=sum(one.right for one in openings), n=len(openings)),
        across=Share(hits=sum(one.across for one in found), n=len(found)),
        kinds={kind: Share(hits=hits[kind], n=n) for kind, n in sorted(kinds.items())},
        wrong=tuple(one for one in found if not one.right),
    )


def landings(
    office: Office, steps: Sequence[Step], ours: Callable[..., Any], followers: Followers | None
) -> Iterator[Landing]:
    """File one mail after the other and say where each landed."""
    handlers = {**run.handlers(office), **(followers(office) if followers else {})}
    known: dict[str, str] = {}
    quoted: dict[str, Any] = {}
    for number, step in enumerate(steps):
        if step.merge and all(label in known for label in step.merge):
            _merge(office, known[step.merge[0]], known[step.merge[1]])
        if any(label not in known for label in step.about):
            yield Landing(kind=step.kind, right=False, across=False, ended="never opened", refs=(), wanted=step.outcome)
            continue
        try:
            raw = step.raw(quoted)
        except KeyError:
            continue
        arrival = receive(office, raw=raw, source="measured", key=str(number))
        jobs.drain(office.engine, handlers, office.clock)
        landing = _landing(office, arrival.message, step, known)
        if step.opens and landing.right and landing.refs:
            known[step.opens] = landing.refs[0]
            reply = f"{_local(office)}+{office.reply_token(landing.refs[0])}@{office.house.domain}"
            quoted[step.opens] = ours(ref=landing.refs[0], reply_address=reply)
        yield landing


def _local(office: Office) -> str:
    return office.settings.own_address.partition("@")[0]


def _merge(office: Office, source: str, target: str) -> None:
    with transaction(office.engine) as tx:
        one, other = submissions.by_ref(tx, source), submissions.by_ref(tx, target)
        if one is not None and other is not None:
            regrouping.merge(office, tx, one.id, other.id, by="measuring", reason="the same business")


def _landing(office: Office, message: int, step: Step, known: Mapping[str, str]) -> Landing:
    with reading(office.engine) as tx:
        line = ledger.message_by_id(tx, message)
        records = [submissions.existing(tx, one) for one in correspondence.submissions_about(tx, message)]
        across = any(not _is_own(tx, one, step) for one in records)
        sentence = explaining.sentence_of(tx, message, [one.id for one in records])
    refs = tuple(one.ref for one in records)
    ended = f"{line.state} {line.reason}" if line else "gone"
    wanted = {known.get(label, "?") for label in step.about}
    return Landing(
        kind=step.kind,
        right=not across and _is_right(step, frozenset(refs), wanted, frozenset(known.values()), ended),
        across=across,
        ended=ended,
        refs=refs,
        wanted=f"{step.outcome} {', '.join(sorted(wanted))}",
        sentence=sentence,
    )


def _is_own(tx: Transaction, record: submissions.Submission, step: Step) -> bool:
    agency = agencies.agency_by_id(tx, record.agency_id) if record.agency_id else None
    return agency is not None and f"agency{step.agency:02d}.example" in agency.domains


def _is_right(step: Step, refs: frozenset[str], wanted: set[str], before: frozenset[str], ended: str) -> bool:
    if step.outcome == "joins":
        return refs == wanted
    if step.outcome == "opens":
        return len(refs) == 1 and not refs & before
    if step.outcome == "duplicate":
        return not refs and ended == "discarded duplicate"
    # What names another agency's submission may join one of the sender's own, or wait; never that one.
    return step.outcome == "foreign" or (not refs and ended.startswith("held"))
