"""Lines that hide from the reader of schedules: every one is read or told, and a list with one left is not proven."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from gridded import Cells, book, grid, page, printed, ruled, tabled

from parsers.document import Extraction, Location, ParsedDocument
from parsers.extract import extract
from parsers.extract.listed import listed
from parsers.extract.sheetwise import own_grids
from parsers.extract.tally import Tally

TODAY = date(2026, 11, 20)
HEAD = ["Driver Name", "DOB", "License #", "State", "Hire Date"]
PEOPLE = ["Ann Lee", "Bob Ray", "Cid Poe", "Dan Kim", "Eve Fox", "Fay Orr", "Gus Ives", "Hal Dow"]
PLACES = (40.0, 140.0, 220.0, 300.0, 360.0)
SOV = ["Loc #", "Address", "City", "State", "Building Value"]


def driver(index: int) -> list[str]:
    return [PEOPLE[index], f"0{index + 1}/02/198{index}", f"{index + 1}2345678", "TX", "03/01/2019"]


def building(number: int) -> list[str]:
    return [str(number), f"{number}00 Main St", "Dallas", "TX", f"{number},000,000"]


def line(cells: list[str], shift: float = 0.0) -> Cells:
    return tuple((left + shift, text) for left, text in zip(PLACES, cells, strict=True))


def lines(*rows: list[str], top: float = 40.0) -> list[tuple[float, Cells]]:
    return [(top + 16 * index, line(row) if len(row) > 1 else ((40.0, row[0]),)) for index, row in enumerate(rows)]


def read(document: ParsedDocument, kind: str = "driver_list") -> Extraction:
    return extract(document, kind=kind, pages=(1, 99), as_of=TODAY)


def names(found: Extraction) -> list[Any]:
    return [row.values["name"] for row in found.tables[0].rows]


def proven(found: Extraction) -> bool:
    return found.tables[0].proof.proven


def told(found: Extraction) -> list[str]:
    return [defect.detail for defect in found.defects]


# Sheets


def test_a_complete_sheet_is_proven_by_its_own_lines() -> None:
    found = read(grid(["Acme Hauling LLC"], HEAD, *(driver(index) for index in range(4))))
    assert names(found) == PEOPLE[:4] and proven(found)


def hidden_lines() -> dict[str, tuple[ParsedDocument, str]]:
    four = [driver(index) for index in range(4)]
    other = ["Who", "When", "Paper", "Zz", "X"]
    values = [building(1), building(2)]
    return {
        "a sheet under unknown heads": (book(Drivers=[HEAD, *four], New=[other, driver(4)]), "driver_list"),
        "a name alone": (grid(HEAD, *four, ["Maria del Carmen de la Cruz"], driver(4)), "driver_list"),
        "a table of one column less": (tabled([SOV, *values], [building(3)[:2] + building(3)[3:]]), "sov"),
        "figures without a head": (grid([*HEAD, ""], *([*row, "A1234567"] for row in four)), "driver_list"),
        "a note with an amount": (
            grid(["State", "Code", "Payroll"], ["TX", "8810", "100"], ["See OK list", "", "90000"]),
            "payroll_schedule",
        ),
        "a total of rows that are not here": (
            grid(["State", "Code", "Payroll"], ["Total", "", "90000"], ["TX", "8810", "100"]),
            "payroll_schedule",
        ),
        "another table below": (grid(HEAD, *four, [], other, *(driver(index) for index in (4, 5))), "driver_list"),
        "lines above the header": (grid(driver(5), driver(6), HEAD, *four), "driver_list"),
    }


@pytest.mark.parametrize("case", hidden_lines())
def test_a_line_that_nobody_can_read_unproves_the_list_and_is_told(case: str) -> None:
    document, kind = hidden_lines()[case]
    found = read(document, kind)
    assert found.tables[0].rows
    assert (not proven(found) and told(found)) or len(names(found)) == 6, (names(found), told(found))


def test_an_address_alone_is_a_building_whose_values_follow() -> None:
    head = ["Address", "Building Value"]
    rows = [["100 Main St, Dallas, TX 75201", "1000000"], ["455 Old Mill Road Unit 7, Springfield, IL 62701"]]
    found = read(grid(head, *rows, ["300 Elm St, Austin, TX 78701", "500000"]), "sov")
    assert [row.values["city"] for row in found.tables[0].rows] == ["Dallas", "Springfield", "Austin"]


@pytest.mark.parametrize("gap", [[], [""]])
def test_lists_side_by_side_are_both_read(gap: list[str]) -> None:
    rows = [[*driver(index), *gap, *driver(index + 2)] for index in range(2)]
    found = read(grid(["Drivers"], [*HEAD, *gap, *HEAD], *rows))
    assert names(found) == PEOPLE[:4] and proven(found)


def test_three_lists_on_a_sheet_are_three_lists() -> None:
    unit = ["Unit", "Year", "Make", "Model", "VIN", "Cost New"]
    truck = ["1", "2020", "Ford", "F150", "1FTFW1E50LFA00001", "45000"]
    total = ["Total", "", "", "", "3,000,000"]
    document = grid(SOV, building(1), building(2), total, [], ["Drivers"], HEAD, driver(0), driver(1), [], unit, truck)
    found = read(document, "sov")
    assert [row.values["number"] for row in found.tables[0].rows] == ["1", "2"]
    assert proven(found)
    assert told(found) == [f"buildings S row {row}: another list begins, it was not read" for row in (7, 11)]
    assert names(read(document)) == PEOPLE[:2]


def test_a_list_goes_on_where_its_header_comes_again_behind_another_list() -> None:
    unit = ["Unit", "Year", "Make", "Model", "VIN", "Cost New"]
    truck = ["1", "2020", "Ford", "F150", "1FTFW1E50LFA00001", "45000"]
    found = read(grid(HEAD, driver(0), [], unit, truck, [], HEAD, driver(1), driver(2)))
    assert names(found) == PEOPLE[:3]


def test_a_word_that_ran_over_into_its_own_line_belongs_to_the_row_above_and_is_told() -> None:
    found = read(grid(HEAD, driver(0), ["Montgomery"], driver(1)))
    assert names(found) == ["Ann Lee Montgomery", "Bob Ray"]
    assert not proven(found) and told(found) == ["drivers S A3: a line joined to the row above"]


def test_a_store_called_total_is_a_building() -> None:
    head = ["Name", *SOV]
    rows = [["Oak Plaza", *building(1)], ["Total Wine Store", *building(2)], ["Elm", *building(3)]]
    found = read(grid(head, *rows), "sov")
    assert len(found.tables[0].rows) == 3 and proven(found)


def test_rows_of_nothing_that_fits_are_told_and_not_read() -> None:
    found = read(
        grid(SOV, building(1), ["x", "1 Elm St", "Tempe", "??", "by owner"], ["Who", "When", "Y", "Zz", "Hm"]), "sov"
    )
    assert not proven(found)


def test_sums_are_named_by_their_rows_once_each() -> None:
    sums = ["Total", "", "", "", "3,000,000"]
    found = read(grid(SOV, building(1), building(2), sums, building(3), ["Total", "", "", "", "6,000,000"]), "sov")
    checks = [check.name for check in found.tables[0].proof.checks if check.name.startswith("sum")]
    assert checks == ["sum building_value = printed total, rows 1 to 2", "sum building_value = printed total"]
    assert proven(found)


def test_sums_that_fit_nothing_cost_no_more_than_their_rows() -> None:
    def seconds(count: int) -> float:
        rows = [building(1) if index % 2 else ["Subtotal", "", "", "", "7"] for index in range(count)]
        document = grid(SOV, building(2), *rows)
        start = time.process_time()
        read(document, "sov")
        return time.process_time() - start

    assert seconds(4000) < 10 * max(seconds(800), 0.02)


# Prints


def test_a_list_that_ends_above_a_header_in_mid_page_is_read_to_its_end() -> None:
    first = page(*lines(["Acme Hauling LLC"], HEAD, *map(driver, range(3))))
    second = page(*lines(driver(3), driver(4), ["Houston terminal"], HEAD, *map(driver, (5, 6, 7))), number=2)
    found = read(printed(first, second))
    assert names(found) == PEOPLE


def test_a_second_header_at_other_places_begins_columns_of_its_own() -> None:
    moved = [(200.0, line(HEAD, 25.0)), *((216 + 16 * at, line(driver(4 + at), 25.0)) for at in range(3))]
    found = read(printed(page(*lines(HEAD, *map(driver, range(4))), *moved)))
    assert names(found) == PEOPLE[:7]


def test_lists_beside_each_other_on_a_page_are_both_read() -> None:
    def both(left: list[str], right: list[str]) -> Cells:
        narrow = [(place * 0.62, text) for place, text in (*line(left), *line(right, 430.0))]
        return tuple(narrow)

    rows = [(40.0, both(HEAD, HEAD)), *((56 + 16 * at, both(driver(at), driver(at + 4))) for at in range(4))]
    assert sorted(names(read(printed(page(*rows))))) == sorted(PEOPLE)


EDGES = (35.0, 135.0, 215.0, 295.0, 355.0, 450.0)


def with_table(*rows: list[str], typed: list[str] | None = None) -> ParsedDocument:
    drawn = lines(*rows)
    below = [(40.0 + 16 * len(rows) + 8, line(typed))] if typed else []
    return replace(printed(page(*drawn, *below)), tables=(ruled(drawn, EDGES),))


def test_a_ruled_list_is_proven_by_its_rows() -> None:
    found = read(with_table(HEAD, *map(driver, range(4))))
    assert names(found) == PEOPLE[:4] and proven(found)


def test_rows_typed_under_a_ruled_list_are_read_and_leave_it_unproven() -> None:
    found = read(with_table(HEAD, *map(driver, range(4)), typed=driver(4)))
    assert names(found) == PEOPLE[:5] and not proven(found)


def test_a_second_ruled_table_of_unknown_heads_is_told_and_unproves_the_list() -> None:
    document = with_table(HEAD, *map(driver, range(4)))
    below = lines(["Who", "When", "Paper", "Zz", "X"], *map(driver, (4, 5)), top=200.0)
    edges = (30.0, 138.0, 210.0, 290.0, 350.0, 455.0)
    both = replace(
        document,
        pages=(page(*lines(HEAD, *map(driver, range(4))), *below),),
        tables=(*document.tables, ruled(below, edges)),
    )
    found = read(both)
    assert not proven(found)
    assert told(found) == ["drivers page 1: lines beside the list that were not read (2)"]


def test_a_print_without_rules_needs_a_printed_count_or_sum() -> None:
    plain = lines(HEAD, *map(driver, range(4)))
    assert not proven(read(printed(page(*plain))))
    assert proven(read(printed(page(*plain, (120.0, ((40.0, "4 drivers listed"),))))))
    assert not proven(read(printed(page(*plain, (120.0, ((40.0, "5 drivers listed"),))))))


@pytest.mark.parametrize(("numbers", "whole"), [((1, 2), True), ((1, 3), False)])
def test_a_print_with_a_page_gone_is_not_proven(numbers: tuple[int, int], whole: bool) -> None:
    pages = [
        page(
            *lines(HEAD, *map(driver, range(at * 3, at * 3 + 3))),
            (300.0, ((40.0, f"Page {one} of {numbers[1]}"),)),
            number=at + 1,
        )
        for at, one in enumerate(numbers)
    ]
    count = replace(pages[1], words=(*pages[1].words, *page((320.0, ((40.0, "6 drivers listed"),))).words))
    found = read(printed(pages[0], count))
    assert names(found) == PEOPLE[:6] and proven(found) is whole


Change = Callable[[ParsedDocument], ParsedDocument]


@pytest.mark.parametrize("change", [lambda d: replace(d, status="partial", reason="too_large")])
def test_a_file_not_read_to_its_end_proves_nothing(change: Change) -> None:
    assert not proven(read(change(grid(HEAD, *map(driver, range(4))))))


def test_a_hidden_sheet_of_the_same_list_unproves_it() -> None:
    document = book(Now=[HEAD, driver(0)], Old=[HEAD, driver(1)])
    hidden = replace(document, tables=(document.tables[0], replace(document.tables[1], hidden=True)))
    assert proven(read(document)) and not proven(read(hidden))


def test_a_header_without_rows_proves_nothing() -> None:
    found = read(grid(["Drivers"], HEAD, ["Houston terminal"]))
    assert found.tables[0].rows == () and not proven(found)


def test_a_line_that_gets_lost_between_grid_and_rows_is_missed() -> None:
    tally = Tally(sort=listed("drivers"))
    (sheet,) = own_grids(grid(HEAD, *map(driver, range(4)), ["Page 1"]).tables[0], tally.sort)
    tally.count_lines(sheet)
    tally.know(Location(sheet="S", cell="A6"))
    assert tally.drawn == {"S": 4}
