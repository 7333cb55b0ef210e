"""A paper sent anew: whose version it is, what it replaces, and what it says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from parsers.document import Check, ExtractedTable, FieldCandidate, Proof, Row, Scalar
from pipeline.assembly import assemble
from pipeline.deciding import decide
from pipeline.doubts import is_doubtful
from pipeline.rulebook import default_rules
from pipeline.submission import Answer, FiledDocument, ResolvedField, Source, SourcedCandidate
from pipeline.versions import Revision, difference, revision

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=8)


@dataclass(frozen=True)
class Read:
    filed: FiledDocument
    candidates: tuple[SourcedCandidate, ...] = ()


def form(
    values: Mapping[str, Scalar], *, name: str = "a", kind: str = "acord_125", at: datetime = NOON, **changes: object
) -> Read:
    """One form whose boxes say these values."""
    filed = FiledDocument(
        id=f"{name}:1",
        sha256=name,
        name=f"{name}.pdf",
        kind=kind,
        confidence=0.99,
        pages=(1, 4),
        status="read",
        received_at=at,
    )
    source = Source(label=kind, document=filed.id, kind=kind, page=1, method="widget", received_at=at)
    said = tuple(
        SourcedCandidate(
            candidate=FieldCandidate(
                field=field,
                value=value,
                raw=str(value),
                confidence=1.0,
                method="widget",
                restricted=field.endswith("dob"),
            ),
            source=source,
        )
        for field, value in values.items()
    )
    return Read(replace(filed, **changes), said)  # type: ignore[arg-type]


def sheet(
    kind: str, table: str, *rows: Mapping[str, Scalar], name: str = "a", at: datetime = NOON, **changes: object
) -> Read:
    """One list with these rows."""
    made = ExtractedTable(
        name=table, rows=tuple(Row(values=dict(row)) for row in rows), proof=Proof(proven=True, rows=len(rows))
    )
    read = form({}, name=name, kind=kind, at=at, **changes)
    return Read(replace(read.filed, tables=(made,)))


def vehicle(number: int, **changes: Scalar) -> dict[str, Scalar]:
    return {"number": str(number), "vin": f"1FTFW1E58MKA{number:05d}", "cost_new": "61000"} | changes


def fleet(*rows: dict[str, Scalar], name: str = "a", at: datetime = NOON) -> Read:
    return sheet("vehicle_schedule", "vehicles", *rows, name=name, at=at)


def told(old: Read, new: Read) -> list[tuple[str, str, Scalar, Scalar]]:
    return [(one.how, one.field, one.before, one.after) for one in difference(old, new)]


def found(old: Read, new: Read) -> Revision:
    revised = revision(new, [old])
    assert revised is not None
    return revised


# -- the difference ----------------------------------------------------------------------------------------------------


def test_a_limit_that_doubled_is_one_changed_value() -> None:
    old = form({"gl_limit_occurrence": "1000000", "gl_trigger": "occurrence"}, kind="acord_126")
    new = form({"gl_limit_occurrence": "2000000", "gl_trigger": "Occurrence"}, kind="acord_126", name="b")
    assert told(old, new) == [("changed", "gl_limit_occurrence", "1000000", "2000000")]


def test_what_is_written_in_or_left_out_is_told_as_that() -> None:
    old, new = form({"remarks": "None."}), form({"named_insureds[0].website": "dunlap.example"}, name="b")
    assert told(old, new) == [
        ("removed", "remarks", "None.", None),
        ("added", "named_insureds[0].website", None, "dunlap.example"),
    ]


def test_a_paper_differs_from_itself_in_nothing() -> None:
    old = fleet(vehicle(1), vehicle(2))
    assert difference(old, replace(old, filed=replace(old.filed, id="b:1"))) == ()


def test_a_row_put_in_between_changes_nothing_of_the_others() -> None:
    old = fleet(vehicle(1), vehicle(3))
    new = fleet(vehicle(1), vehicle(2), vehicle(3, cost_new="64000"), name="b")
    assert [(how, before, after) for how, _, before, after in told(old, new)] == [
        ("changed", "61000", "64000"),
        ("added", None, None),
    ]


def test_a_row_left_out_is_one_change_with_its_name() -> None:
    (change,) = difference(fleet(vehicle(1), vehicle(2, make="Ford")), fleet(vehicle(1), name="b"))
    assert (change.how, change.unit) == ("removed", "2 Ford")


def test_claims_are_told_by_their_number_and_claimants_not_at_all() -> None:
    def run(name: str, *claims: dict[str, Scalar]) -> Read:
        return sheet("loss_run", "claims", *claims, name=name)

    old = run("a", {"claim_number": "24-0093", "incurred": "100.00", "claimant": "J. Doe", "description": "Back"})
    new = run(
        "b",
        {"claim_number": "25-0007", "incurred": "5.00"},
        {"claim_number": "24 0093", "incurred": "250.00", "claimant": "J. Roe", "description": "Neck"},
    )
    payloads = [dict(change.payload) for change in difference(old, new)]
    assert [(one["how"], one["unit"], one["before"], one["after"]) for one in payloads] == [
        ("changed", "24 0093", "•••", "•••"),
        ("changed", "24 0093", "•••", "•••"),
        ("changed", "24 0093", "100.00", "250.00"),
        ("added", "25-0007", None, None),
    ]


def test_restricted_values_are_masked() -> None:
    row = {"name": "Jorge Ortiz", "license_number": "D01234567"}
    old = sheet("driver_list", "drivers", row | {"dob": "1988-03-04"})
    new = sheet("driver_list", "drivers", row | {"dob": "1988-04-03"}, name="b")
    (change,) = difference(old, new)
    assert (change.payload["before"], change.payload["after"]) == ("•••", "•••")


# -- whose version -----------------------------------------------------------------------------------------------------


def test_the_same_form_again_replaces_the_former_whole() -> None:
    values = {"proposed_effective_date": "2027-01-01", "gl_trigger": "occurrence", "remarks": "None."}
    revised = found(form(values), form(values | {"proposed_effective_date": "2027-01-15"}, name="b", at=LATER))
    assert (revised.former.id, revised.is_whole, len(revised.changes)) == ("a:1", True, 1)


def test_one_page_of_four_replaces_what_it_speaks_of_and_tells_nothing_as_left_out() -> None:
    old = form({"remarks": "None.", "proposed_effective_date": "2027-01-01", "gl_trigger": "occurrence"})
    new = form({"proposed_effective_date": "2027-01-15"}, name="b", at=LATER, pages=(1, 1))
    revised = found(old, new)
    assert (revised.is_whole, [change.how for change in revised.changes]) == (False, ["changed"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (form({"x": "1"}, kind="acord_137", state="AZ"), form({"x": "1"}, kind="acord_137", state="NM", name="b")),
        (form({"x": "1"}), form({"x": "1"}, kind="acord_126", name="b")),
        (form({"x": "1"}), form({"x": "1"}, name="b", status="unreadable")),
        (form({"x": "1"}), form({}, name="b", filled_ratio=0.01)),
        (
            form({"named_insureds[0].name": "Dunlap Mechanical LLC"}),
            form({"named_insureds[0].name": "Tallgrass Fabricators LLC"}, name="b"),
        ),
        (fleet(vehicle(1), vehicle(2)), fleet(vehicle(3), vehicle(4), name="b")),
        (form({"x": "1"}, kind="narrative"), form({"x": "1"}, kind="narrative", name="b")),
        (
            form({"buildings[0].premises_number": "1", "buildings[0].street": "1180 Mill St"}, kind="acord_140"),
            form({"buildings[0].premises_number": "2", "buildings[0].street": "9 Elm Ct"}, kind="acord_140", name="b"),
        ),
    ],
    ids=["other state", "other form", "unreadable", "blank", "other insured", "other vehicles", "letters", "premises"],
)
def test_papers_about_different_things_are_two_papers(old: Read, new: Read) -> None:
    assert revision(new, [old]) is None


def run_of(carrier: str, valued: str, *years: int, name: str = "a") -> Read:
    rows = [
        {"carrier": carrier, "policy_number": f"HLM-{year}", "term_from": f"{year}-01-15", "valuation_date": valued}
        for year in years
    ]
    return sheet("loss_run", "terms", *rows, name=name)


def test_a_newer_valuation_of_the_same_terms_replaces_the_run() -> None:
    old = run_of("Travelers", "2026-06-01", 2024, 2025)
    assert found(old, run_of("Charter Oak Fire", "2026-10-01", 2024, 2025, 2026, name="b")).is_whole


def test_a_newer_run_of_one_term_leaves_the_others_to_the_older() -> None:
    old = run_of("Travelers", "2026-06-01", 2024, 2025)
    assert not found(old, run_of("Travelers", "2026-10-01", 2025, name="b")).is_whole


@pytest.mark.parametrize(
    "new",
    [
        run_of("The Hartford", "2026-10-01", 2024, 2025, name="b"),
        run_of("Travelers", "2026-10-01", 2021, 2022, name="b"),
        run_of("Travelers", "2026-05-01", 2024, 2025, name="b"),
    ],
    ids=["other carrier", "other terms", "older valuation"],
)
def test_a_run_of_another_carrier_other_terms_or_an_older_day_is_its_own(new: Read) -> None:
    assert revision(new, [run_of("Travelers", "2026-06-01", 2024, 2025)]) is None


def test_a_list_with_half_of_the_rows_stands_for_the_list_and_fewer_do_not() -> None:
    old = fleet(*(vehicle(n) for n in range(1, 7)))
    assert found(old, fleet(*(vehicle(n) for n in range(1, 4)), name="b")).is_whole
    assert not found(old, fleet(vehicle(1, cost_new="70000"), vehicle(9), name="b")).is_whole


# -- what is heard -----------------------------------------------------------------------------------------------------


def stood(old: Read, new: Read, *, whole: bool) -> tuple[Read, Read]:
    return (
        Read(replace(old.filed, replaced=whole), old.candidates),
        Read(replace(new.filed, version=2, version_of=old.filed.id), new.candidates),
    )


def resolved(*readings: Read) -> dict[str, ResolvedField]:
    said = [one for reading in readings for one in reading.candidates]
    return dict(assemble(said, [reading.filed for reading in readings], as_of=NOON.date()))


def test_a_version_that_replaces_whole_takes_blanked_values_with_it() -> None:
    old, new = stood(form({"remarks": "x", "gl_trigger": "a"}), form({"gl_trigger": "b"}, name="b"), whole=True)
    fields = resolved(old, new)
    assert ({name: fact.value for name, fact in fields.items()}, fields["gl_trigger"].rivals) == (
        {"gl_trigger": "b"},
        (),
    )


def test_a_part_of_a_paper_takes_nothing_with_it() -> None:
    old, new = stood(form({"remarks": "x", "gl_trigger": "a"}), form({"gl_trigger": "b"}, name="b"), whole=False)
    assert {name: fact.value for name, fact in resolved(old, new).items()} == {"remarks": "x", "gl_trigger": "b"}


def test_rows_keep_their_numbers_when_their_list_is_replaced_in_another_order() -> None:
    old, new = stood(
        fleet(vehicle(1), vehicle(2), vehicle(3)), fleet(vehicle(3), vehicle(1), name="b", at=LATER), whole=True
    )
    fields = resolved(old, new)
    assert {name: fact.value for name, fact in fields.items() if name.endswith(".number")} == {
        "vehicles[0].number": "1",
        "vehicles[2].number": "3",
    }


def test_what_the_new_version_reads_less_surely_but_alike_needs_no_second_look() -> None:
    old, new = form({"gl_trigger": "a", "remarks": "x"}), form({"gl_trigger": "a", "remarks": "y"}, name="b", at=LATER)
    faint = tuple(
        replace(one, candidate=replace(one.candidate, confidence=0.7, method="ocr")) for one in new.candidates
    )
    fields = resolved(*stood(old, Read(new.filed, faint), whole=True))
    assert {name: is_doubtful(fact) for name, fact in fields.items()} == {"gl_trigger": False, "remarks": True}


def test_a_conflict_ends_with_the_version_that_corrects_one_side() -> None:
    def fein(number: str) -> dict[str, Scalar]:
        return {"named_insureds[0].name": "Dunlap Mechanical LLC", "named_insureds[0].fein": number}

    application, comp = form(fein("471839205")), form(fein("471839206"), kind="acord_130", name="b")
    better = form(fein("471839205"), kind="acord_130", name="c", at=LATER)

    def items(*readings: Read) -> dict[str, str]:
        decision = decide(
            candidates=[one for reading in readings for one in reading.candidates],
            documents=[reading.filed for reading in readings],
            as_of=LATER.date(),
            rules=default_rules(),
        )
        return {one.subject: one.state for one in decision.completeness.items if one.code == "APP-CONFLICT"}

    assert items(application, comp)["fein"] == "open"
    assert items(application, *stood(comp, better, whole=True))["fein"] == "satisfied"


def drivers(*names: str, name: str = "a", at: datetime = NOON, proven: bool = True, **changes: object) -> Read:
    """A driver list, proven or not."""
    read = sheet("driver_list", "drivers", *({"name": one} for one in names), name=name, at=at, **changes)
    table = read.filed.tables[0]
    proof = Proof(proven=proven, rows=len(names), checks=() if proven else (Check(name="rows drawn", ok=False),))
    return Read(replace(read.filed, tables=(replace(table, proof=proof),)))


EIGHT = ("Ann Lee", "Bob Ray", "Cid Poe", "Dan Kim", "Eve Fox", "Fay Orr", "Gus Ives", "Hal Dow")


@pytest.mark.parametrize(
    "worse",
    [
        drivers(*EIGHT[:6], name="b", at=LATER, proven=False),
        drivers(*EIGHT[:6], name="b", at=LATER, status="partial", reason="timeout"),
        drivers(*EIGHT[:6], name="b", at=LATER, confidence=0.4),
    ],
)
def test_a_copy_that_is_read_worse_takes_no_row_away(worse: Read) -> None:
    found = revision(worse, [drivers(*EIGHT)])
    assert found is not None
    assert (found.ended, [one for one in found.changes if one.how == "removed"]) == ((), [])


def test_a_copy_that_is_read_as_well_takes_rows_away() -> None:
    found = revision(drivers(*EIGHT[:6], name="b", at=LATER), [drivers(*EIGHT)])
    assert found is not None
    assert found.is_whole and [one.unit for one in found.changes] == ["Gus Ives", "Hal Dow"]


def test_a_form_read_in_part_blanks_nothing() -> None:
    old = form({"a": "1", "b": "2"})
    new = form({"a": "1"}, name="b", at=LATER, status="partial", reason="no_text")
    found = revision(new, [old])
    assert found is not None and not found.is_whole


def vouched(at: datetime) -> Answer:
    return Answer(
        code="LIST-UNPROVEN", subject="b.pdf", line=None, kind="value", text="Right.", by="us", role="staff", at=at
    )


def named(old: Read, new: Read, *answers: Answer) -> list[Scalar]:
    """The drivers that count after an unproven list came for a proven one."""
    later = replace(new.filed, version=2, version_of=old.filed.id)
    decision = decide(
        candidates=(), documents=(old.filed, later), answers=answers, as_of=LATER.date(), rules=default_rules()
    )
    names = (decision.facts.value(f"drivers[{index}].name") for index in decision.facts.group("drivers"))
    return [name for name in names if name is not None]


def test_rows_that_an_unproven_version_lacks_stand_until_one_of_us_has_compared_it() -> None:
    old, new = drivers(*EIGHT), drivers(*EIGHT[:6], name="b", at=LATER, proven=False)
    assert named(old, new) == list(EIGHT)
    assert named(old, new, vouched(NOON)) == list(EIGHT), "that was about an earlier file of the name"
    assert named(old, new, vouched(LATER)) == list(EIGHT[:6])


def test_the_values_of_a_proven_version_are_believed_before_those_of_an_unproven_one() -> None:
    old, new = fleet(vehicle(1)), fleet(vehicle(1, cost_new="16000"), name="b", at=LATER)
    (table,) = new.filed.tables
    doubtful = replace(table, proof=Proof(proven=False, rows=1, checks=(Check(name="sum", ok=False),)))
    later = replace(new.filed, version=2, version_of=old.filed.id)
    for tables, cost in (((doubtful,), "61000"), ((table,), "16000")):
        decision = decide(
            candidates=(),
            documents=(old.filed, replace(later, tables=tables)),
            as_of=LATER.date(),
            rules=default_rules(),
        )
        assert decision.facts.value("vehicles[0].cost_new") == cost


def test_a_driver_is_called_by_the_name_once() -> None:
    rows = {"name": "Dan Kim", "first_name": "Dan", "last_name": "Kim"}
    old, new = sheet("driver_list", "drivers", {"name": "Ann Lee"}, rows), drivers("Ann Lee", name="b", at=LATER)
    assert [change.unit for change in difference(old, new)] == ["Dan Kim"]


def test_answers_of_a_questionnaire_sent_again_are_compared_by_their_questions() -> None:
    asked = ("Any fleet?", "Any drones?", "Any subcontractors?")
    old = {f"answers[{n}].{part}": value for n, one in enumerate(asked) for part, value in _asked(one, "No")}
    new = {
        f"answers[{n}].{part}": value
        for n, one in enumerate(asked[1:])
        for part, value in _asked(one, "Yes" if "drones" in one else "No")
    }
    before, after = form(old, kind="supplemental_app"), form(new, name="b", kind="supplemental_app", at=LATER)
    assert [(change.how, change.unit, change.after) for change in difference(before, after)] == [
        ("removed", "Any fleet?", None),
        ("changed", "Any drones?", "Yes"),
    ]


def _asked(question: str, answer: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("question", question), ("answer", answer)
