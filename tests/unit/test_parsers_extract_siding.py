"""Columns of yes/no boxes go sideways to the letters typed in them."""

from __future__ import annotations

from parsers.document import Box
from parsers.extract.plan import Place
from parsers.extract.siding import sided


def column(x0: float, count: int = 4) -> list[Place]:
    return [
        Place(name=f"Question_{n}", kind="text", box=(x0, 100.0 + 30 * n, x0 + 14, 112.0 + 30 * n))
        for n in range(count)
    ]


def letters(x0: float, *rows: int) -> list[Box]:
    return [(x0, 102.0 + 30 * n, x0 + 6, 110.0 + 30 * n) for n in rows]


def test_a_column_goes_to_the_letters_that_stand_beside_it() -> None:
    moved = sided(column(576), letters(570.0, 0, 1, 3))
    assert {place.box[0] for place in moved} == {567.5}
    assert [place.box[1] for place in moved] == [100.0, 130.0, 160.0, 190.0]


def test_a_column_that_holds_its_letters_stays() -> None:
    places = column(576)
    assert sided(places, letters(579.0, 0, 1, 2)) == tuple(places)


def test_one_letter_alone_moves_nothing() -> None:
    places = column(576)
    assert sided(places, letters(568.0, 2)) == tuple(places)


def test_letters_in_boxes_of_another_column_are_that_one_s() -> None:
    places = [*column(576), *column(556)]
    assert sided(places, letters(560.0, 0, 1, 2)) == tuple(places)


def test_a_column_does_not_go_where_other_boxes_are() -> None:
    ticks = [Place(name="Tick", kind="check", box=(563.0, 100.0 + 30 * n, 574.0, 112.0 + 30 * n)) for n in range(4)]
    places = [*column(576), *ticks]
    assert sided(places, letters(556.0, 0, 1, 2)) == tuple(places)
    assert sided(column(576), letters(556.0, 0, 1, 2)) != tuple(column(576))
