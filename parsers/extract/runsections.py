"""What a heading inside a loss run says: policy, term, line, insured, writing company; and the dates of a term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from parsers.extract.carriers import names_a_carrier
from parsers.extract.runheads import line_id
from parsers.extract.runspans import is_round, is_years, span_of, without_span, year_of
from parsers.extract.runvalued import DATE, valuation_of
from parsers.extract.runwords import without
from parsers.values import split_insured

_POLICY = re.compile(
    r"\b(?:policy|pol|contract|certificate)\b\.?\s*(?:no\b\.?|number\b|num\b\.?|nbr\b\.?|#|id\b|ref\w*\b)?\s*[:.#]?\s*(?=[A-Z0-9])",
    re.IGNORECASE,
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
_BARE_POLICY = re.compile(
    r"(?<![\w/.-])(?:[A-Z]{1,4} ){0,2}(?=[A-Z./-]*\d)[A-Z0-9][A-Z0-9./-]*"
    r"(?: \d[A-Z0-9./-]*| [A-Z]{2,3}(?= \d)){0,3}(?![\w/])"
)
"""A number as policies have it: short letters, then signs with digits."""
_ACCOUNT = re.compile(
    r"\b(?:account|acct|agency|agent|producer|claim)\b\W*(?:no|number|id|code)?\W*[\w-]*\d[\w-]*", re.I
)
_FEWEST_DIGITS = 4
_CENTS = re.compile(r"(?<![\d.])\d[\d,]*\.\d\d(?![\d.])")
_MOST_WORDS = 16
_TERM_WORD = re.compile(r"\b(?:year|term|period)\b|^\W*(?:19|20)\d\d\s*[-–—/]\s*(?:20)?\d\d\b", re.IGNORECASE)


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
    policy = policy_of(without_span(said) if start else said)
    parts = [part.strip() for part in said.split("  ") if part.strip()]
    year = year_of(said) if not start and (policy or _TERM_WORD.search(said)) else None
    if year and not policy:
        policy = _beside_years(said)
    if start and end and not policy and is_round(start, end):
        policy = _beside_span(said)
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
        if sum(map(str.isdigit, token)) >= 5 and not is_years(token) and _NUMBER.fullmatch(token):
            return token
    return None


def _beside_span(text: str) -> str | None:
    """Return what stands beside the dates of a term as policy numbers look, where nothing else does."""
    if "$" in text or _CENTS.search(text) or len(text.split()) > _MOST_WORDS:
        return None
    bare = _ACCOUNT.sub(" | ", without_span(text))
    found = [run.group().strip(" ./-") for run in _BARE_POLICY.finditer(bare)]
    found = [run for run in found if sum(map(str.isdigit, run)) >= _FEWEST_DIGITS]
    return found[0] if len(found) == 1 else None


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
