"""Two papers that say two things: one item that names both values and both places, and none where they agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from submissions import AUTO, GL, GOOD_VIN, PROPERTY, WC, Package, claim, five_years, paper, table, term

from parsers.document import Scalar
from pipeline.checks.places import Place, same_place
from pipeline.insureds import roster
from pipeline.submission import AGENTS_WORD, OUR_WORD, Item, Rival, Source

LIST = Source(label="vehicle schedule", document="fleet.xlsx:1", kind="vehicle_schedule", page=1, method="table")
ROSTER = Source(label="driver list", document="drivers.pdf:1", kind="driver_list", page=2, method="table")


def rival(value: Scalar, source: Source) -> tuple[Rival, ...]:
    return (Rival(value=value, raw=str(value), confidence=0.97, source=source),)


def conflicts(package: Package) -> dict[str, Item]:
    return {item.subject: item for item in package.items() if item.code == "APP-CONFLICT" and item.is_open}


def one_of(package: Package, code: str, subject: str = "") -> Item | None:
    return next((i for i in package.items() if (i.code, i.subject) == (code, subject) and i.is_open), None)


def differing(field: str, value: Scalar, source: Source) -> Package:
    package = Package()
    package.rivals[field] = rival(value, source)
    return package


# -- facts and rows ----------------------------------------------------------------------------------------------------


def test_a_package_without_contradictions_opens_none() -> None:
    assert conflicts(Package()) == {}


def test_a_cost_that_differs_names_both_values_both_papers_and_pages() -> None:
    (item,) = conflicts(differing("vehicles[0].cost_new", "74000", LIST)).values()
    assert item.subject == "vehicle 5, cost new"
    assert item.ask.endswith(
        "we see 61,000 in ACORD 127 (page 1) and 74,000 in vehicle schedule (page 1). Which is right?"
    )
    assert [(place.document, place.page) for place in item.looked_at] == [("acord_127:1", 1), ("fleet.xlsx:1", 1)]


def test_a_cost_that_is_rounded_is_none() -> None:
    assert conflicts(differing("vehicles[0].cost_new", "61400", LIST)) == {}


def test_a_birth_date_that_differs_is_told_without_being_repeated() -> None:
    package = differing("drivers[0].dob", "1988-04-03", ROSTER)
    package.restricted = frozenset({"drivers[0].dob"})
    (item,) = conflicts(package).values()
    assert item.subject == "driver 3, J. Ortiz, date of birth"
    assert "ACORD 127 (page 1) and driver list (page 2)" in item.ask
    assert "1988" not in item.ask and "03/04" not in item.ask


def test_a_vin_that_fails_its_check_digit_contradicts_nobody() -> None:
    mistyped = GOOD_VIN[:-1] + ("2" if GOOD_VIN[-1] != "2" else "3")
    assert conflicts(differing("vehicles[0].vin", mistyped, LIST)) == {}


def test_a_column_that_differs_all_along_is_asked_about_once() -> None:
    package = Package()
    for index in range(1, 8):
        package.put(f"vehicles[{index}].number", str(index)).put(f"vehicles[{index}].cost_new", "61000")
        package.rivals[f"vehicles[{index}].cost_new"] = rival("16000", LIST)
    (item,) = conflicts(package).values()
    assert item.subject == "vehicles, cost new"
    assert "7 of them differ" in item.ask


def test_a_word_of_the_agent_ends_a_conflict() -> None:
    package = differing("vehicles[0].cost_new", "74000", LIST)
    package.statuses["vehicles[0].cost_new"] = "agent_confirmed"
    assert conflicts(package) == {}


def test_a_name_in_a_mail_is_no_second_first_named_insured_and_a_form_is() -> None:
    name = "named_insureds[0].name"
    mail = Source(label="e-mail", kind="message")
    assert conflicts(differing(name, "Some Plumbing Inc", mail)) == {}
    form = Source(label="ACORD 130", document="acord_130:1", kind="acord_130", page=1)
    assert set(conflicts(differing(name, "Dunlap Plumbing Holdings Inc", form))) == {"name"}


# -- payroll and carriers ----------------------------------------------------------------------------------------------


def payroll(*rows: dict[str, Scalar]) -> Package:
    schedule = paper("payroll_schedule", "payroll.csv", tables=(table("class_rows", rows),))
    return Package().add(schedule)


def test_payroll_by_class_is_compared_over_all_locations() -> None:
    halves: list[dict[str, Scalar]] = [
        {"state": "AZ", "code": "5537", "location": str(n), "payroll": "950000"} for n in (1, 2)
    ]
    assert conflicts(payroll(*halves)) == {}
    (item,) = conflicts(payroll(*halves, {"state": "AZ", "code": "5537", "payroll": "300000"})).values()
    assert item.subject == "payroll, class AZ 5537"
    assert "1,900,000 in ACORD 130 (page 1) and 2,200,000 in payroll schedule" in item.ask


def test_a_class_that_only_one_paper_lists_is_no_contradiction() -> None:
    assert conflicts(payroll({"state": "AZ", "code": "8810", "payroll": "300000"})) == {}


def test_a_prior_carrier_is_that_of_the_run_by_its_group() -> None:
    package = Package().runs(*five_years(GL, PROPERTY, AUTO, WC, carrier="Charter Oak Fire Insurance Company"))
    for name in ("prior_carriers[0].gl_carrier", "prior_carriers[0].auto_carrier", "wc_prior[0].carrier"):
        package.put(name, "TRAVELERS")
    (item,) = conflicts(package).values()
    assert item.subject == "property carrier 2026"
    assert "Harborline Mutual in ACORD 125 (page 1) and Charter Oak Fire Insurance Company in loss run" in item.ask


# -- losses ------------------------------------------------------------------------------------------------------------


def with_losses(**changes: Scalar) -> Package:
    package = Package().runs(*five_years(GL, PROPERTY, AUTO, WC), claims=[claim()])
    for name, value in {"date": "2024-08-12", "line": "GL", "paid": "5000", **changes}.items():
        package.put(f"losses[0].{name}", value)
    return package


def test_a_declared_loss_that_the_run_shows_is_no_contradiction() -> None:
    shown = str(claim()["date_of_loss"])
    assert one_of(with_losses(date=shown), "LOSS-CONFLICT", f"loss of {shown}") is None


def test_a_declared_loss_that_no_run_of_its_day_shows_is_asked_about() -> None:
    item = one_of(with_losses(date="2025-06-01"), "LOSS-CONFLICT", "loss of 2025-06-01")
    assert item is not None
    assert "ACORD 125 (page 1) lists a loss (06/01/2025, 5,000 paid, GL) that runs.pdf does not show" in item.ask


@pytest.mark.parametrize("date", ["2026-11-02", "2015-06-01"])
def test_a_loss_after_the_valuation_or_before_the_runs_contradicts_nothing(date: str) -> None:
    assert one_of(with_losses(date=date), "LOSS-CONFLICT", f"loss of {date}") is None


def test_no_losses_ticked_names_the_form_the_run_and_the_claims() -> None:
    item = one_of(with_losses().given(loss_none=True), "LOSS-CONFLICT")
    assert item is not None
    assert "ACORD 125 (page 1) says there were none; runs.pdf shows 1 claim (2024)" in item.ask


def test_the_comp_form_may_declare_more_claims_than_the_run_and_never_fewer() -> None:
    rows = [claim(line=WC, date_of_loss="2026-03-02", claim_number=f"26-WC-{n}", policy_number="") for n in (1, 2)]
    package = Package().runs(*[term(WC, year) for year in range(2022, 2027)], claims=rows)
    assert one_of(package.put("wc_prior[0].claims", "3"), "LOSS-CONFLICT", "workers comp claims 2026") is None
    item = one_of(package.put("wc_prior[0].claims", "0"), "LOSS-CONFLICT", "workers comp claims 2026")
    assert item is not None and "says 0 workers comp claims in 2026; runs.pdf shows 2" in item.ask


# -- places ------------------------------------------------------------------------------------------------------------


def address(street: str = "", city: str = "Mesa", zip_code: str = "85201", number: str = "") -> Place:
    return Place(street=street, city=city, zip=zip_code, number=number, source=Source(label="form"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (address("1180 Mill Street"), address("1180 MILL ST.")),
        (address("1180 N Mill St, Suite 4"), address("1180 North Mill Street")),
        (address("1180 Mill"), address("1180 Mill St")),
        (address("1180 Mill St", city="", zip_code=""), address("1180 Mill St")),
        (address(number="2"), address("9 Elm Ct", number="2")),
    ],
)
def test_one_place_is_written_in_many_ways(one: Place, other: Place) -> None:
    assert same_place(one, other) and same_place(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (address("1180 Mill St"), address("1182 Mill St")),
        (address("1180 Mill St"), address("1180 Mill Ave")),
        (address("1180 N Mill St"), address("1180 S Mill St")),
        (address("1180 Mill St"), address("1180 Mill St", zip_code="60601")),
        (address("1180 Mill St"), address("1180 Elm St")),
        (address(), address()),
    ],
)
def test_two_places_are_two(one: Place, other: Place) -> None:
    assert not same_place(one, other) and not same_place(other, one)


def scheduled(*streets: str) -> Package:
    rows: list[dict[str, Scalar]] = [{"number": str(n), "street": street} for n, street in enumerate(streets, 1)]
    return Package().add(paper("sov", "values.xlsx", tables=(table("buildings", rows),)))


def test_the_locations_of_form_and_schedule_agree_by_address() -> None:
    assert one_of(scheduled("1180 MILL STREET"), "PR-SOV-MISMATCH", "locations") is None


def test_a_location_that_only_the_form_lists_is_named() -> None:
    package = scheduled("1180 Mill St").put("locations[1].number", "2").put("locations[1].street", "9 Elm Ct")
    item = one_of(package.put("locations[1].zip", "85202"), "PR-SOV-MISMATCH", "locations")
    assert item is not None
    assert "ACORD 125 (page 1) lists 9 Elm Ct, which statement of values does not" in item.ask


def test_a_location_that_only_the_schedule_lists_is_named_while_the_form_has_room() -> None:
    package = scheduled("1180 Mill St", "77 Harbor Rd")
    item = one_of(package, "PR-SOV-MISMATCH", "locations")
    assert item is not None and "lists 77 Harbor Rd, which ACORD 125 (page 1) does not" in item.ask
    streets = ["1180 Mill St", "2 Oak St", "3 Oak St", "4 Oak St"]
    full = scheduled(*streets, "77 Harbor Rd")
    for index, street in enumerate(streets):
        full.put(f"locations[{index}].number", str(index + 1)).put(f"locations[{index}].street", street)
        full.put(f"locations[{index}].zip", "85201")
    assert one_of(full, "PR-SOV-MISMATCH", "locations") is None


# -- named insureds ----------------------------------------------------------------------------------------------------


def test_named_insureds_are_listed_in_order_with_the_first_told_apart() -> None:
    names: dict[str, Scalar] = {
        "named_insureds[2].name": "Cool Air",
        "named_insureds[0].name": "Dunlap Mechanical LLC dba Cool Air",
        "named_insureds[1].name": "Dunlap Land Holdings LLC",
    }
    fields = Package(fields=dict(names)).facts().fields
    found = [(one.index, one.role, one.is_first) for one in roster(fields)]
    assert found == [(0, "first named insured", True), (1, "named insured", False), (2, "trade name", False)]


def test_every_line_has_its_own_checklist_and_score() -> None:
    package = Package().without("hazards[0].exposure")
    items = [item for item in package.items() if item.is_open]
    assert {item.line for item in items} == {GL}
    assert replace(items[0], line=AUTO).key != items[0].key


# -- papers after a person's word --------------------------------------------------------------------------------------


def overtaken(label: str) -> Package:
    """A radius that a person gave, and a later list that gives another."""
    package = differing("vehicles[0].radius", "300", LIST)
    word = Source(label=label, kind="message")
    package.sources["vehicles"] = word
    return package


def test_a_paper_that_contradicts_the_agents_word_is_asked_about() -> None:
    (item,) = conflicts(overtaken(AGENTS_WORD)).values()
    assert item.severity == "needed_to_quote"
    assert item.ask.endswith("we see 50 in your answer and 300 in vehicle schedule (page 1). Which is right?")


def test_a_paper_that_contradicts_one_of_us_is_ours_to_settle() -> None:
    (item,) = conflicts(overtaken(OUR_WORD)).values()
    assert item.severity == "internal"


def test_what_a_mail_says_by_the_way_about_other_facts_is_not_compared() -> None:
    assert conflicts(overtaken("e-mail")) == {}
