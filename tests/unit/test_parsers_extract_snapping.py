"""Rows of boxes on unknown layouts go where the typed lines are, in order, and are in doubt where that is not plain."""

from __future__ import annotations

from parsers.document import Box
from parsers.extract.plan import Place
from parsers.extract.snapping import snapped

_COLUMNS = (20.0, 120.0, 220.0, 320.0)


def _row(letter: str, top: float, sure: float = 0.7) -> list[Place]:
    return [
        Place(name=f"Loss_Column{n}_{letter}", kind="text", box=(x, top, x + 90, top + 12), sure=sure)
        for n, x in enumerate(_COLUMNS)
    ]


def _typed(top: float, columns: tuple[float, ...] = _COLUMNS) -> list[Box]:
    return [(x + 2, top + 1, x + 40, top + 11) for x in columns]


def _tops(places: tuple[Place, ...], letter: str) -> set[float]:
    return {round(place.box[1]) for place in places if place.name.endswith(f"_{letter}")}


def test_a_line_between_two_rows_is_the_next_row_of_its_table() -> None:
    rows = [*_row("A", 100, 0.97), *_row("B", 112), *_row("C", 124)]
    found = snapped(rows, [*_typed(100), *_typed(136)])
    assert _tops(found, "A") == {100}
    assert all(abs(top - 136) <= 2 for top in _tops(found, "B"))


def test_rows_go_where_they_are_lower_than_on_the_known_layout() -> None:
    letters = "ABCDEFGH"
    rows = [place for n, letter in enumerate(letters) for place in _row(letter, 100 + 12 * n, 0.97 if n == 0 else 0.7)]
    found = snapped(rows, [box for n in range(len(letters)) for box in _typed(100 + 11 * n)])
    for n, letter in enumerate(letters):
        assert all(abs(top - 100 - 11 * n) <= 4 for top in _tops(found, letter)), letter


def test_a_row_held_by_its_heading_stays_though_more_words_stand_above() -> None:
    rows = [*_row("A", 124, 0.97), *_row("B", 136)]
    found = snapped(rows, [*_typed(100), *_typed(112), *_typed(136)])
    assert _tops(found, "A") == {124}
    assert _tops(found, "B") == {136}


def test_a_line_that_fits_two_rows_of_a_table_alike_is_in_doubt() -> None:
    rows = [*_row("A", 100), *_row("B", 112)]
    wavering = [place for place in snapped(rows, _typed(106)) if place.wavers]
    assert wavering


def test_lines_in_the_middle_of_their_rows_are_in_no_doubt() -> None:
    rows = [*_row("A", 100, 0.97), *_row("B", 112), *_row("C", 124)]
    found = snapped(rows, [*_typed(100), *_typed(112), *_typed(124)])
    assert not any(place.wavers for place in found)
    assert _tops(found, "C") == {124}


def test_a_labelled_box_among_guessed_ones_does_not_hold_their_row() -> None:
    question = Place(name="Question_AAJCode_A", kind="text", box=(420, 126, 434, 138), sure=0.92)
    rows = [*_row("A", 76, 0.97), *_row("B", 100), *_row("C", 124), question]
    found = snapped(rows, [*_typed(76), *_typed(90), *_typed(104)])
    assert all(abs(top - 90) <= 2 for top in _tops(found, "B"))
    assert all(abs(top - 104) <= 2 for top in _tops(found, "C"))
    assert next(place for place in found if place.name == question.name).box == question.box
