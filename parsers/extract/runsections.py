"""What a heading inside a loss run says: policy, term, line, insured, writing company; and the dates of a term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from parsers.extract.carriers import names_a_carrier
from parsers.extract.runheads import DATE, dated, line_id, valuation_of
from parsers.extract.runwords import without
from parsers.values import split_insured

# Behind the dash of a span a date may follow at once.
_END = DATE.replace(r"(?<![\d/.-])", r"(?<![\d/.])")
_SPAN = re.compile(
    rf"(?P<start>{DATE})\s*(?:-|–|—|to|through|thru|until|till|/|and)?\s*(?P<end>{_END})",
    re.IGNORECASE,
)
_LABELLED_ENDS = re.compile(
    rf"\b(?:eff(?:ective)?|inception|from)\b\W*(?:date\W*)?(?P<start>{DATE})"
    rf".{{0,40}}?\b(?:exp(?:iration|iry|ires)?|to)\b\W*(?:date\W*)?(?P<end>{DATE})",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<![\d/-])((?:19|20)\d\d)\s*[-–—/]\s*((?:20)?\d\d)(?![\d/-])")
_POLICY = re.compile(
    r"\b(?:policy|pol)\b\.?\s*(?:no\b\.?|number\b|num\b\.?|nbr\b\.?|#|id\b)?\s*[:.#]?\s*(?=[A-Z0-9])", re.IGNORECASE
)
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/.-]*")
_STOPS = frozenset(
    [
        "TERM",
        "PERIOD",
        "EFF",
        "EFFECTIVE",
        "FROM",
        "LINE",
        "LOB",
        "COVERAGE",
        "TO",
        "INSURED",
        "YEAR",
        "POLICY",
        "EXP",
        "DATE",
        "NO",
        "NUMBER",
        "COV",
        "IS",
        "AND",
        "FOR",
    ]
)
_INSURED = re.compile(
    r"^(?:(?:first\s+)?named\s+insured|insured(?:\s+name)?|account\s+name|policy\s*holder|employer|customer(?:\s+name)?"
    r"|assured)\s*(?:[:]|\s-\s)\s*(?P<name>\S.*)$",
    re.IGNORECASE,
)
_INSURED_BARE = re.compile(r"^INSURED\s+(?P<name>[A-Z0-9][A-Z0-9&'., -]+)$")
_CARRIER = re.compile(
    r"^(?:writing\s+company|issuing\s+company|underwriting\s+company|insurance\s+company|carrier|insurer|company"
    r"|(?:under)?written\s+by|issued\s+by)\s*[:]?\s+(?P<name>[A-Z].*)$",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"\b(?:line(?:\s+of\s+business)?|lob|coverage(?:\s+line)?|cov)\b\s*[:]?\s*(?P<line>\S.*)$", re.IGNORECASE
)
_TERM_WORD = re.compile(r"\b(?:year|term|period)\b|^\W*(?:19|20)\d\d\s*[-–—/]\s*(?:20)?\d\d\b", re.IGNORECASE)
_LONGEST_TERM = 600
"""Days: what is longer is the span a report covers, no term of a policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a line says of the rows that follow; None where it says nothing."""

    policy: str | None = None
    start: str | None = None
    end: str | None = None
    line: str | None = None
    insured: str | None = None
    carrier: str | None = None
    letterhead: str | None = None
    valued: tuple[str, str] | None = None
    year: int | None = None

    @property
    def opens(self) -> bool:
        """Return whether it names a term: a policy with its dates."""
        return bool(self.policy and (self.start or self.year))


@lru_cache(maxsize=512)
def span_of(text: str, as_of: date | None) -> tuple[str | None, str | None]:
    """Return the two dates of a term in a text, or nothing where they are none of a term."""
    found = _SPAN.search(text) or _LABELLED_ENDS.search(text)
    if not found:
        return None, None
    start, end = dated(found["start"], as_of), dated(found["end"], as_of)
    if start and end and not 0 < (date.fromisoformat(end) - date.fromisoformat(start)).days <= _LONGEST_TERM:
        return None, None
    return start, end


def year_of(text: str) -> int | None:
    """Return the year a term began by its years alone: ``2024-25`` and ``2024`` are 2024."""
    found = _YEARS.search(text) or re.search(r"(?<![\d/.,-])((?:19|20)\d\d)(?![\d/.,-])", text)
    return int(found[1]) if found else None


def policy_of(text: str) -> str | None:
    """Return the policy number behind its label."""
    for found in _POLICY.finditer(text):
        if number := _number(text[found.end() :]):
            return number
    return None


def _number(text: str) -> str | None:
    taken: list[str] = []
    for token in text.split("  ")[0].split(" "):
        bare = token.strip(",;:()")
        if not _NUMBER.fullmatch(bare) or bare in _STOPS or re.fullmatch(DATE, bare, re.IGNORECASE):
            break
        taken.append(bare)
        if token[-1] in ",;:)":
            break
    while taken and not any(map(str.isdigit, taken[-1])):
        taken.pop()
    return " ".join(taken) or None


def policy_key(number: str | None) -> str:
    """Return a policy number without the spaces and marks that columns break it with."""
    return re.sub(r"\W", "", number or "").upper()


@lru_cache(maxsize=256)
def facts_of(text: str, as_of: date | None) -> Facts:
    """Return what a heading says."""
    said = without("continued", text).strip(" -–()")
    start, end = span_of(said, as_of)
    policy = policy_of(said)
    parts = [part.strip() for part in said.split("  ") if part.strip()]
    year = year_of(said) if not start and (policy or _TERM_WORD.search(said)) else None
    if year and not policy:
        policy = _beside_years(said)
    carrier = _named(_CARRIER, parts)
    letterhead = parts[0] if parts and names_a_carrier(parts[0]) else None
    return Facts(
        policy=policy,
        start=start,
        end=end,
        line=_line(said.replace(name, " "), parts, policy)
        if (name := carrier or letterhead)
        else _line(said, parts, policy),
        insured=_named(_INSURED, parts) or _named(_INSURED_BARE, parts),
        carrier=carrier,
        letterhead=letterhead,
        valued=valuation_of(said, as_of),
        year=year,
    )


def _beside_years(text: str) -> str | None:
    for token in text.split():
        if sum(map(str.isdigit, token)) >= 5 and not _YEARS.fullmatch(token) and _NUMBER.fullmatch(token):
            return token
    return None


def _named(label: re.Pattern[str], parts: list[str]) -> str | None:
    for at, part in enumerate(parts):
        if found := label.match(part):
            return found["name"].strip() if label is _CARRIER else split_insured(found["name"]).name
        if at + 1 < len(parts) and part.endswith(":") and label.match(f"{part} X"):
            return parts[at + 1]
    return None


def _line(text: str, parts: list[str], policy: str | None) -> str | None:
    bare = text.replace(policy, " ") if policy else text
    for part in parts:
        if (found := _LINE.search(part.replace(policy, " ") if policy else part)) and (line := line_id(found["line"])):
            return line
    words = re.sub(DATE, " ", bare, flags=re.IGNORECASE)
    if _INSURED.match(text) or len(words.split()) > 14:
        return None
    return line_id(words)
