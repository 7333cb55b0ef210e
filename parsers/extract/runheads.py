"""The head of a loss run: carrier, insured, valuation date and how it is stated, line of business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from parsers.document import Location
from parsers.extract.carriers import names_a_carrier, reads_as_a_name
from parsers.extract.lines import Line, labelled
from parsers.extract.runvalued import valuation_of
from parsers.values import split_insured

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
        ("commercial_property", r"\bproperty\b|\bbuilding\b|\bfire\b(?!\s+(?:ins|&|and|mut))|\bcp\b|\bprop\b"),
        ("general_liability", r"\bgeneral\s+liab|\bgl\b|\bcgl\b|\bpremises\b|\bproducts\b|\bliability\b|\bliab\b"),
    )
)


_INJURED = re.compile(r"\binjured\s+(?:worker|employee)\b|\bemployer\s+claim\b|\binjury\s+(?:dt|date)\b", re.I)
_COMPANY = re.compile(
    r"^[A-Z][^:\d]{2,60}\b(?:inc|llc|l\.l\.c|lp|llp|ltd|co|corp|company|corporation|partners|group)\b\.?$", re.I
)


_NUMBERED = re.compile(
    r"\W*\b(?:account|acct|policy|our\s+file|file|customer|client)\b\W*(?:no|number|#)?\W*[\w-]*\d[\w-]*$", re.I
)
"""The number of an account behind a name."""
_REPORT = re.compile(r"\b(?:loss|losses|claims?|experience|history|policy|coverage)\b", re.IGNORECASE)
_FOR = re.compile(
    r"\b(?:for|of)\s+(?P<name>[A-Z][^:\d]{2,60}?\b(?:inc|llc|l\.l\.c|lp|llp|ltd|co|corp|company|corporation|pc|pllc)\b\.?)$",
    re.IGNORECASE,
)
_INSURED_BY = re.compile(
    r"(?:(?:under)?written|issued|insured|(?:coverage|insurance)\s+(?:is\s+)?(?:provided|written|afforded))\s+by\W+"
    r"(?-i:(?P<name>[A-Z][\w&'.,/ -]+))$",
    re.IGNORECASE,
)
"""Who wrote the policies, behind words and no label."""
_ANNIVERSARY = re.compile(
    r"\b(?:all|each|every|common|polic(?:y|ies)|terms?|coverages?)\b[^.]*?"
    r"\b(?:incept\w*|renew\w*|anniversar\w+|attach\w*|begin\w*|start\w*)\b\W*(?:(?:on|each|every|date|is)\b\W*){0,2}"
    r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?![\d/-])",
    re.IGNORECASE,
)
"""When the terms begin that are told by their years alone."""
_WHO = re.compile(
    r"(?:(?:first\s+)?named\s+insured|insured|account|customer|client|policy\s*holder|carrier|company|writing|agen|produc)",
    re.IGNORECASE,
)
_INSURED = re.compile(
    r"(?:(?:first\s+)?named\s+insured|insured(?:\s+name)?|account\s+name|policy\s*holder(?:\s+name)?|assured"
    r"|client(?:\s+name)?|customer(?:\s+name)?|employer|member)\W+"
    r"(?!(?:no|number|name|id|address)\b)(?P<name>[A-Z0-9][\w&'.,/ -]+)$",
    re.IGNORECASE,
)
"""Whose run it is, its label without a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What the top of a loss run says; None where it says nothing."""

    carrier: str | None = None
    insured: str | None = None
    insured_at: Location = Location()
    valuation_date: str | None = None
    valuation_basis: str | None = None
    line: str | None = None
    anniversary: tuple[int, int] | None = None
    """Month and day on which all terms begin, where the head tells it once for all."""


@lru_cache(maxsize=256)  # Every row of a run says its line in the same few words.
def line_id(text: str) -> str | None:
    """Return the line of business words stand for, or None: ``Commercial Auto`` → ``commercial_auto``."""
    return next((line for line, words in _LINES if words.search(text)), None)


def read_head(lines: Sequence[Line], as_of: date | None) -> RunHead:
    """Return the head of a loss run from its running lines, first page first."""
    found = labelled(
        lines,
        r"(?:first\s+)?(?:named\s+)?insured(?:\s+name)?|account\s+name|policy\s*holder(?:\s+name)?|employer|assured"
        r"|(?:customer|client|member)(?:\s+name)?|risk(?:\s+name)?|name\s+of\s+(?:the\s+)?(?:insured|assured|employer)",
    )
    found = found or _account(lines) or _addressed(lines)
    insured = split_insured(found[0]).name if found else _reference(lines) or _bare(lines) or _unlabelled(lines)
    basis, valued = valuation_of("\n".join(line.text for line in lines), as_of) or (None, None)
    return RunHead(
        carrier=_carrier(lines),
        insured=insured,
        insured_at=found[1].at if found else Location(),
        anniversary=_anniversary(lines),
        valuation_date=valued,
        valuation_basis=basis,
        line=next((line for run in lines[:8] if (line := line_id(run.text)) and not _says_who(run.text)), None)
        or ("workers_compensation" if any(_INJURED.search(run.text) for run in lines[:40]) else None),
    )


def _anniversary(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return the month and day of ``All terms incept 10/01 and run twelve months``; None where nothing is said."""
    found = next((told for line in lines[:40] if (told := _ANNIVERSARY.search(line.text))), None)
    return (int(found["month"]), int(found["day"])) if found else None


