"""Numbers shaped like those of the claims that were read and met nowhere else: of a claim that nobody read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from parsers.extract.runmarks import MONEY
from parsers.extract.runterms import Reading
from parsers.extract.runvalued import DATE

_TOKEN = re.compile(r"(?<!\S)(?=\S*\d)[A-Za-z0-9][\w/#*+-]*(?!\S)", re.ASCII)
_DAY = re.compile(DATE, re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\b(?:account|acct|agency|agent|producer|customer|client)\b\W*(?:no\b|number|num\b|id\b|code)?[\s:.#]*[\w-]*\d[\w-]*",
    re.IGNORECASE,
)
"""Numbers of somebody, not of something that happened."""
_FEWEST_DIGITS = 5
_PLAIN = 7
"""A number of digits alone must be as long as this to be told from amounts, codes and accounts."""
_SHAPES = (re.compile(r"\d"), re.compile(r"[A-Za-z]"))


def telling_numbers(text: str) -> Iterator[str]:
    """Yield the words of a line that may be numbers of claims: long enough, no day and no amount."""
    for token in _TOKEN.findall(_ACCOUNT.sub(" ", text)):
        if _telling(token) and not _DAY.fullmatch(token) and not MONEY.fullmatch(token):
            yield token


def strange_numbers(seen: Iterable[str], reading: Reading) -> tuple[str, ...]:
    """Return what of the numbers seen has the shape of a claim's number and is neither one nor a policy's."""
    known = {token for number in reading.numbers for token in number.split()} | set(reading.numbers)
    shapes = {_shape(number) for number in reading.numbers if _telling(number)}
    if not shapes:
        return ()
    told = {token for term in reading.terms for token in (term.policy or "").split()}
    told |= {term.policy for term in reading.terms if term.policy}
    return tuple(token for token in seen if token not in known and token not in told and _shape(token) in shapes)


def _telling(number: str) -> bool:
    digits = sum(map(str.isdigit, number))
    return digits >= _FEWEST_DIGITS and " " not in number and (digits < len(number) or digits >= _PLAIN)


def _shape(text: str) -> str:
    return _SHAPES[1].sub("A", _SHAPES[0].sub("9", text))
