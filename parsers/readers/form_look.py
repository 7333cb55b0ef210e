"""Whether a page may be an application form, told cheaply from its text: only such pages are looked at closely."""

from __future__ import annotations

from typing import Final

_SURE: Final = ("ACORD", "AGENCY CUSTOMER ID")
_LABELS: Final = (
    "MM/DD/YYYY", "R'S SIGNATURE", "T'S SIGNATURE", "(A/C, NO", "GENERAL INFORMATION", "EXPLAIN ALL", "REMARKS",
    "NAMED INSURED", "CLASS CODE", "LOSS PAYEE", "PREMISES", "WATERCRAFT", "DRIVE TO", "LIABILITY", "FEIN",
    "NAIC CODE", "Y / N", "COVERAGE", "CONTRACTORS", "PRINCIPAL", "INSURED", "APPLICANT", "EFFECTIVE DATE", "VEH #",
    "ADDITIONAL INTEREST",
)  # fmt: skip
"""Label text that stands on the pages of application forms."""
_ENOUGH: Final = 4


def may_be_form(text: str) -> bool:
    """Return whether a page's text has the labels of application forms; a printed table may pass, a letter does not."""
    return any(sign in text for sign in _SURE) or sum(label in text for label in _LABELS) >= _ENOUGH
