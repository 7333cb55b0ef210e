"""Tables in a mail's text and on its page: found, cut into cells, told apart, and no line of them lost."""

from __future__ import annotations

import time

import pytest

from parsers import extract, sniff
from parsers.document import ExtractedTable, ParsedDocument
from parsers.extract import bodytables

HEAD = ("Drv #", "Driver Name", "DOB", "License #", "State")
ROWS = (
    ("1", "Dana Kessler-Ruiz", "01/14/1990", "C5255587", "CA"),
    ("2", "Luis Okafor", "05/26/1977", "", "AZ"),
    ("3", "Ann B. Farrow", "03/06/1991", "T57577897", "MA"),
)


def _aligned(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


WRITTEN = {
    "aligned": _aligned((HEAD, *ROWS)),
    "tabs": "\n".join("\t".join(row) for row in (HEAD, *ROWS)),
    "bars": "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * 5, *ROWS)),
    "commas": "\n".join(", ".join(row) for row in (HEAD, *ROWS)),
    "blank lines between": "\n\n".join("\t".join(row) for row in (HEAD, *ROWS)),
}


def _read(found: bodytables.TextTable) -> ExtractedTable:
    kind = bodytables.kind_of(found.table)
    assert kind is not None
    document = ParsedDocument(sha256="", media_type=sniff.HTML, status="read", tables=(found.table,))
    (table,) = extract.extract(document, kind=kind, pages=(1, 1)).tables
    return table


@pytest.mark.parametrize("how", WRITTEN)
def test_a_list_in_the_text_gives_every_row_and_says_where_it_stood(how: str) -> None:
    text = f"Hi,\n\nPlease quote auto.\n\nDrivers:\n\n{WRITTEN[how]}\n\nThanks, Jo"
    (found,) = bodytables.text_tables(text)
    table = _read(found)
    assert [row.values["name"] for row in table.rows] == [row[1] for row in ROWS]
    assert [row.values.get("license_number") for row in table.rows] == ["C5255587", None, "T57577897"]
    assert table.proof.proven
    line = int((table.rows[0].at.cell or "").lstrip("ABCDEFG")) - 1
    assert "Kessler" in text.split("\n")[line]
    assert bodytables.without(text, [found]).split() == ["Hi,", "Please", "quote", "auto.", "Thanks,", "Jo"]


def test_a_row_that_was_broken_in_two_leaves_the_list_unproven() -> None:
    lines = WRITTEN["tabs"].split("\n")
    lines[2] = "2\tLuis\nOkafor\t05/26/1977\t\tAZ"
    (found,) = bodytables.text_tables("\n".join(lines))
    assert not _read(found).proof.proven


def test_two_lists_below_each_other_come_apart() -> None:
    vehicles = "Year\tMake\tVIN\n2019\tFord\t1FTFW1E58MKA00101\n2021\tMack\t1M1AN07Y85N000001"
    found = bodytables.text_tables(f"{WRITTEN['tabs']}\nVehicles:\n{vehicles}")
    assert [bodytables.kind_of(one.table) for one in found] == ["driver_list", "vehicle_schedule"]
    assert [len(_read(one).rows) for one in found] == [3, 2]


@pytest.mark.parametrize(
    "text",
    [
        "Insured:\tLone Elm Carriers LLC\nEffective:\t01/17/2027\nLimits:\t1M CSL",
        "Thanks, Jo, and Ann\nCall, write, or fax, please\nName, date, and place",
        "Jo Hart   Producer   555-0101\nAnn Lee   Assistant   555-0102",
        "",
    ],
)
def test_other_lines_in_columns_are_no_list(text: str) -> None:
    assert bodytables.text_tables(text) == ()


def test_a_page_gives_its_innermost_tables_and_marks_their_places() -> None:
    inner = "<table><tr><th>Driver</th><th>DOB</th></tr><tr><td>Jo</td><td>1/1/1990</td></tr></table>"
    page = bodytables.page_tables(
        f"<table><tr><td>Hi</td><td>{inner}</td></tr></table><blockquote>{inner}</blockquote>"
    )
    assert [[cell.text for cell in table.rows[1]] for table in page.tables] == [["Jo", "1/1/1990"]] * 2
    assert bodytables.mark(0) in page.html
    assert f"&gt; {bodytables.mark(1)}" in page.html


@pytest.mark.parametrize(
    "html", ["", "<table>", "<table><tr>", "<table></table>", "\x00<table><tr><td>", "<!-- <table> -->"]
)
def test_a_page_without_rows_has_no_tables(html: str) -> None:
    assert bodytables.page_tables(html).tables == ()


@pytest.mark.parametrize(
    "piece", ["a  b  c\n", "a|b|c|\n", "name, dob, license\n", "Driver\tDOB\tState\n", "a\t", "  x\n"]
)
def test_no_text_takes_long(piece: str) -> None:
    before = time.process_time()
    bodytables.text_tables(piece * (60_000 // len(piece)))
    assert time.process_time() - before < 3
