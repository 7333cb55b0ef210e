"""The amounts of one claim as a small table below it: what was paid and is reserved down, on what across; or turned.

``Loss  Expense  Total`` over ``Paid 100.00 25.00 125.00`` says that 100.00 of loss and 25.00 of expense were paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsers.extract.runlines import Strip, of_words
from parsers.extract.runnames import meant
from parsers.extract.runvalues import amount
from parsers.extract.runwords import says

_SORTS: Mapping[str, str] = {
    "loss": "loss", "indemnity": "indemnity", "ind": "indemnity", "medical": "medical", "med": "medical",
    "expense": "expense", "expenses": "expense", "alae": "expense", "lae": "expense", "legal": "expense", "bi": "loss",
    "pd": "loss", "property": "loss", "comp": "loss", "coll": "loss", "total": "total", "totals": "total",
    "all": "total", "combined": "total", "losses": "loss", "claim total": "total", "total claim": "total",
    "claim totals": "total", "total for claim": "total", "totals for claim": "total", "total this claim": "total",
}  # fmt: skip
_MEASURES = frozenset({"paid", "reserve", "incurred", "recovery", "gross"})


_LEVEL = 30.0
"""Points by which a figure may end beside the head it stands under."""


@dataclass(slots=True)
class Matrix:
    """The table while its lines are read: what its columns are, and where they end."""

    columns: list[tuple[str, float]]
    expense: str = ""
    by_parts: bool = False

    def line(self, strip: Strip) -> dict[str, str] | None:
        """Return the amounts a line tells by meaning; None where it is no line of the table."""
        parts = _parts(strip)
        label = parts[0][0] if parts else ""
        row = _measure(label) or _sort(label) or (label and len(parts) == len(self.columns) + 1 and "coverage")
        figures = parts[1:]
        if not row or not figures or any(amount(text) is None for text, _ in figures):
            return None
        told: dict[str, str] = {}
        for text, place in figures:
            column = min(self.columns, key=lambda one: abs(one[1] - place))[0]
            measure, sort = (row, column) if row in _MEASURES else (column, row)
            if measure in _MEASURES and (name := _meaning(measure, sort)):
                told[name] = text
            elif row == "total" and measure == "paid" and not self.by_parts:
                told["paid"] = self._less_expense(text)
        self.expense = told.get("expense", self.expense)
        self.by_parts = self.by_parts or bool(told.keys() & {"paid", "medical_paid", "indemnity_paid"})
        return told

    def _less_expense(self, paid: str) -> str:
        """Return what was paid of losses: of all coverages together, without the expense that has a line of its own."""
        return str((amount(paid) or 0) - (amount(self.expense) or 0)) if self.expense else paid

    def total(self, strip: Strip) -> dict[str, str]:
        """Return what a total of many claims says under the same heads; nothing where it is none.

        What was paid in all, expense with it, is no column of a claim.
        """
        parts = _parts(strip)
        figures = parts[1:]
        if len(figures) != len(self.columns) or not says("total", parts[0][0]):
            return {}
        if any(amount(text) is None for text, _ in figures):
            return {}
        told = {min(self.columns, key=lambda one: abs(one[1] - place))[0]: text for text, place in figures}
        return {name: text for name, text in told.items() if name in ("incurred", "reserve")}

    def beside(self, strip: Strip) -> int:
        """Return how many words stand before a line of the table in the same line; nothing where there is no such."""
        if strip.cells:
            return 0
        parts, wanted = _parts(strip), len(self.columns) + 1
        places = [place for _, place in parts[-wanted + 1 :]]
        level = all(abs(place - own) < _LEVEL for place, (_, own) in zip(places, self.columns, strict=False))
        if (
            len(parts) <= wanted
            or not level
            or self.line(_behind(strip, at := _words_of(strip.parts[:-wanted]))) is None
        ):
            return 0
        return at


def heads_beside(strip: Strip) -> int:
    """Return how many words stand before the heads of a table in the same line; nothing where there are none."""
    parts = [] if strip.cells else strip.parts
    for start in range(1, len(parts) - 1):
        at = _words_of(parts[:start])
        if begins(_behind(strip, at)) is not None:
            return at
    return 0


def _behind(strip: Strip, at: int) -> Strip:
    return of_words(strip.words[at:], strip.page, strip.pane)


def _words_of(parts: Sequence[str]) -> int:
    return sum(len(part.split(" ")) for part in parts)


def begins(strip: Strip) -> Matrix | None:
    """Return the table that a line of heads begins, or None: two or more heads, all of one kind."""
    parts = _parts(strip)
    if not 2 <= len(parts) <= 6:
        return None
    sorts = [_sort(text) for text, _ in parts]
    measures = [_measure(text) for text, _ in parts]
    if not measures[0] and all(measures[1:]) and len(parts) > 2 and not sorts[0]:
        return Matrix([(name, place) for name, (_, place) in zip(measures[1:], parts[1:], strict=True)])
    names = sorts if all(sorts) and "total" in sorts else measures if all(measures) else []
    return Matrix([(name, place) for name, (_, place) in zip(names, parts, strict=True)]) if names else None


def _meaning(measure: str, sort: str) -> str:
    """Return the column of a claim: parts where they are told, the whole of what has no parts of its own."""
    if measure in ("incurred", "recovery"):
        return measure if sort == "total" else ""
    if measure == "gross" or (measure == "reserve" and sort in ("loss", "expense")):
        return ""
    if sort in ("medical", "indemnity"):
        return f"{sort}_{measure}"
    if measure == "reserve":
        return "reserve" if sort == "total" else ""
    if sort == "expense":
        return "expense"
    return "paid" if sort == "loss" else ""


def _sort(text: str) -> str:
    return _SORTS.get(text.casefold().strip(" :."), "")


def _measure(text: str) -> str:
    named = meant(text.strip(" :."))
    return next((name for name, weight in named.items() if weight >= 0.9 and name in _MEASURES), "")


def _parts(strip: Strip) -> list[tuple[str, float]]:
    if strip.cells:
        return [(" ".join(cell.text.split()), float(at)) for at, cell in enumerate(strip.cells) if cell.text.strip()]
    found: list[tuple[str, float]] = []
    at = 0
    for part in strip.parts:
        at += len(part.split(" "))
        found.append((part, strip.words[at - 1].box[2]))
    return found
