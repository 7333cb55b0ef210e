"""The row of one claim from the text of its cells: dates, status, amounts with their splits, numbers made whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from parsers.document import Defect, Location, Row, Scalar
from parsers.extract.grids import around
from parsers.extract.runcolumns import AMOUNT_NAMES
from parsers.extract.runheads import line_id
from parsers.extract.runterms import AMOUNTS, Claim, Reading, cents
from parsers.extract.runvalued import dated
from parsers.extract.runvalues import amount

_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=[\d-])\s+(?=\d)")
_STATUS = (("re", "reopened"), ("r", "reopened"), ("o", "open"), ("pend", "open"), ("c", "closed"), ("f", "closed"))
_SPLIT = {
    "paid": ("medical_paid", "indemnity_paid"),
    "reserve": ("medical_reserve", "indemnity_reserve", "expense_reserve"),
}


def amount_in(text: str) -> Decimal | None:
    """Return the amount in a cell; two figures in one cell are none."""
    return amount(text) if any(map(str.isdigit, text)) else None


def amounts_of(cells: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the amounts of a row by name; paid and reserve are the sums of their parts where only those are told."""
    found: dict[str, Decimal] = {}
    for name in (*AMOUNTS, *_SPLIT["paid"], *_SPLIT["reserve"]):
        if name in cells and (told := amount(cells[name])) is not None:
            found[name] = abs(told) if name == "recovery" else told
    for whole, parts in _SPLIT.items():
        shares = [found[part] for part in parts if part in found]
        if whole not in found and shares:
            found[whole] = sum(shares, Decimal(0))
        elif whole == "reserve" and shares and _lacks(found, found.get("expense_reserve", Decimal(0))):
            found[whole] += found["expense_reserve"]  # What is reserved of losses alone; another column has the rest.
    return found


def _lacks(found: Mapping[str, Decimal], missing: Decimal) -> bool:
    """Return whether just so much is missing of what a row comes to."""
    if not missing or not {"paid", "reserve", "incurred"} <= found.keys():
        return False
    told = found["paid"] + found["reserve"] + found.get("expense", Decimal(0)) - found.get("recovery", Decimal(0))
    return told + missing == found["incurred"]


def claim_row(claim: Claim, reading: Reading, head_line: str | None, as_of: date | None) -> Row:
    """Return the row of a claim; a number that a spreadsheet shortened is a defect."""
    cells, term, at = claim.cells, claim.term, _place(claim.places)
    number = number_of(cells, at)
    values: dict[str, Scalar] = {
        "claim_number": number,
        "line": line_id(cells.get("line", "")) or claim.line or (term.line if term else None) or head_line,
        "policy_number": term.policy if term else None,
        "term_from": term.start if term else None,
    }
    for name in ("date_of_loss", "reported", "closed"):
        if name in cells:
            values[name] = dated(cells[name], as_of)
    if "date_of_loss" in claim.blank and not values.get("date_of_loss"):
        detail = f"claim {number or at.cell or ''}: no date of loss that can be read".replace("  ", " ")
        reading.defects.append(Defect(reason="unclear", detail=detail, page=at.page))
    values |= {name: cells[name] for name in ("claimant", "description") if name in cells}
    values["status"] = status_of(cells.get("status", ""))
    naught = {} if reading.scanned else dict.fromkeys(claim.blank & AMOUNT_NAMES, "0")
    amounts = amounts_of(naught | cells)
    if (alone := amount(cells.get("reserve", ""))) is not None and amounts["reserve"] != alone:
        reading.merged.append((alone, amounts["expense_reserve"]))
    values |= {name: cents(each) for name, each in amounts.items() if name != "expense_reserve"}
    if "incurred" in values:
        values.setdefault("recovery", "0.00")
    if _SHORTENED.fullmatch(cells.get("claim_number", "")):
        detail = f"claim number of {at.cell or 'a row'} was shortened by the spreadsheet"
        reading.defects.append(Defect(reason="bad_format", detail=detail, page=at.page))
    return Row(values={name: value for name, value in values.items() if value is not None}, at=at)


def number_of(cells: Mapping[str, str], at: Location) -> str | None:
    """Return a claim number, whole again where a narrow printed column broke it; a shortened one is none."""
    number = cells.get("claim_number")
    if number is None or _SHORTENED.fullmatch(number) or not any(map(str.isdigit, number)):
        return None
    return _BROKEN.sub("", number) if at.page else number


def status_of(text: str) -> str | None:
    """Return open, closed or reopened."""
    folded = text.casefold().strip()
    return next((status for start, status in _STATUS if folded.startswith(start)), None)


def _place(places: Sequence[Location]) -> Location:
    """Return where a claim's first page shows it."""
    first = places[0]
    boxes = [one.box for one in places if one.box and one.page == first.page]
    return Location(page=first.page, box=around(boxes) or first.box, sheet=first.sheet, cell=first.cell)
