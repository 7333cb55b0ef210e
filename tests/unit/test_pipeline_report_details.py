"""What a report says of a value in doubt, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

from classifiers.judgement import Classification
from parsers.document import Defect, Extraction, FieldCandidate
from pipeline.report import masked, part_report
from pipeline.stages import ReadPart
from pipeline.standing import Standing


def reported(detail: str | None, *, restricted: bool = False, reveal: bool = False) -> dict[str, Any]:
    found = FieldCandidate(
        field="named_insureds[0].name",
        value="Northfork",
        raw="Northfork",
        confidence=0.5,
        method="widget",
        defect=None if detail is None else Defect(reason="value_differs", detail=detail),
        restricted=restricted,
    )
    part = ReadPart(
        classification=Classification(kind="acord_125", confidence=1.0, pages=(1, 4)),
        extraction=Extraction(fields=(found,)),
        standing=Standing(status="read"),
    )
    (field,) = part_report(part, reveal=reveal)["fields"]
    return dict(field)


def test_a_value_its_box_contradicts_comes_with_what_the_box_shows() -> None:
    field = reported("the box shows 'Southfork 12'")
    assert (field["defect"], field["detail"]) == ("value_differs", "the box shows 'Southfork 12'")


def test_a_value_without_a_defect_has_no_detail() -> None:
    assert reported(None)["detail"] is None
    assert reported("")["detail"] is None


def test_details_hide_what_is_restricted() -> None:
    for said in ("the box shows 'D123-4567'", "the box shows '01/02/1970'", "the box shows '123 45 6789'"):
        assert not any(sign.isdigit() for sign in str(reported(said, restricted=True)["detail"]))
        assert reported(said, restricted=True, reveal=True)["detail"] == said
    assert "6789" not in str(reported("the box shows '123-45-6789'")["detail"])


def test_of_a_text_that_ends_with_a_date_nothing_is_shown() -> None:
    assert set(str(masked("SSN 123-45-6789 DOB 1/2/70"))) == {"•"}
    assert str(masked("D1234567")).endswith("67")
