"""Drivers and vehicles that stand on the form alone or on the list alone are named in one item, where both speak."""

from __future__ import annotations

from dataclasses import replace

import pytest
from submissions import AS_OF, NOON, RULES, doubtful, paper, table

from parsers.document import FieldCandidate
from pipeline.deciding import decide
from pipeline.submission import FiledDocument, Item, Source, SourcedCandidate

NAMES = ("Ann Lee", "Bob Ray", "Cid Poe", "Dan Kim", "Eve Fox", "Fay Orr")


def on_form(*names: str) -> list[SourcedCandidate]:
    """Rows of the application, read surely."""
    source = Source(label="ACORD 127", document="acord_127:1", kind="acord_127", page=1, received_at=NOON)
    return [
        SourcedCandidate(
            candidate=FieldCandidate(
                field=f"drivers[{index}].name", value=name, raw=name, confidence=1.0, method="widget"
            ),
            source=source,
        )
        for index, name in enumerate(names)
    ]


def roster(*names: str) -> FiledDocument:
    return paper("driver_list", "drivers.xlsx", tables=(table("drivers", ({"name": name} for name in names)),))


def asked(form: list[SourcedCandidate], *lists: FiledDocument) -> Item | None:
    decision = decide(candidates=form, documents=(paper("acord_127"), *lists), as_of=AS_OF, rules=RULES)
    items = (one for one in decision.completeness.items if one.code == "APP-CONFLICT" and one.is_open)
    return next(items, None)


def test_the_same_people_on_both_open_nothing() -> None:
    assert asked(on_form("Ann Lee", "Bob Ray"), roster("Bob Ray", "Lee, Ann")) is None


@pytest.mark.parametrize(
    ("form", "listed", "says"),
    [
        (("Ann Lee", "Bob Ray"), ("Ann Lee",), "ACORD 127 lists driver 2 (B. Ray), which driver list does not"),
        (("Ann Lee",), ("Ann Lee", "Bob Ray"), "driver list lists driver 2 (B. Ray), which ACORD 127 does not"),
        (("Ann Lee", "Bob Ray"), ("Ann Lee", "Cid Poe"), "driver 2 (B. Ray), which driver list does not; and"),
    ],
)
def test_whoever_stands_on_one_alone_is_named_with_both_papers(
    form: tuple[str, ...], listed: tuple[str, ...], says: str
) -> None:
    item = asked(on_form(*form), roster(*listed))
    assert item is not None
    assert (item.severity, item.subject) == ("needed_to_quote", "drivers")
    assert says in item.ask
    assert [place.document for place in item.looked_at] == ["acord_127:1", "drivers.xlsx:1"]


def test_one_paper_alone_contradicts_nobody() -> None:
    assert asked(on_form("Ann Lee")) is None
    assert asked([], roster("Ann Lee")) is None


def test_a_full_form_goes_on_in_the_list() -> None:
    names = [f"Driver{number} Smith{number}" for number in range(13)]
    assert asked(on_form(*names), roster(*NAMES)) is None
    assert asked(on_form(*names), roster(*names, *NAMES)) is None


def test_a_form_that_points_to_the_list_leaves_the_rows_to_it() -> None:
    assert asked(on_form("SEE ATTACHED LIST"), roster(*NAMES)) is None


def test_rows_of_an_unproven_list_are_compared_by_one_of_us_first() -> None:
    item = asked(on_form("Ann Lee", "Bob Ray"), doubtful(roster("Ann Lee")))
    assert item is not None and item.severity == "internal"


def test_a_row_on_both_is_on_both_whichever_paper_is_believed() -> None:
    poor = [replace(one, candidate=replace(one.candidate, confidence=0.7)) for one in on_form("Ann Lee")]
    assert asked(poor, roster("Ann Lee")) is None
