"""Delimited text and HTML tables as people leave them: quotes left open, decimal commas, cells over several rows."""

from __future__ import annotations

import pytest

from parsers.document import ParsedDocument
from parsers.limits import Limits
from parsers.readers import delimited, html
from parsers.values import parse

HEAD = "Loc,Address,City,Value\n"


def texts(document: ParsedDocument) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.tables[0].rows]


def read(text: str) -> ParsedDocument:
    return delimited.read(text.encode(), "a.csv", Limits())


@pytest.mark.parametrize("closing", ["", '"'])
def test_a_quote_left_open_swallows_no_rows_and_is_named(closing: str) -> None:
    rows = [f"{number},{number}00 Main St,Dallas,{number}000000\n" for number in range(1, 9)]
    rows[2] = '3,"300 Main St,Dallas,3000000\n'
    rows[6] = rows[6].replace("Dallas", f"Dallas{closing}")
    document = read(HEAD + "".join(rows))
    assert [row[0] for row in texts(document)[1:]] == [str(number) for number in range(1, 9)]
    assert texts(document)[3] == ["3", "300 Main St", "Dallas", "3000000"]
    assert document.status == "partial" and document.reason == "damaged"
    assert [defect.detail for defect in document.defects] == ["a quote in row 4 never closes"]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    document = read(HEAD + '1,"100 Main St\nSuite 4, rear",Dallas,5\n2,"He said ""no""",Waco,6\n')
    assert texts(document)[1:] == [
        ["1", "100 Main St\nSuite 4, rear", "Dallas", "5"],
        ["2", 'He said "no"', "Waco", "6"],
    ]
    assert document.status == "read"


def test_decimal_commas_are_read_where_semicolons_stand_between_values() -> None:
    document = read("Loc;Value;Code\n1;1.000.000,50;1.234\n2;2.000;5.678\n3;12,5;9.012\n")
    assert texts(document)[1:] == [["1", "1000000.50", "1.234"], ["2", "2000", "5.678"], ["3", "12.5", "9.012"]]


@pytest.mark.parametrize("rows", ["1;1,000,000.50\n2;2,000.25\n", "1;1.000.000,50\n2;2,000.25\n", "1;1.000\n2;2.000\n"])
def test_columns_that_may_be_read_in_two_ways_stay_as_they_are(rows: str) -> None:
    document = read("Loc;Value\n" + rows)
    assert [";".join(row) for row in texts(document)[1:]] == rows.split()


def test_a_cell_over_several_rows_stands_in_each_but_an_amount_stands_once() -> None:
    table = (
        "<table><tr><td rowspan=2>Name</td><td colspan=2>Licence</td><td rowspan=2>Value</td></tr>"
        "<tr><td>No</td><td>State</td></tr>"
        "<tr><td>Ann</td><td>123456</td><td rowspan=3>TX</td><td rowspan=2>$50,000</td></tr>"
        "<tr><td>Bob</td><td>234567</td></tr><tr><td>Cid</td><td>345678</td><td>7</td></tr></table>"
    )
    assert texts(html.read(table.encode(), "", Limits())) == [
        ["Name", "Licence", "", "Value"],
        ["", "No", "State", ""],
        ["Ann", "123456", "TX", "$50,000"],
        ["Bob", "234567", "TX", ""],
        ["Cid", "345678", "TX", "7"],
    ]


@pytest.mark.parametrize("day", ["2019-03-01", "03/01/2019", "3-1-19", "2019/3/1"])
def test_a_day_is_no_zip(day: str) -> None:
    assert parse("zip", day).value is None
    assert parse("zip", "75201-0301").value == "75201-0301"
