"""The floor is only a floor if it is right: the cheap calls find what the product finds in the measured mails."""

from __future__ import annotations

import pytest

from fixtures.made import DOCX, PDF, XLSX
from parsers.limits import Limits
from parsers.readers import docx, pdf, sheet
from tests.bench import floor, popular, storage
from tests.bench.cpu import Stopwatch
from tests.bench.mails import Measured, measured

MAILS = {mail.name: mail for mail in measured()}


def test_the_typical_mail_is_what_the_goals_speak_of() -> None:
    mail = MAILS["typical"]
    assert mail.pages == 12
    assert len(mail.files) == 6
    assert 1_800_000 < len(mail.raw) < 2_500_000


@pytest.mark.parametrize("mail", MAILS.values(), ids=lambda mail: mail.name)
def test_splitting_gives_every_attachment_byte_for_byte(mail: Measured) -> None:
    _, cheap = floor.split_mail(mail.raw)
    assert [content for _, content in cheap] == [made.content for made in mail.files]
    assert [content for _, content in popular.split_mail(mail.raw)[1]] == [made.content for made in mail.files]


@pytest.mark.parametrize("mail", [MAILS["typical"], MAILS["fillable"]], ids=lambda mail: mail.name)
def test_the_floor_reads_the_words_and_fields_that_the_product_reads(mail: Measured) -> None:
    for made in mail.files:
        if made.media_type != PDF:
            continue
        pages, fields, _ = floor.read_pdf(made.content)
        found = pdf.read(made.content, made.filename, Limits(cpu_seconds=1_000_000))
        assert [[word for word, *_ in page] for page in pages] == [
            [one.text for one in page.words] for page in found.pages
        ]
        filled = {name for name, (value, _) in fields.items() if value not in (None, "", "/Off")}
        assert {name.rpartition(".")[2] for name in filled} >= {
            one.name.rpartition(".")[2] for one in found.widgets if one.value or one.on
        }


def test_the_floor_reads_the_cells_and_paragraphs_that_the_product_reads() -> None:
    for made in MAILS["typical"].files:
        if made.media_type == XLSX:
            cells = sum(value not in ("", None) for row in floor.read_sheet(made.content) for value in row)
            tables = sheet.read(made.content, made.filename, Limits()).tables
            assert cells == sum(bool(cell.text) for table in tables for row in table.rows for cell in row)
        if made.media_type == DOCX:
            assert (
                floor.read_docx(made.content).split() == docx.read(made.content, made.filename, Limits()).text.split()
            )


def test_as_many_rows_are_stored_as_the_goal_says() -> None:
    assert 1 + storage.DOCUMENTS + len(storage.FACTS) == 306


def test_time_of_an_inner_stage_is_not_counted_in_the_outer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(float(second) for second in range(20))
    monkeypatch.setattr("tests.bench.cpu.own", lambda: next(clock))
    watch = Stopwatch()
    with watch.stage("outer"), watch.stage("inner"):
        pass
    assert set(watch.spent) == {"outer", "inner"}
    assert watch.spent["inner"] == 1.0
