"""Packed words and cells are those that were packed, here and after they travelled."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest

from parsers.document import Cell, Location, Page, ParsedDocument, Table, Word
from parsers.packed import PlacedRows, SheetRows, Words, pack_row, pack_rows, pack_words, rows_of, rows_without
from parsers.sent import Sent, received, sent

WORDS = (Word("Größe", (1.25, 2.0, 3.1, 4.07)), Word("2", (5.0, 6.0, 7.0, 8.0)))
ROWS = (
    (Cell(text="a", at=Location(page=3, box=(1.0, 2.0, 3.0, 4.0))),),
    (
        Cell(text="", at=Location(page=3, box=(1.0, 4.0, 3.0, 6.0))),
        Cell(text="b\nc", at=Location(page=3, box=(3.0, 4.0, 5.0, 6.0))),
    ),
)


def travelled(document: ParsedDocument) -> ParsedDocument:
    return received(msgspec.msgpack.decode(msgspec.msgpack.encode(sent(document)), type=Sent))


def document(page: Page, *tables: Table) -> ParsedDocument:
    return ParsedDocument(sha256="", media_type="x", status="read", pages=(page,), tables=tables)


def test_packed_words_are_the_words() -> None:
    packed = pack_words(WORDS)
    assert isinstance(packed, Words)
    assert packed == WORDS
    assert (len(packed), packed[1], packed[:1], list(packed)) == (2, WORDS[1], WORDS[:1], list(WORDS))
    assert pack_words(()) == ()


def test_a_page_of_very_many_words_is_packed_like_a_line() -> None:
    words = tuple(Word(str(n), (float(n), 0.0, n + 0.5, 9.0)) for n in range(500))
    assert pack_words(words) == words


def test_words_with_a_nul_stay_as_they_are() -> None:
    odd = (Word("a\0b", (0.0, 0.0, 1.0, 1.0)),)
    assert pack_words(odd) is odd


def test_packed_rows_are_the_rows() -> None:
    packed = pack_rows(ROWS)
    assert isinstance(packed, PlacedRows)
    assert packed == ROWS
    assert pack_row(ROWS[1]) == ROWS[1]


def test_rows_of_a_packed_table_stay_packed_and_are_the_rows() -> None:
    rows = tuple(rows_of(pack_rows(ROWS)))
    assert rows == ROWS and not any(isinstance(row, tuple) for row in rows)
    assert [len(row) for row in rows] == [1, 2] and pack_row(rows[0]) is rows[0]
    assert tuple(rows_of(ROWS)) == ROWS


@pytest.mark.parametrize("place", [0.01, 612.37, -3.2, 1 / 3, 1e9, 12.345])
def test_places_come_back_to_the_last_digit(place: float) -> None:
    page = Page(number=1, width=9.0, height=9.0, words=pack_words((Word("a", (place, 0.07, 1.1, 2.0)),)))
    assert travelled(document(page)).pages[0].words[0].box == (place, 0.07, 1.1, 2.0)


def test_rows_without_places_stay_as_they_are() -> None:
    rows = ((Cell(text="a", at=Location(page=3)),),)
    assert pack_rows(rows) is rows
    assert pack_rows(()) == ()


def test_what_is_packed_and_what_is_not_arrives_as_it_was_sent() -> None:
    page = Page(number=3, width=612.0, height=792.0, words=pack_words(WORDS))
    sheet = SheetRows((["", "x"], ["é", ""]), "S", 4)
    packed = document(page, Table(rows=pack_rows(ROWS), page=3), Table(rows=sheet, sheet="S"), Table(rows=ROWS))
    assert isinstance(travelled(packed).pages[0].words, Words)
    assert travelled(packed) == packed
    plain = document(replace(page, words=WORDS), Table(rows=ROWS, page=3), Table(rows=(), sheet="T"))
    assert travelled(plain) == plain


def test_an_answer_whose_parts_do_not_fit_is_refused() -> None:
    told = sent(document(Page(number=1, width=1.0, height=1.0, words=pack_words(WORDS))))
    short = replace(told, words={0: replace(told.words[0], boxes=told.words[0].boxes[:-32])})
    with pytest.raises(ValueError, match="boxes"):
        received(short)


def test_rows_without_an_expression_are_found_in_columns_as_in_rows() -> None:
    sheet = SheetRows((["a", "b1", "c", ""], ["2", "", "d", ""]), "S")
    digit = re.compile(r"\d")
    assert [*rows_without(digit, sheet, 0)] == [*rows_without(digit, tuple(sheet), 0)] == [2, 3]
