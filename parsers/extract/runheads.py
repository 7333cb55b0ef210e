"""The head of a loss run: carrier, insured, valuation date and how it is stated, line of business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from parsers.document import Location
from parsers.extract.carriers import names_a_carrier
from parsers.extract.lines import Line, labelled
from parsers.values import Context, parse, split_insured

_DATE = r"(\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4})"


def _dated(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{words}\W*{_DATE}", re.IGNORECASE)


# An explicit valuation beats "as of", which beats the day the report was run or printed.
_VALUATIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "stated",
        _dated(r"(?:valuation|valued|evaluat(?:ed|ion)|val)\b\W*(?:date)?\W*(?:as\s+of)?"),
    ),
    ("as_of", _dated(r"(?:as\s+of|loss\s+data\s+through|data\s+through|losses\s+through)\b")),
    (
        "run_date",
        _dated(
            r"(?:run\s+date|report\s+(?:run\s+)?date|date\s+run|printed(?:\s+on)?|last\s+updated|print\s+date"
            r"|date\s+printed|generated(?:\s+on)?)\b"
        ),
    ),
)  # fmt: skip

# First match wins, so the narrow words stand before the wide ones.
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (line, re.compile(words, re.IGNORECASE))
    for line, words in (
        ("workers_compensation", r"\bwork(?:er)?s?['’]?\s*comp(?:ensation)?\b|\bwc\b|\bemployers?['’]?\s+liab"),
        ("umbrella", r"\bumbrella\b|\bexcess\s+liab|\bumb\b"),
        ("business_owners", r"\bbusiness\s*owners?\b|\bbop\b"),
        ("professional_liability", r"\bprofessional\s+liab|\be\s*&\s*o\b|\berrors\s+and\s+omissions\b"),
        ("inland_marine", r"\binland\s+marine\b|\bcargo\b|\bequipment\s+floater\b"),
        ("cyber", r"\bcyber\b"),
        ("crime", r"\bcrime\b"),
        (
            "commercial_auto",
            r"\bauto(?:mobile)?\b|\bbap\b|\bbap?d\b|\bca\b|\btrucker|\bmotor\s+carrier|\bfleet\b|\bapd\b",
        ),
        ("commercial_property", r"\bproperty\b|\bbuilding\b|\bfire\b(?!\s+ins)|\bcp\b|\bprop\b"),
        ("general_liability", r"\bgeneral\s+liab|\bgl\b|\bcgl\b|\bpremises\b|\bproducts\b|\bliability\b|\bliab\b"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What the top of a loss run says; None where it says nothing."""

    carrier: str | None = None
    insured: str | None = None
    insured_at: Location = Location()
    valuation_date: str | None = None
    valuation_basis: str | None = None
    line: str | None = None


@lru_cache(maxsize=256)  # Every row of a run says its line in the same few words.
def line_id(text: str) -> str | None:
    """Return the line of business words stand for, or None: ``Commercial Auto`` → ``commercial_auto``."""
    return next((line for line, words in _LINES if words.search(text)), None)


def read_head(lines: Sequence[Line], as_of: date | None) -> RunHead:
    """Return the head of a loss run from its running lines, first page first."""
    found = labelled(
        lines, r"(?:named\s+)?insured(?:\s+name)?|account\s+name|policy\s*holder|employer|customer(?:\s+name)?"
    )
    insured = split_insured(found[0]).name if found else _reference(lines)
    basis, valued = _valuation(lines, as_of)
    return RunHead(
        carrier=_carrier(lines),
        insured=insured,
        insured_at=found[1].at if found else Location(),
        valuation_date=valued,
        valuation_basis=basis,
        line=next((line for run in lines[:8] if (line := line_id(run.text)) and not names_a_carrier(run.text)), None),
    )


def _reference(lines: Sequence[Line]) -> str | None:
    """Return the insured of a letter's ``Re: Loss experience for …``."""
    for line in lines:
        found = re.match(r"re:\s*.*?\b(?:for|of)\s+(.+)$", line.text, re.IGNORECASE)
        if found:
            return split_insured(found[1].split(";")[0].rstrip(".")).name
    return None


def _valuation(lines: Sequence[Line], as_of: date | None) -> tuple[str | None, str | None]:
    whole = "\n".join(line.text for line in lines)
    for basis, pattern in _VALUATIONS:
        for found in pattern.finditer(whole):
            value = parse("date", found[1], Context(as_of=as_of)).value
            if isinstance(value, str):
                return basis, value
    return None, None


def _carrier(lines: Sequence[Line]) -> str | None:
    found = labelled(lines, r"carrier|insurer|writing\s+company|insurance\s+company|underwriting\s+company|company")
    if found:
        return found[0]
    return next((line.text for line in lines[:10] if names_a_carrier(line.text)), None)
