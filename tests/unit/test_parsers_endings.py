"""A box that no map knows is read by what its name says."""

from __future__ import annotations

import pytest

from parsers.document import Location
from parsers.extract.boxes import Filled, read_filled
from parsers.forms.endings import type_by_ending


@pytest.mark.parametrize(
    ("elabel", "kind"),
    [
        ("PolicyChange_LimitAmount_A", "money"),
        ("PolicyChange_EffectiveDate_B", "date"),
        ("Contractor_Question_AAECode_A", "yn"),
        ("Contractor_CommercialWorkPercent_A", "percent"),
        ("Other_StateOrProvinceCode_AA", "state"),
        ("Contractor_ClassCode_A", "text"),
        ("TotalAmount", "text"),
    ],
)
def test_the_ending_says_the_type_of_standard_names_alone(elabel: str, kind: str) -> None:
    assert type_by_ending(elabel) == kind


@pytest.mark.parametrize(
    ("elabel", "raw", "value"),
    [
        ("PolicyChange_LimitAmount_A", "1,000", "1000"),
        ("PolicyChange_EffectiveDate_A", "09/03/2024", "2024-09-03"),
        ("Contractor_Question_AAECode_A", "N", False),
        ("PolicyChange_LimitAmount_A", "twelve units", "twelve units"),
        ("Contractor_ClassCode_A", "91340", "91340"),
    ],
)
def test_an_unmapped_box_is_normalised_and_never_dropped(elabel: str, raw: str, value: object) -> None:
    box = Filled(elabel=elabel, raw=raw, tick=False, at=Location(page=1), method="widget")
    (found,) = read_filled([box], None)
    assert (found.field, found.elabel, found.value, found.raw) == (elabel, elabel, value, raw)
