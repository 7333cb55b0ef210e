"""Candidates become one value per fact: people before paper, the right form before the sure one, rivals kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from parsers.document import ExtractedTable, FieldCandidate, Proof, Row, Scalar
from pipeline.agreement import agree
from pipeline.assembly import assemble, insured_of, is_other_insured, resolve
from pipeline.deciding import decide, mark_wrong_insured
from pipeline.names import normalise, same_name, similarity
from pipeline.rulebook import default_rules
from pipeline.submission import FiledDocument, Origin, ResolvedField, Source, SourcedCandidate

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AS_OF = date(2026, 11, 20)


def test_prior_carriers_of_a_list_stand_where_the_applications_have_them() -> None:
    rows: tuple[dict[str, Scalar], ...] = (
        {"year": "2024", "line": "general_liability", "carrier": "Alder Mutual", "premium": "9100"},
        {"year": "2024", "line": "commercial_auto", "carrier": "Birch Casualty", "policy_number": "BA 7"},
        {"year": "2024", "line": "umbrella", "carrier": "Cedar Excess"},
        {"year": "2024", "line": "cyber", "carrier": "Dogwood Specialty"},
        {"term_from": "2023-05-01", "line": "workers_compensation", "carrier": "Elm Comp", "term_to": "2024-05-01"},
        {"year": "2022", "line": None, "carrier": "Nobody knows for what"},
    )
    fields = assemble([], [paper("prior_carriers", *rows, table="prior_carriers")], as_of=AS_OF)

    assert {name: field.value for name, field in fields.items()} == {
        "prior_carriers[0].year": "2024",
        "prior_carriers[0].gl_carrier": "Alder Mutual",
        "prior_carriers[0].gl_premium": "9100",
        "prior_carriers[0].auto_carrier": "Birch Casualty",
        "prior_carriers[0].auto_policy": "BA 7",
        "prior_carriers[0].other_carrier": "Cedar Excess",
        "prior_carriers[1].year": "2024",
        "prior_carriers[1].other_carrier": "Dogwood Specialty",
        "wc_prior[0].year": "2023",
        "wc_prior[0].carrier": "Elm Comp",
    }


def test_one_piece_of_equipment_on_two_lists_is_one() -> None:
    first = paper("equipment_schedule", {"number": "1", "serial": "KX-9"}, table="equipment", name="one")
    second = paper(
        "equipment_schedule", {"number": "4", "serial": "KX-7"}, {"serial": "KX-9", "value": "100"}, table="equipment"
    )
    fields = assemble([], [first, second], as_of=AS_OF)

    assert fields["equipment[0].value"].value == "100"
    assert fields["equipment[1].serial"].value == "KX-7"


def said(
    field: str,
    value: Scalar,
    kind: str = "acord_125",
    *,
    document: str | None = "",
    confidence: float = 0.99,
    origin: Origin = "extracted",
    at: datetime = NOON,
    raw: str | None = None,
) -> SourcedCandidate:
    """One candidate; ``document`` '' is the one of the kind, None the message."""
    found = FieldCandidate(
        field=field, value=value, raw=str(value) if raw is None else raw, confidence=confidence, method="text"
    )
    where = f"{kind}:1" if document == "" else document
    source = Source(label=kind, document=where, message="m1", kind=kind, received_at=at)
    return SourcedCandidate(candidate=found, source=source, origin=origin)


def paper(kind: str, *rows: dict[str, Scalar], table: str = "", name: str = "", **changes: object) -> FiledDocument:
    """One document with at most one table."""
    tables = (
        (
            ExtractedTable(
                name=table, rows=tuple(Row(values=row) for row in rows), proof=Proof(proven=True, rows=len(rows))
            ),
        )
        if table
        else ()
    )
    base = FiledDocument(
        id=f"{name or kind}:1",
        sha256=name or kind,
        name=name or f"{kind}.pdf",
        kind=kind,
        confidence=0.99,
        pages=(1, 1),
        status="read",
        received_at=NOON,
        tables=tables,
    )
    return replace(base, **changes)


def assembled(*candidates: SourcedCandidate, documents: tuple[FiledDocument, ...] = ()) -> dict[str, ResolvedField]:
    return dict(assemble(candidates, documents, as_of=AS_OF))


def test_an_underwriters_word_beats_the_agents_and_both_beat_paper() -> None:
    field = "proposed_effective_date"
    paper_says = said(field, "2027-01-01")
    agent = said(field, "2027-01-15", "portal", document=None, origin="agent_confirmed", confidence=0.5)
    staff = said(field, "2027-02-01", "portal", document=None, origin="uw_overridden", confidence=0.1)
    assert assembled(paper_says, agent, staff)[field].value == "2027-02-01"
    found = assembled(paper_says, agent)[field]
    assert (found.value, found.status) == ("2027-01-15", "agent_confirmed")
    assert [rival.value for rival in found.rivals] == ["2027-01-01"]


def test_the_form_that_owns_the_fact_beats_one_that_was_read_a_little_better() -> None:
    candidates = (
        said("vehicles[0].radius", "50", "acord_127", confidence=0.998),
        said("vehicles[0].number", "1", "acord_127"),
    )
    schedule = paper("vehicle_schedule", {"number": "1", "radius": "75"}, table="vehicles")
    assert assembled(*candidates, documents=(schedule,))["vehicles[0].radius"].value == "75"


def test_a_sure_reading_beats_a_poor_one_of_the_owner() -> None:
    found = assembled(
        said("gl_limit_occurrence", "1000000", "acord_126", confidence=0.55), said("gl_limit_occurrence", "2000000")
    )
    assert found["gl_limit_occurrence"].value == "2000000"


def test_forms_that_differ_are_a_conflict() -> None:
    found = assembled(
        said("named_insureds[0].fein", "471839205"), said("named_insureds[0].fein", "471839206", "acord_130")
    )
    assert found["named_insureds[0].fein"].status == "conflict"


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("named_insureds[0].name", "Dunlap Mechanical, LLC", "DUNLAP MECHANICAL L.L.C."),
        ("named_insureds[0].naics", "238220", "2382"),
        ("named_insureds[0].entity_type", "llc", "s_corporation"),
        ("business_start_date", "2009", "2009-04-01"),
        ("named_insureds[0].mailing_zip", "85201-1234", "85201"),
        ("locations[0].street", "1180 Mill Street", "1180 MILL ST."),
        ("operations_description", "HVAC", "Heating and cooling"),
        ("wc_premium_total", "41000", "41000.00"),
        ("named_insureds[0].website", "https://www.dunlap.example/", "dunlap.example"),
        ("named_insureds[0].phone", "+1 480-555-0101", "(480) 555-0101"),
    ],
)
def test_a_difference_in_writing_is_no_conflict(field: str, one: str, other: str) -> None:
    assert agree(field, one, other)
    assert agree(field, other, one)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("named_insureds[0].name", "Oak Hollow II LLC", "Oak Hollow III LLC"),
        ("named_insureds[0].entity_type", "llc", "partnership"),
        ("proposed_effective_date", "2027-01-15", "2027-01-01"),
        ("buildings[0].building_value", "1800000", "1700000"),
        ("loss_none", True, False),
    ],
)
def test_a_difference_in_meaning_is_one(field: str, one: Scalar, other: Scalar) -> None:
    assert not agree(field, one, other)


def test_a_newer_version_of_the_same_form_replaces_the_older_without_conflict() -> None:
    field = "proposed_effective_date"
    old = said(field, "2027-01-01", document="a:1")
    new = said(field, "2027-01-15", document="b:1", at=NOON + timedelta(days=2))
    found = assembled(new, old)[field]
    assert (found.value, found.status, found.rivals[0].value) == ("2027-01-15", "extracted", "2027-01-01")


def test_the_agents_later_message_settles_what_the_forms_say() -> None:
    field = "proposed_effective_date"
    forms = (said(field, "2027-01-01"), said(field, "2027-01-15", "acord_130"))
    later = said(field, "2027-01-15", "message", document=None, confidence=0.8, at=NOON + timedelta(hours=3))
    assert assembled(*forms)[field].status == "conflict"
    assert assembled(*forms, later)[field].status == "extracted"
    same_time = replace(later, source=replace(later.source, received_at=NOON))
    assert assembled(*forms, same_time)[field].status == "conflict"


def test_a_poor_reading_contradicts_nobody() -> None:
    found = assembled(
        said("named_insureds[0].fein", "471839205"),
        said("named_insureds[0].fein", "471839206", "acord_130", confidence=0.4),
    )
    assert found["named_insureds[0].fein"].status == "extracted"


def test_a_value_that_did_not_parse_keeps_its_raw_text() -> None:
    found = resolve("named_insureds[0].fein", [said("named_insureds[0].fein", None, raw="47-183920")])
    assert (found.value, found.raw) == (None, "47-183920")


def test_a_document_of_another_insured_says_nothing() -> None:
    strange = paper("driver_list", {"name": "Pat Stranger"}, table="drivers", wrong_insured=True)
    theirs = said("named_insureds[0].fein", "452211908", "driver_list")
    assert assembled(theirs, documents=(strange,)) == {}


# -- rows --------------------------------------------------------------------------------------------------------------


def drivers_on_the_127() -> tuple[SourcedCandidate, ...]:
    return (
        said("drivers[0].number", "1", "acord_127"),
        said("drivers[0].first_name", "Jorge", "acord_127"),
        said("drivers[0].last_name", "Ortiz", "acord_127"),
        said("drivers[0].license_number", "D01234567", "acord_127"),
    )


def test_a_driver_of_the_list_fills_the_same_driver_of_the_form() -> None:
    roster = paper(
        "driver_list", {"name": "Ortiz, Jorge", "dob": "1988-03-04"}, {"name": "Thi Nguyen"}, table="drivers"
    )
    found = assembled(*drivers_on_the_127(), documents=(roster,))
    assert found["drivers[0].dob"].value == "1988-03-04"
    assert found["drivers[0].dob"].restricted
    assert found["drivers[1].name"].value == "Thi Nguyen"
    assert "drivers[2].name" not in found


def test_two_drivers_with_one_number_stay_two() -> None:
    roster = paper("driver_list", {"number": "1", "name": "Thi Nguyen"}, table="drivers")
    assert assembled(*drivers_on_the_127(), documents=(roster,))["drivers[1].name"].value == "Thi Nguyen"


def test_a_mistyped_vin_is_the_same_vehicle_and_a_rival_value() -> None:
    form = (said("vehicles[0].number", "5", "acord_127"), said("vehicles[0].vin", "1FTFW1E57MKA00101", "acord_127"))
    schedule = paper("vehicle_schedule", {"number": "5", "vin": "1FTFW1E58MKA00101"}, table="vehicles")
    found = assembled(*form, documents=(schedule,))
    assert found["vehicles[0].vin"].value == "1FTFW1E58MKA00101"
    assert found["vehicles[0].vin"].rivals[0].value == "1FTFW1E57MKA00101"
    assert "vehicles[1].vin" not in found


def test_another_vin_under_the_same_number_is_another_vehicle() -> None:
    form = (said("vehicles[0].number", "1", "acord_127"), said("vehicles[0].vin", "1FTFW1E58MKA00101", "acord_127"))
    schedule = paper("vehicle_schedule", {"number": "1", "vin": "3ALHCYDV0PDNT0103"}, table="vehicles")
    assert assembled(*form, documents=(schedule,))["vehicles[1].vin"].value == "3ALHCYDV0PDNT0103"


def test_words_about_vehicle_five_go_to_vehicle_five() -> None:
    rows = [{"number": str(n), "vin": f"1FTFW1E58MKA0010{n}"} for n in (4, 5)]
    schedule = paper("vehicle_schedule", *rows, table="vehicles")
    word = said("vehicles[4].vin", "1FVACWDTXSHU00112", "message", document=None, at=NOON + timedelta(days=1))
    found = assembled(word, documents=(schedule,))
    assert found["vehicles[1].vin"].value == "1FVACWDTXSHU00112"
    assert {name for name in found if name.endswith(".vin")} == {"vehicles[0].vin", "vehicles[1].vin"}


def test_a_row_sent_twice_is_one_row() -> None:
    rows = ({"number": "1", "vin": "1FTFW1E58MKA00101"}, {"number": "2", "vin": "3ALHCYDV0PDNT0103"})
    first = paper("vehicle_schedule", *rows, table="vehicles", name="a.xlsx")
    again = paper("vehicle_schedule", *rows, table="vehicles", name="b.xlsx")
    found = assembled(documents=(first, again))
    assert len([name for name in found if name.endswith(".vin")]) == 2


def test_indices_stay_when_later_documents_come() -> None:
    first = paper("vehicle_schedule", {"number": "7", "vin": "3ALHCYDV0PDNT0103"}, table="vehicles", name="z.xlsx")
    later = paper(
        "vehicle_schedule",
        {"number": "8", "vin": "1FTFW1E58MKA00101"},
        table="vehicles",
        name="a.xlsx",
        received_at=NOON + timedelta(days=1),
    )
    assert assembled(documents=(later, first))["vehicles[0].number"].value == "7"


def section(
    number: str, subject: str, limit: str, *, row: int = 0, document: str = "140:1"
) -> tuple[SourcedCandidate, ...]:
    kind = "acord_140"
    return (
        said("buildings[0].premises_number", number, kind, document=document),
        said("buildings[0].building_number", "1", kind, document=document),
        said(f"subjects[{row}].subject", subject, kind, document=document),
        said(f"subjects[{row}].limit", limit, kind, document=document),
        said(f"subjects[{row}].building", "0", kind, document=document),
    )


def test_subjects_of_insurance_become_amounts_of_their_building() -> None:
    found = assembled(
        *section("1", "Building", "1800000"),
        *section("1", "BPP", "250000", row=1),
        *section("1", "Stock", "50000", row=2),
        *section("1", "BI/EE", "ALS", row=3),
    )
    assert found["buildings[0].building_value"].value == "1800000"
    assert found["buildings[0].building_value"].status == "derived"
    assert found["buildings[0].contents_value"].value == "300000"
    assert found["buildings[0].bi_value"].value == "ALS"


def test_two_sections_with_one_building_each_are_two_buildings() -> None:
    found = assembled(
        *section("1", "Building", "100", document="a:1"), *section("2", "Building", "200", document="b:1")
    )
    assert [found[f"buildings[{i}].building_value"].value for i in (0, 1)] == ["100", "200"]


def test_a_building_of_the_section_and_of_the_schedule_is_one_and_differences_are_rivals() -> None:
    schedule = paper(
        "sov", {"number": "1", "building_number": "1", "building_value": "1900000", "city": "Mesa"}, table="buildings"
    )
    found = assembled(*section("1", "Building", "1800000"), documents=(schedule,))
    value = found["buildings[0].building_value"]
    assert (value.value, value.rivals[0].value, value.status) == ("1900000", "1800000", "conflict")
    assert found["buildings[0].city"].value == "Mesa"
    assert "buildings[1].building_value" not in found


def test_a_building_takes_city_and_state_from_its_premises() -> None:
    premises = (
        said("locations[0].number", "1"),
        said("locations[0].city", "Mesa"),
        said("locations[1].number", "2"),
        said("locations[1].city", "Tempe"),
        said("locations[1].state", "AZ"),
    )
    found = assembled(*premises, *section("2", "Building", "1800000"))
    assert (found["buildings[0].city"].value, found["buildings[0].state"].value) == ("Tempe", "AZ")
    assert found["buildings[0].city"].status == "derived"


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dunlap Mechanical, LLC", "Dunlap Mechanical L.L.C.", True),
        ("Garcia, Maria dba Garcia Painting", "Garcia Painting", True),
        ("Joe's Tire & Auto LLC", "JOES TIRE AND AUTO", True),
        ("Miller Bros Mfg Co", "Miller Brothers Manufacturing Company", True),
        ("Oak Hollow II LLC", "Oak Hollow III LLC", False),
        ("Summit Construction Inc", "Granite Construction Inc", False),
        ("Copper Basin Roofing LLC", "Cedar Basin Roofing LLC", False),
    ],
)
def test_names_are_one_insured_only_with_a_distinctive_word_in_common(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert similarity(one, other) == similarity(other, one)


def test_a_name_key_has_no_suffix_and_no_trade_name() -> None:
    assert normalise("The Dunlap Mechanical Co., Inc. d/b/a Cool Air") == "dunlap mechanical"


def test_an_equal_fein_makes_it_our_insured_whatever_the_name() -> None:
    assert not is_other_insured("Cool Air", "47-1839205", ["Dunlap Mechanical LLC"], "471839205")
    assert is_other_insured("Tallgrass Fabricators LLC", None, ["Dunlap Mechanical LLC"], "471839205")
    assert not is_other_insured("Dunlap Mechanical", "471839206", ["Dunlap Mechanical LLC"], "471839205")
    assert not is_other_insured(None, "471839206", ["Dunlap Mechanical LLC"], "471839205")


def test_a_run_of_somebody_else_is_set_aside_and_says_nothing() -> None:
    form = said("named_insureds[0].name", "Dunlap Mechanical LLC")
    application = paper("acord_125")
    theirs = paper(
        "loss_run", {"insured": "Tallgrass Fabricators LLC", "term_from": "2025-01-01"}, table="terms", name="x"
    )
    ours = paper("loss_run", {"insured": "DUNLAP MECHANICAL", "term_from": "2025-01-01"}, table="terms", name="y")
    sample = paper("sample_coi", insured="Somebody Else Inc")
    marked = {d.name: d.wrong_insured for d in mark_wrong_insured((application, theirs, ours, sample), (form,))}
    assert marked == {"acord_125.pdf": False, "x": True, "y": False, "sample_coi.pdf": False}


def test_the_insured_of_a_document_is_its_first_named_insured() -> None:
    found = insured_of([said("named_insureds[1].name", "Second LLC"), said("named_insureds[0].name", "First LLC")])
    assert (found.name, found.fein) == ("First LLC", None)


def test_deciding_on_an_empty_mail_asks_for_the_name_and_the_lines() -> None:
    found = decide(candidates=(), documents=(), as_of=AS_OF, rules=default_rules())
    codes = {item.code for item in found.completeness.open_items}
    assert {"INS-NAME", "LOB-CONFLICT", "EFF-DATE"} <= codes
    assert (found.completeness.gate, found.agent_status) == ("blocked", "Action needed")


def test_lines_are_those_ticked_attached_and_named() -> None:
    ticked = said("lob_requested.general_liability", True)
    found = decide(
        candidates=(ticked,),
        documents=(paper("acord_125"), paper("acord_130")),
        mail_lines=("umbrella",),
        as_of=AS_OF,
        rules=default_rules(),
    )
    assert found.facts.lines == ("general_liability", "workers_compensation", "umbrella")


LATER = NOON + timedelta(days=8)
RADIUS = "vehicles[0].radius"


def word(value: Scalar, *, origin: Origin = "agent_confirmed", at: datetime = NOON) -> SourcedCandidate:
    return said(RADIUS, value, "message", document=None, origin=origin, at=at, confidence=1.0)


def fleet_list(radius: str, *, name: str, at: datetime, **changes: object) -> FiledDocument:
    return paper(
        "vehicle_schedule", {"number": "1", "radius": radius}, table="vehicles", name=name, received_at=at, **changes
    )


BEFORE, AGAIN = NOON - timedelta(days=1), {"version": 2, "version_of": "a:1"}
PORTAL = said("vehicles[0].number", "1", "acord_127", at=BEFORE)


@pytest.mark.parametrize("origin", ["agent_confirmed", "uw_overridden"])
def test_a_later_version_that_contradicts_a_persons_word_is_a_conflict(origin: Origin) -> None:
    papers = (fleet_list("50", name="a", at=BEFORE), fleet_list("300", name="b", at=LATER, **AGAIN))
    found = assembled(PORTAL, word("75", origin=origin), documents=papers)[RADIUS]
    assert (found.value, found.status) == ("75", "conflict"), "their word stands until it is settled"
    assert [rival.value for rival in found.rivals] == ["300"]


def test_a_later_version_that_only_repeats_what_the_person_corrected_is_none() -> None:
    papers = (fleet_list("50", name="a", at=BEFORE), fleet_list("50", name="b", at=LATER, **AGAIN))
    found = assembled(PORTAL, word("75"), documents=papers)[RADIUS]
    assert (found.value, found.status) == ("75", "agent_confirmed")


def test_a_word_after_the_version_settles_it() -> None:
    papers = (fleet_list("50", name="a", at=BEFORE), fleet_list("300", name="b", at=LATER, **AGAIN))
    found = assembled(PORTAL, word("75"), word("300", at=LATER + timedelta(days=1)), documents=papers)[RADIUS]
    assert (found.value, found.status) == ("300", "agent_confirmed")


def test_answers_of_two_questionnaires_are_not_answers_to_one_question() -> None:
    first = [said("answers[0].question", "Any fleet over 10 units?", "supplemental_app", document="a:1")]
    first.append(said("answers[0].answer", False, "supplemental_app", document="a:1"))
    second = [said("answers[0].question", "Do you use subcontractors?", "supplemental_app", document="b:1")]
    second.append(said("answers[0].answer", True, "supplemental_app", document="b:1"))
    found = assembled(*first, *second)

    assert {name: (one.value, one.status) for name, one in found.items()} == {
        "answers[0].question": ("Any fleet over 10 units?", "extracted"),
        "answers[0].answer": (False, "extracted"),
        "answers[1].question": ("Do you use subcontractors?", "extracted"),
        "answers[1].answer": (True, "extracted"),
    }
