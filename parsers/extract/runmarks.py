"""What the lines of a loss run show at a glance: money, rows under no header, the words before the figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from parsers.extract.runclaims import amount_in
from parsers.extract.runcolumns import AMOUNT_NAMES
from parsers.extract.runlines import Strip
from parsers.extract.runvalued import DATE
from parsers.extract.runwords import counted, says

MONEY = re.compile(
    r"(?<![\w.,/-])\(?-?\$?\s?\d{1,3}(?:,\d{3})*\.\d{2}\)?-?(?![\w/]|\.\d)|\$\s?\d[\d,]*|(?<![\w.,/-])\d+\.\d{2}-?(?![\w/]|\.\d)"
)
_DAYS = re.compile(DATE, re.IGNORECASE)
_LONGEST_COUNT = 5
_NOTHING = Decimal(0)
_TEXTS = frozenset({"description", "claimant"})


def figured(cells: Mapping[str, str]) -> bool:
    """Return whether a row has an amount in one of its columns of amounts."""
    return any(amount_in(cells[name]) is not None for name in cells.keys() & AMOUNT_NAMES)


def figures_beside(text: str, cells: Mapping[str, str]) -> int:
    """Return how many figures of a line of a claim are in none of its amounts and in none of its texts.

    Those that make up one of its amounts, coverage by coverage, are told by it.
    """
    told = Counter(figure.strip() for figure in MONEY.findall(text))
    for name, cell in cells.items():
        if name in _TEXTS or (name in AMOUNT_NAMES and amount_in(cell) is not None):
            told.subtract(figure.strip() for figure in MONEY.findall(cell))
    beside = [figure for figure in told.elements() if amount_in(figure)]
    whole = sum((amount_in(figure) or _NOTHING for figure in beside), _NOTHING)
    return 0 if any(amount_in(cells[name]) == whole for name in cells.keys() & AMOUNT_NAMES) else len(beside)


def row_like(strip: Strip) -> bool:
    """Return whether a line under no header looks like a row: a day, or a number of its own, and several figures."""
    if strip.cells:
        filled = [cell.text for cell in strip.cells if cell.text.strip()]
        figures = sum(amount_in(text) is not None for text in filled)
        return figures > 1 and any(_DAYS.fullmatch(text.strip()) for text in filled)
    return len(MONEY.findall(strip.text)) > 1 and bool(_DAYS.search(strip.text))


def says_zero(text: str, cells: Mapping[str, str]) -> bool:
    """Return whether a line, or one of its cells alone, says that there are no claims."""
    return says("zero", text) or any(says("zero", cell) for cell in cells.values())


def _is_amount(text: str, before: str) -> bool:
    """Return whether a cell is an amount; a small number behind ``Claim Count`` is none."""
    counts = len(text) < _LONGEST_COUNT and text.isdigit() and counted(f"{before} {text}") is not None
    return amount_in(text) is not None and not counts


def label_of(strip: Strip) -> str:
    """Return the words before the first amount."""
    if not strip.cells:
        return strip.text[: found.start()] if (found := MONEY.search(strip.text)) else strip.text
    texts = [" ".join(cell.text.split()) for cell in strip.cells if cell.text]
    at = next((n for n in range(1, len(texts)) if _is_amount(texts[n], texts[n - 1])), len(texts))
    return "  ".join(texts[:at])
