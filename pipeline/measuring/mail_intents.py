"""How well it is told what mails want: generated mails whose wish is known, and some written by hand.

Each mail goes the way of a real one: its bytes are parsed and screened, quoted mail is cut away, whom it answers is
looked up in its headers. Only the kinds of its papers are given, for reading papers is measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

from classifiers import scoring
from classifiers.judgement import Intent
from intake import forwards, mime, screen, threads
from pipeline.measuring.intervals import Share
from pipeline.measuring.measures import Measure
from pipeline.wanting import wanted

Split = Literal["train", "tune", "test"]
MAILS: Final = 2100
PAIRED: Final = 60
MACHINES: Final = 120
MACHINE_INTENT: Final = {"bounce": "bounce_dsn", "delay": "bounce_dsn", "away": "auto_reply"}
ENDED_AS: Final = {"auto_reply": "auto_reply", "machine_mail": "auto_reply"}
"""What a reason to end machine mail says of its wish; a delivery report is told by what was read of it."""
F1_GOAL, ERROR_GOAL = 0.97, 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One mail: what it wants, and what was told."""

    name: str
    group: str
    wishes: tuple[str, ...]
    told: tuple[Intent, ...]


def measure_intents(split: Split = "test", count: int = MAILS) -> tuple[Measure, ...]:
    """Judge so many mails of a split, and report F1, calibration, every intent, the pairs and the mails by hand."""
    truth: Any = import_module("fixtures.mailcases.intents")
    mails = [*judged(truth.cases(split, count)), *machines(count)]
    pairs = judged(truth.pairs(split, min(PAIRED, count)))
    by_hand = judged(truth.by_hand())
    return (
        *_summed("mails", mails, goals=True),
        *_each(mails),
        *(_paired(name, [one for one in pairs if one.group == name]) for name in dict.fromkeys(p.group for p in pairs)),
        *_summed("mails by hand", by_hand),
    )


def judged(cases: Iterable[Any]) -> list[Judged]:
    """Return what is told of each case."""
    build: Any = import_module("fixtures.mailcases.intent_mail")
    return [
        Judged(name=case.name, group=case.pair, wishes=case.wishes, told=_told(build.raw(case), case.attachments))
        for case in cases
    ]


def machines(count: int) -> list[Judged]:
    """Return what is told of machine mail that is an intent of its own: reports of mail servers and absences."""
    machine: Any = import_module("fixtures.mailcases.machine")
    samples = [one for one in machine.cases(min(MACHINES, count)) if one.kind in MACHINE_INTENT]
    return [
        Judged(name=one.name, group="", wishes=(MACHINE_INTENT[one.kind],), told=_told(one.raw, ())) for one in samples
    ]


def _told(raw: bytes, kinds: Sequence[str]) -> tuple[Intent, ...]:
    build: Any = import_module("fixtures.mailcases.intent_mail")
    message = mime.parse(raw)
    seen = screen.screen(message, own_addresses=frozenset({build.OUR_ADDRESS}), own_domain=build.OUR_DOMAIN)
    if seen.disposition != "accept":
        return (Intent(intent=_ended(seen), confidence=1.0),)
    unwound = forwards.unwind(message, own_domain=build.OUR_DOMAIN)
    keys = threads.keys(message, new_text=unwound.new_text, token_domain=build.OUR_DOMAIN)
    return wanted(message, unwound, keys, kinds, own_domain=build.OUR_DOMAIN)


def _ended(seen: screen.Screening) -> str:
    """Return what screening calls a mail that it ends; a reason that names no wish is a wrong answer, not a class."""
    return "bounce_dsn" if seen.bounce else ENDED_AS.get(seen.reason, "unknown")


def _summed(name: str, mails: Sequence[Judged], *, goals: bool = False) -> tuple[Measure, ...]:
    found = scoring.by_intent([one.wishes for one in mails], [scoring.names(one.told) for one in mails])
    pairs = [pair for one in mails for pair in scoring.confidences(one.wishes, one.told)]
    exact = sum(set(scoring.names(one.told)) == set(one.wishes) for one in mails)
    first = sum(scoring.names(one.told)[0] in one.wishes for one in mails)
    unsure = sum(scoring.names(one.told)[0] == "unknown" and one.wishes != ("unknown",) for one in mails)
    return (
        Measure(name=f"{name}: macro-F1", found=scoring.macro_f1(found), goal=F1_GOAL if goals else None),
        Measure(
            name=f"{name}: calibration error",
            found=scoring.calibration_error(pairs),
            goal=ERROR_GOAL if goals else None,
            least=False,
        ),
        Measure(name=f"{name}: first wish right", found=Share(hits=first, n=len(mails))),
        Measure(name=f"{name}: all wishes exact", found=Share(hits=exact, n=len(mails))),
        Measure(name=f"{name}: left to a person", found=Share(hits=unsure, n=len(mails))),
    )


def _each(mails: Sequence[Judged]) -> Iterable[Measure]:
    """Yield precision, recall and F1 of every intent."""
    found = scoring.by_intent([one.wishes for one in mails], [scoring.names(one.told) for one in mails])
    for name, one in found.items():
        yield Measure(name=f"{name}: precision", found=Share(hits=one.right, n=one.right + one.wrong))
        yield Measure(name=f"{name}: recall", found=Share(hits=one.right, n=one.right + one.missed))
        yield Measure(name=f"{name}: F1", found=one.f1)


def _paired(name: str, mails: Sequence[Judged]) -> Measure:
    """Return how many mails of a confusable pair have exactly their wishes told."""
    right = sum(set(scoring.names(one.told)) == set(one.wishes) for one in mails)
    return Measure(name=f"pair {name}", found=Share(hits=right, n=len(mails)))
