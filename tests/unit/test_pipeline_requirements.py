"""Every reason code opens for its cause and for nothing else, and closes when the cause is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from causes import GENERAL, Opens
from causes_by_line import BY_LINE
from submissions import AUTO, GL, GOOD_VIN, NOON, PROPERTY, RULES, WC, Package, five_years, term

from pipeline.deciding import decide_on
from pipeline.submission import Answer

CASES = GENERAL + BY_LINE


def test_a_complete_package_of_four_lines_asks_for_nothing() -> None:
    package = Package()
    assert package.facts().lines == (GL, PROPERTY, AUTO, WC)
    assert package.open() == {}


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_a_code_opens_for_its_cause_and_says_what_is_wanted(case: Opens) -> None:
    item = case.by(Package()).open().get(case.code)
    assert item is not None, "not opened"
    assert (item.severity, item.line, item.subject) == (case.severity, case.line, case.subject)
    assert case.says in item.ask
    assert item.ask.startswith(f"{item.title}: ")
    assert item.satisfied_share < 1


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_a_code_is_not_open_without_its_cause(case: Opens) -> None:
    assert case.code not in Package().open()


def test_every_code_of_the_rule_files_has_a_case() -> None:
    assert {case.code for case in CASES} == set(RULES.codes)
    assert len(RULES.codes) >= 40


NO_VALUE_OF_THESE = ("1988-03-04", "D01234567")


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_no_ask_repeats_a_birth_date_or_a_licence_number(case: Opens) -> None:
    for item in case.by(Package()).items():
        assert not any(value in f"{item.ask} {item.subject} {' '.join(item.have)}" for value in NO_VALUE_OF_THESE)


def test_a_wrong_insured_is_never_named() -> None:
    case = next(case for case in CASES if case.code == "DOC-WRONG-INSURED")
    asks = " ".join(item.ask for item in case.by(Package()).items())
    assert "Hartwell" not in asks


def test_the_agents_reply_of_the_dunlap_case_reads_as_people_write_it() -> None:
    package = Package().runs(*five_years(GL, PROPERTY, WC), *(term(AUTO, year) for year in (2024, 2025, 2026)))
    package.put("prior_carriers[1].year", "2023").put("prior_carriers[1].auto_carrier", "Northgate")
    package.put("prior_carriers[2].year", "2022").put("prior_carriers[2].auto_carrier", "Northgate")
    package.put("wc_part1_states[1]", "OK").put("vehicles[0].vin", GOOD_VIN.replace("58M", "57M"))
    package.drop("exmod_worksheet")
    asks = [item.ask for item in package.items() if item.is_open]
    assert asks == [
        "ACORD 130: OK is listed as a covered state but there is no OK payroll page.",
        (
            "Loss runs, auto: we have 2024–2026 from Harborline Mutual valued 2026-10-01; still need the 2022 and 2023 "
            "terms (Northgate per your 125)."
        ),
        "Vehicle 5 (2021 Ford): the VIN does not pass its check digit; please re-send it from the registration.",
        (
            "Experience rating worksheet: with a premium of about 41k and 18 years in business, please send the "
            'bureau\'s worksheet effective 01/15/2027, or tell us "not rated".'
        ),
    ]


# -- answers -----------------------------------------------------------------------------------------------------------


def answered(code: str, text: str, *, kind: str = "value", role: str = "agent", **changes: object) -> Answer:
    """What a person said about one item."""
    base = Answer(code=code, subject="", line=None, kind=kind, text=text, by="p.shah", role=role, at=NOON)
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (answered("INS-FEIN", "47-1839205"), "satisfied"),
        (answered("INS-FEIN", "47-183920"), "open"),
        (answered("INS-FEIN", "none", kind="none"), "open"),
        (answered("INS-FEIN", "will send Friday"), "open"),
        (answered("INS-FEIN", "TBD"), "open"),
        (answered("INS-FEIN", "", kind="waived", role="staff"), "waived"),
        (answered("INS-FEIN", "", kind="waived", role="agent"), "open"),
        (answered("INS-FEIN", "", kind="not_applicable", role="staff"), "not_applicable"),
    ],
    ids=lambda value: value.text or value.kind if isinstance(value, Answer) else value,
)
def test_an_answer_closes_an_item_only_when_it_answers(answer: Answer, state: str) -> None:
    package = Package().without("named_insureds[0].fein")
    package.answers = (answer,)
    assert next(item for item in package.items() if item.code == "INS-FEIN").state == state


def test_an_explicit_none_is_an_answer_where_the_rule_takes_one() -> None:
    package = Package().without("named_insureds[0].website")
    package.answers = (answered("INS-WEBSITE", "none", kind="none"),)
    assert "INS-WEBSITE" not in package.open()


def test_an_answer_about_two_years_also_speaks_of_the_one_that_is_left() -> None:
    package = Package().runs(*five_years(GL, PROPERTY, WC), *(term(AUTO, year) for year in (2023, 2024, 2025, 2026)))
    package.answers = (
        answered("LOSS-YEARS-GAP", "No auto before 2024.", kind="none", line=AUTO, subject="2022, 2023"),
    )
    assert "LOSS-YEARS-GAP" not in package.open()


def test_deciding_twice_gives_the_same() -> None:
    facts = Package().without("hazards*").facts()
    assert decide_on(facts, RULES) == decide_on(facts, RULES)
