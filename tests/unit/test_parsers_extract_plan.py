"""Words find their boxes, their print and their neighbours by rows: the same as by looking at every one."""

from __future__ import annotations

import random

from parsers.document import Box, Word
from parsers.extract.contents import Content, run_on
from parsers.extract.plan import Grid, Place, fitting, in_any


def _boxes(count: int, seed: int, wide: float, high: float) -> list[Box]:
    drawn = random.Random(seed)
    corners = [(drawn.uniform(0, 300), drawn.uniform(0, 300)) for _ in range(count)]
    return [(x, y, x + drawn.uniform(2, wide), y + drawn.uniform(2, high)) for x, y in corners]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_words_in_print_are_those_whose_middle_lies_in_a_print_or_a_point_beside_it() -> None:
    words = [Word("word", box) for box in _boxes(400, 1, 40, 12)]
    prints = _boxes(40, 2, 120, 60)
    wanted = set()
    for n, word in enumerate(words):
        x, y = _middle(word.box)
        if any(a - 1 <= x <= c + 1 and b - 1 <= y <= d + 1 for a, b, c, d in prints):
            wanted.add(n)
    assert in_any(words, prints) == wanted
    assert 0 < len(wanted) < len(words)


def test_a_word_is_at_home_in_the_closest_box_and_of_nested_ones_in_the_smallest() -> None:
    places = [Place(name=str(n), kind="text", box=box) for n, box in enumerate(_boxes(60, 3, 80, 40))]
    grid, homes = Grid(places), 0
    for box in _boxes(400, 4, 30, 12):
        x, y = _middle(box)
        ranks = []
        for place in places:
            x0, top, x1, bottom = place.box
            across, down = max(x0 - x, x - x1, 0.0), max(top - y, y - bottom, 0.0)
            if across <= 2.5 and down <= 2.5:
                ranks.append((across + down, (x1 - x0) * (bottom - top), place.name))
        home = grid.home(box)
        assert (home.name if home else None) == (min(ranks)[2] if ranks else None)
        homes += home is not None
    assert 0 < homes < 400


def test_words_run_on_one_after_the_other_behind_the_box_on_their_own_line() -> None:
    words = [Word(str(n), (20.0 * n, 100 + n * 0.5, 20.0 * n + 18, 109 + n * 0.5)) for n in range(6)]
    words.append(Word("below", (20.0, 109.0, 38.0, 118.0)))
    content = Content(Place(name="A", kind="text", box=(0, 98, 19, 110)), [0])
    other = Content(Place(name="B", kind="text", box=(0, 200, 19, 212)))
    assert run_on(words, [other, content], [6, 5, 4, 3, 2, 1]) == [6]
    assert content.words == [0, 1, 2, 3, 4, 5]


def test_widgets_fit_a_layout_that_has_their_boxes_and_no_other() -> None:
    boxes = _boxes(60, 5, 90, 12)
    places = [Place(name=str(n), kind="text", box=box) for n, box in enumerate(boxes)]
    moved = [Place(name=str(n), kind="text", box=(x0 + 0.5, a, x1 + 0.5, b)) for n, (x0, a, x1, b) in enumerate(boxes)]
    far = [Place(name="", kind="text", box=(x0 + 900, a, x1 + 900, b)) for x0, a, x1, b in boxes]
    ticks = [Place(name="", kind="check", box=box) for box in boxes]
    assert fitting(places, places[::2]) == 1.0
    assert fitting(places, [one for one in moved if one.box[2] - one.box[0] > 6]) > 0.9
    assert fitting(places, [*places, *far]) == 0.5
    assert fitting(places, ticks) == 0.0
