"""Schedules and letters: headers in the trade's words, truth beside, files that are what they claim to be."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest

from fixtures import letters, sheets
from fixtures.cases import insureds


def rows_of(content: bytes) -> list[list[object]]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_statement_of_values_has_a_totals_row_that_is_no_building() -> None:
    account = insureds.larkspur()
    made = sheets.sov(account)
    rows = rows_of(made.content)
    assert len(made.truth["buildings"]) == 6
    assert rows[-1][0] == "Total"
    assert sum(float(row["tiv"]) for row in made.truth["buildings"]) == rows[-1][15]


def test_constructions_are_words_on_the_sheet_and_iso_codes_in_the_truth() -> None:
    made = sheets.sov(insureds.westover())
    assert rows_of(made.content)[5][8] == "Masonry Non-Combustible"
    assert made.truth["buildings"][0]["construction"] == "4"


def test_wordings_change_the_heads_and_nothing_else() -> None:
    account = insureds.larkspur()
    made = [sheets.sov(account, wording=wording) for wording in range(3)]
    assert len({tuple(rows_of(one.content)[4]) for one in made}) == 3
    assert made[0].truth == made[1].truth == made[2].truth


def test_a_blank_licence_state_is_absent_from_sheet_and_truth() -> None:
    account = insureds.lakeline()
    drivers = (replace(account.drivers[0], license_state=""),)
    made = sheets.driver_list(account, drivers)
    assert "license_state" not in made.truth["drivers"][0]
    assert rows_of(made.content)[-1][5] == ""


def test_payroll_keeps_leading_zeros_of_class_codes() -> None:
    made = sheets.payroll_csv(insureds.saltbox())
    assert "0042" in made.content.decode()
    assert made.truth["class_rows"][0]["code"] == "0042"


@pytest.mark.parametrize("make", [letters.contractor_supplement, letters.dec_page])
def test_letters_are_the_same_bytes_every_time(make: object) -> None:
    account = insureds.hollis()
    assert make(account).content == make(account).content  # type: ignore[operator]


def test_a_no_loss_letter_is_signed_by_the_insured_for_the_time_since_the_business_started() -> None:
    account = insureds.hollis()
    made = letters.no_known_loss_letter(account, signed=date(2026, 10, 20))
    assert made.kind == "no_known_loss_letter"
    assert made.truth == {"insured": account.name, "from": account.started.isoformat(), "to": "2026-10-20"}


def test_a_cover_letter_is_the_same_bytes_every_time() -> None:
    account = insureds.westover()
    made = [letters.narrative(account, ["The roof is new."]) for _ in range(2)]
    assert made[0].content == made[1].content


def test_a_locked_file_opens_with_its_password_only() -> None:
    import pikepdf

    made = letters.dec_page(insureds.hollis())
    sealed = letters.locked(made, "secret-1")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(sealed.content))
    with pikepdf.open(io.BytesIO(sealed.content), password="secret-1") as pdf:
        assert len(pdf.pages) == 1
    assert sealed.content == letters.locked(made, "secret-1").content


def test_no_reader_finds_a_page_in_a_damaged_file() -> None:
    import pikepdf
    import pypdfium2

    bad = letters.damaged(letters.dec_page(insureds.hollis()))
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(bad.content)
    with pytest.raises(pikepdf.PdfError), pikepdf.open(io.BytesIO(bad.content)) as pdf:
        len(pdf.pages)


def test_a_photo_is_a_camera_file_by_size_and_a_logo_is_not() -> None:
    assert 150_000 < len(letters.photo(seed=7).content) < 300_000
    assert len(letters.logo("Bayline").content) < 60_000
