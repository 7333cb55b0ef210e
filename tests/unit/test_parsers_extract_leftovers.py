"""Rows that stayed empty go to lines typed in no box; what stands apart in a box is parted; ends of labels are none."""

from __future__ import annotations

from parsers.document import Box, Page, Word
from parsers.extract.contents import Content, join_overflowing, part_wide
from parsers.extract.edges import label_ends
from parsers.extract.leftovers import settled
from parsers.extract.plan import Grid, Place
from parsers.extract.rewording import cut_behind_signs


def place(name: str, box: Box, sure: float = 0.5) -> Place:
    return Place(name=name, kind="text", box=box, sure=sure)


def row(letter: str, top: float) -> list[Place]:
    return [place(f"Loss_Column{n}_{letter}", (x, top, x + 90, top + 12)) for n, x in enumerate((20.0, 120.0, 220.0))]


def line(top: float, *xs: float) -> list[Box]:
    return [(x + 2, top + 2, x + 40, top + 10) for x in xs]


def tops(places: tuple[Place, ...], letter: str) -> set[float]:
    return {round(one.box[1]) for one in places if one.name.endswith(f"_{letter}")}


def test_an_empty_row_goes_to_the_line_that_begins_in_its_columns() -> None:
    found = settled(row("C", 100), [], line(160, 20, 120, 220))
    assert tops(found, "C") == {160}


def test_a_line_with_text_in_no_column_of_a_row_is_not_its_line() -> None:
    found = settled(row("C", 100), [], line(160, 20, 170, 220))
    assert tops(found, "C") == {100}


def test_a_row_does_not_pass_a_box_with_a_label_of_its_own() -> None:
    own = place("Remark_A", (20, 130, 300, 142), sure=0.97)
    found = settled([*row("C", 100), own], [], line(160, 20, 120, 220))
    assert tops(found, "C") == {100}


def test_a_line_that_two_rows_are_as_near_to_is_nobodys() -> None:
    found = settled([*row("C", 100), *row("D", 112)], [], line(160, 20, 120, 220))
    assert (tops(found, "C"), tops(found, "D")) == ({100}, {112})


def test_a_filled_row_and_a_line_too_far_away_stay_where_they_are() -> None:
    filled = row("C", 100)
    assert tops(settled(filled, filled, line(160, 20, 120, 220)), "C") == {100}
    assert tops(settled(row("C", 100), [], line(300, 20, 120, 220)), "C") == {100}


def contents(words: list[Word], *boxes: Box) -> list[Content]:
    places = [place(f"Part{n}_A", box, 0.83) for n, box in enumerate(boxes)]
    grid = Grid(places)
    found = {id(one): Content(one) for one in places}
    for n, word in enumerate(words):
        home = grid.home(word.box)
        assert home is not None
        found[id(home)].words.append(n)
    return list(found.values())


CITY, STATE = Word("Ocala", (24, 101, 50, 110)), Word("FL", (228, 101, 238, 110))


def test_a_state_typed_before_the_edge_of_its_box_is_no_part_of_the_city() -> None:
    made = contents([CITY, STATE], (22, 100, 240, 112), (240, 100, 260, 112))
    part_wide([CITY, STATE], made)
    assert [content.words for content in made] == [[0], [1]]
    assert made[1].doubts > 0


def test_words_of_one_text_stay_together_and_filled_boxes_take_nothing() -> None:
    near = Word("FL", (54, 101, 64, 110))
    made = contents([CITY, near], (22, 100, 240, 112), (240, 100, 260, 112))
    part_wide([CITY, near], made)
    assert made[0].words == [0, 1]
    other = Word("GA", (243, 101, 254, 110))
    made = contents([CITY, STATE, other], (22, 100, 240, 112), (240, 100, 260, 112))
    part_wide([CITY, STATE, other], made)
    assert [content.words for content in made] == [[0, 1], [2]]


def test_a_box_guessed_too_far_left_keeps_what_begins_in_it() -> None:
    state, code = Word("GA", (262, 101, 274, 110)), Word("31210", (280, 101, 305, 110))
    made = contents([state, code], (256, 100, 274, 112), (274, 100, 320, 112))
    join_overflowing([state, code], made)
    assert [content.words for content in made] == [[0], [1]]


def test_the_end_of_a_label_that_reaches_into_a_box_is_no_value() -> None:
    words = [
        Word("CUSTOMER", (330, 30, 380, 38)),
        Word("ID:", (382, 30, 394, 38)),
        Word("Note:", (400, 60, 420, 68)),
    ]
    box = place("Producer_CustomerIdentifier_A", (381, 26, 590, 38))
    note = place("Remark_A", (398, 56, 590, 68))
    assert label_ends(words, {0: None, 1: box, 2: note}) == {1}


def test_labels_that_touch_behind_a_sign_are_two_and_typed_numbers_stay_whole() -> None:
    words = (Word("DRIVER", (22, 30, 45, 37)), Word("#FIRST", (46, 30, 65, 37)), Word("GL-22", (80, 40, 110, 49)))
    page = Page(
        number=1,
        width=612,
        height=792,
        words=words,
        fonts=("Arial 6", "Courier 8"),
        word_fonts=(0, 0, 1),
        unseen=(1,),
        seams=((1, 1, 48.6), (2, 3, 98.0)),
    )
    cut = cut_behind_signs(page)
    assert [word.text for word in cut.words] == ["DRIVER", "#", "GL-22", "FIRST"]
    assert cut.words[3].box == (48.6, 30, 65, 37)
    assert (cut.word_fonts, cut.unseen, cut.seams) == ((0, 0, 1, 0), (1, 3), ())
    assert cut_behind_signs(cut) is cut
