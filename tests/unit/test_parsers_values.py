"""Typed values: what agents write, what it means, and what is refused with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.values import TYPES, VALUE_REASONS, Context, mask, mask_raw, parse, split_address, split_insured
from parsers.values.vin import check_digit_fits, model_years, suggestion

AUTUMN = Context(as_of=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("date", "01/15/2027", "2027-01-15"),
        ("date", "1/5/27", "2027-01-05"),
        ("date", "1/5/28", "1928-01-05"),
        ("date", "2027-01-15", "2027-01-15"),
        ("date", "2027-01-15 00:00:00", "2027-01-15"),
        ("date", "Jan 5, 2027", "2027-01-05"),
        ("date", "5 January 2027", "2027-01-05"),
        ("date", "01/15/2027 12:01 AM", "2027-01-15"),
        ("year", "'21", "2021"),
        ("year", "1987", "1987"),
        ("year", "2019.0", "2019"),
        ("start_date", "2009", "2009-01-01"),
        ("start_date", "17 yrs", "2009-01-01"),
        ("money", "$1,000,000", "1000000"),
        ("money", "1M", "1000000"),
        ("money", "1mm", "1000000"),
        ("money", "$1.2 mil", "1200000"),
        ("money", "500k", "500000"),
        ("money", "(500)", "-500"),
        ("money", "500-", "-500"),
        ("cents", "1,234.5", "1234.50"),
        ("cents", "(500.00)", "-500.00"),
        ("limit", "ALS", "ALS"),
        ("limit", "Excluded", "excluded"),
        ("limit", "if any", "if any"),
        ("number", "42,000 sq ft", "42000"),
        ("percent", "35%", "35"),
        ("coinsurance", "0.8", "80"),
        ("coinsurance", "Agreed Value", "agreed value"),
        ("factor", ".92", "0.92"),
        ("rate", "8.10", "8.10"),
        ("factor", "not rated", "not rated"),
        ("fein", "84-1234567", "841234567"),
        ("naics", "238220", "238220"),
        ("sic", "711", "0711"),
        ("gl_class", "91111", "91111"),
        ("wc_class", "42", "0042"),
        ("wc_class", "0042", "0042"),
        ("state", "arizona", "AZ"),
        ("state", "Az.", "AZ"),
        ("zip", "85004", "85004"),
        ("zip", "850041234", "85004-1234"),
        ("zip", "2139", "02139"),
        ("phone", "(602) 555-0142", "602-555-0142"),
        ("phone", "1.602.555.0142 ext. 12", "602-555-0142 x12"),
        ("email", "Pam@Bayline.Example", "Pam@bayline.example"),
        ("url", "https://www.dunlap.example/", "www.dunlap.example"),
        ("url", "None", "none"),
        ("yn", "Y", True),
        ("yn", "no", False),
        ("yn", "N - never", False),
        ("inc_exc", "Excluded", "EXC"),
        ("inc_exc", "I", "INC"),
        ("person", "Garcia, Maria L", "Maria L Garcia"),
        ("person", "John Smith, Jr.", "John Smith, Jr."),
        ("policy_number", "bap 771204", "BAP 771204"),
        ("construction", "Joisted Masonry", "2"),
        ("construction", "MNC", "4"),
        ("construction", "ISO 6", "6"),
        ("protection_class", "04/9", "4/9"),
        ("sprinklered", "Full", "100"),
        ("sprinklered", "N", "0"),
        ("premium_basis", "Payroll", "P"),
        ("entity", "Limited Liability Company", "llc"),
        ("text", "  two   words ", "two words"),
    ],
)  # fmt: skip
def test_a_value_is_normalised(kind: str, raw: str, value: str | bool) -> None:
    parsed = parse(kind, raw, AUTUMN)
    assert (parsed.value, parsed.defect) == (value, None)


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        ("date", "02/30/2027", "impossible_date"),
        ("date", "15/01/2027", "impossible_date"),
        ("date", "46037", "bad_format"),
        ("year", "1492", "out_of_range"),
        ("money", "see attached SOV", "pointer"),
        ("money", "TBD", "non_answer"),
        ("money", "twelve", "bad_format"),
        ("number", "12 acres", "ambiguous"),
        ("percent", "140", "out_of_range"),
        ("fein", "12345678", "bad_format"),
        ("fein", "111111111", "non_answer"),
        ("fein", "123456789", "non_answer"),
        ("naics", "990000", "unknown_code"),
        ("state", "ON", "out_of_scope"),
        ("state", "XX", "non_answer"),
        ("zip", "850", "bad_format"),
        ("phone", "555-0142", "bad_format"),
        ("phone", "911-555-0142", "out_of_range"),
        ("email", "pam at bayline", "bad_format"),
        ("yn", "X", "ambiguous"),
        ("yn", "Y N", "contradictory"),
        ("yn", "N/A", "non_answer"),
        ("policy_number", "NEW", "non_answer"),
        ("construction", "Mixed", "ambiguous"),
        ("text", "   ", "non_answer"),
        ("text", "See SOV", "pointer"),
        ("text", "per expiring", "pointer"),
        ("text", "on file", "pointer"),
        ("text", "Enter text: The name of the insured.", "tooltip"),
        ("insured", "various", "non_answer"),
    ],
)
def test_what_is_no_value_is_refused_with_a_reason(kind: str, raw: str, reason: str) -> None:
    parsed = parse(kind, raw, AUTUMN)
    assert parsed.value is None
    assert parsed.defect is not None
    assert parsed.defect.reason == reason


def test_a_sentence_that_mentions_an_attachment_is_still_text() -> None:
    text = "HVAC contractor, see attached brochure; residential service and light commercial installs in two counties"
    assert parse("text", text).value == text


def test_a_spreadsheet_serial_is_a_date_only_in_a_spreadsheet() -> None:
    assert parse("date", "46037", Context(serial=True)).value == "2026-01-15"


def test_three_two_four_digits_in_the_tax_box_are_a_restricted_ssn() -> None:
    parsed = parse("fein", "987-65-4321")
    assert (parsed.value, parsed.restricted, parsed.note) == ("987654321", True, "ssn")


def test_nine_bare_digits_are_an_ssn_for_an_individual_only() -> None:
    assert parse("fein", "987654321", Context(individual=True)).restricted
    assert not parse("fein", "841234567").restricted


def test_a_birth_date_is_restricted_and_never_in_the_future() -> None:
    parsed = parse("dob", "6/2/45", AUTUMN)
    assert (parsed.value, parsed.restricted) == ("1945-06-02", True)
    child = parse("dob", "06/02/2020", AUTUMN)
    assert (child.value, child.restricted) == (None, True)


def test_a_licence_keeps_its_letters_and_gets_back_what_a_spreadsheet_lost() -> None:
    assert parse("licence", "D123-4567").value == "D1234567"
    padded = parse("licence", "123456", Context(state="PA", serial=True))
    assert (padded.value, padded.note, padded.restricted) == ("00123456", "repaired", True)


def test_a_zip_of_another_state_is_noted_not_refused() -> None:
    parsed = parse("zip", "85004", Context(state="CO"))
    assert (parsed.value, parsed.note) == ("85004", "not a CO prefix")


@pytest.mark.parametrize(
    "vin",
    [
        "1M8GDM9AXKP042788",
        "11111111111111111",
        "1FTFW1E58MKA00101",
        "3ALHCYDV0PDNT0103",
        "1XPXDP9X5LD700104",
        "1FVACWDTXSHU00112",
    ],
)
def test_a_sound_vin_has_its_check_digit(vin: str) -> None:
    assert check_digit_fits(vin)
    assert parse("vin", vin).defect is None


def test_a_vin_that_fails_its_check_keeps_its_text_and_says_so() -> None:
    parsed = parse("vin", "1FTFW1E57MKA00101")
    assert parsed.value == "1FTFW1E57MKA00101"
    assert parsed.defect is not None
    assert parsed.defect.reason == "check_digit"


def test_an_o_for_a_zero_is_suggested_never_corrected() -> None:
    parsed = parse("vin", "1FTFW1E58MKAO0101")
    assert parsed.value == "1FTFW1E58MKAO0101"
    assert parsed.note == "suggestion: 1FTFW1E58MKA00101"


def test_a_transposition_is_suggested_only_when_it_is_the_one_repair() -> None:
    assert suggestion("3AHLCYDV0PDNT0103") == "3ALHCYDV0PDNT0103"
    assert suggestion("00000000000000001") is None


def test_a_vin_says_another_model_year_than_the_column_beside_it() -> None:
    assert 2021 in model_years("1FTFW1E58MKA00101")
    parsed = parse("vin", "1FTFW1E58MKA00101", Context(year="2019"))
    assert parsed.defect is not None
    assert parsed.defect.reason == "contradictory"


def test_a_vin_that_is_too_short_has_no_value() -> None:
    parsed = parse("vin", "KA00101")
    assert parsed.value is None
    assert parsed.defect is not None
    assert parsed.defect.detail == "7 characters, not 17"


def test_a_trade_name_is_split_from_the_legal_name() -> None:
    split = split_insured("Saltbox Hospitality Group, LLC d/b/a The Tin Cup")
    assert (split.name, split.dba) == ("Saltbox Hospitality Group, LLC", "The Tin Cup")
    assert split_insured("Oak Hollow Apartments LP c/o Rivera Management").name == "Oak Hollow Apartments LP"


def test_an_address_block_comes_apart_on_lines_or_commas() -> None:
    block = split_address("100 Mill St\nSuite 4\nTempe, AZ 85281")
    assert (block.line1, block.line2, block.city, block.state, block.zip) == (
        "100 Mill St",
        "Suite 4",
        "Tempe",
        "AZ",
        "85281",
    )
    assert split_address("100 Mill St, Tempe, AZ 85281").city == "Tempe"


@pytest.mark.parametrize(
    ("drawn", "street", "city"),
    [
        ("8841 FOUNDRY AVE PUEBLO, CO 81008", "8841 FOUNDRY AVE", "PUEBLO"),
        ("12 Park Place Dr. Fort Wayne, IN 46802", "12 Park Place Dr.", "Fort Wayne"),
        ("1093 County Road 12 Pueblo, CO 81008", "1093 County Road 12", "Pueblo"),
        ("40 Mill St Suite 200 Tempe, AZ 85281", "40 Mill St Suite 200", "Tempe"),
    ],
)
def test_an_address_drawn_as_one_line_comes_apart_after_the_street(drawn: str, street: str, city: str) -> None:
    found = split_address(drawn)
    assert (found.line1, found.city) == (street, city)


def test_restricted_values_are_masked_for_people() -> None:
    assert mask("987654329", "ssn") == "***-**-4329"
    assert mask("1984-02-03", "dob") == "****-**-**"
    assert mask("D1234567", "licence") == "*****567"
    assert mask("Tempe", "text") == "Tempe"
    assert "1984" not in mask_raw("02/03/1984")


@given(kind=st.sampled_from(sorted(TYPES)), raw=st.text(max_size=40))
def test_any_text_gives_a_value_or_a_known_reason(kind: str, raw: str) -> None:
    parsed = parse(kind, raw, AUTUMN)
    assert parsed.defect is None or parsed.defect.reason in VALUE_REASONS
    assert parsed.value is not None or parsed.defect is not None


@given(day=st.dates(min_value=date(1950, 1, 1), max_value=date(2027, 12, 31)))
def test_a_written_date_reads_back_as_itself(day: date) -> None:
    for shape in ("%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%m-%d-%Y"):
        assert parse("date", day.strftime(shape), AUTUMN).value == day.isoformat()