def _account(lines: Sequence[Line]) -> tuple[str, Line] | None:
    """Return the name behind ``Account:``, which a number may follow as well."""
    found = labelled(lines, r"account|insured\s*/\s*account|entity")
    return found if found and not any(map(str.isdigit, found[0])) else None


def _addressed(lines: Sequence[Line]) -> tuple[str, Line] | None:
    """Return the company a report says it is for: ``For: Dunlap Landscaping LP``, ``Re: the same  Account 17``."""
    found = labelled(lines[:40], r"(?:prepared\s+|report\s+|losses\s+)?for|re")
    if found is None:
        return None
    name = _NUMBERED.sub("", found[0])
    known = names_a_carrier(name) or _REPORT.search(name)
    return (name, found[1]) if _COMPANY.search(name) and not known else None


def _says_who(text: str) -> bool:
    """Return whether a line names somebody: an insured called Property Partners has no line of business in its name."""
    return names_a_carrier(text) or _WHO.match(text) is not None


def _bare(lines: Sequence[Line]) -> str | None:
    """Return the insured behind a label without a colon: ``INSURED SUNSET FREIGHT CO``."""
    for line in lines:
        found = _INSURED.match(line.text)
        # ``Customer struck by a gate`` is no company, and ``Member loss record`` a title.
        if found and not found["name"][0].islower() and not _REPORT.search(found["name"]):
            return split_insured(found["name"].split("  ")[0]).name
    return None


def _unlabelled(lines: Sequence[Line]) -> str | None:
    """Return the company a title says the losses are of, or whose name stands right below the carrier's."""
    for line in lines[:12]:
        if _REPORT.search(line.text) and (told := _FOR.search(line.text)) and not names_a_carrier(told["name"]):
            return split_insured(told["name"]).name
    for before, line in pairwise(lines[:12]):
        if names_a_carrier(before.text) and _COMPANY.search(line.text) and not names_a_carrier(line.text):
            return split_insured(line.text).name
    return None


def _reference(lines: Sequence[Line]) -> str | None:
    """Return the insured of a letter's ``Re: Loss experience for …``."""
    for line in lines:
        found = re.match(r"re:\s*.*?\b(?:for|of)\s+(.+)$", line.text, re.IGNORECASE)
        if found:
            return split_insured(re.sub(r"(?<!Inc)(?<!Co)(?<!Corp)(?<!Ltd)\.$", "", found[1].split(";")[0])).name
    named = (re.match(r"re:\s*(.+)$", line.text, re.IGNORECASE) for line in lines)
    parts = (part.strip() for one in named if one for part in reversed(re.split(r"\s[-–—|]\s|;", one[1])))
    return next((split_insured(part).name for part in parts if _COMPANY.search(part)), None)


def _carrier(lines: Sequence[Line]) -> str | None:
    found = labelled(
        lines,
        r"(?:issuing\s+|insurance\s+|writing\s+)?carrier|insurer"
        r"|(?:writing|issuing|insurance|underwriting)\s+company|company",
    )
    if found:
        return found[0]
    if told := next((told for line in lines[:40] if (told := _INSURED_BY.match(line.text))), None):
        return told["name"].split("  ")[0].strip()
    named = [line.text for line in lines[:10] if names_a_carrier(line.text)] or [
        part for line in lines[:10] for part in re.split(r"\s+[-–—|·]\s+", line.text) if names_a_carrier(part)
    ]
    if lines and (top := re.split(r"\s+[-–—|·]\s+", lines[0].text)[0]) not in named and reads_as_a_name(top):
        return top if not _COMPANY.search(top) else (named[0] if named else None)
    return named[0] if named else None
