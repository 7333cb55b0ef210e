"""Printed pages of layouts never seen: form pages in their order, parts of pages, values in the font of headings."""

from __future__ import annotations

from collections.abc import Iterator

from parsers.document import Page, Word
from parsers.extract.flat import read_page
from parsers.forms.geometry import FormPage, PlacedLabel, editions

WIDTH, HEIGHT = 612.0, 792.0


def page_of(form: str, number: int) -> FormPage:
    return next(one for one in editions(form) if one.variant is None).pages[number - 1]


def words_of(label: PlacedLabel, down: float) -> Iterator[Word]:
    x0, top, x1, bottom = label.box
    each = (x1 - x0) / max(len(label.text), 1)
    place = 0
    for text in label.text.split():
        start = label.text.index(text, place)
        place = start + len(text)
        yield Word(text, (x0 + start * each, top + down, x0 + place * each, bottom + down))


def pulled_apart(page: FormPage, number: int, *, above: float = HEIGHT) -> Page:
    """Return a page on which every block of a hundred points went down four points more than the one above."""
    words = tuple(
        word for label in page.labels if label.box[1] < above for word in words_of(label, 4.0 * (label.box[1] // 100))
    )
    return Page(number=number, width=WIDTH, height=HEIGHT, words=words)


def test_of_form_pages_that_read_alike_the_next_one_follows() -> None:
    twin = pulled_apart(page_of("140", 2), 2)
    alone = read_page(twin, "140", None, "2099/01")
    first = read_page(pulled_apart(page_of("140", 1), 1), "140", None, "2099/01")
    assert alone is not None
    assert first is not None
    assert first.placement.registration.form_page == 1
    after = read_page(twin, "140", None, "2099/01", first.placement)
    assert after is not None
    assert after.placement.registration.form_page == 2


def test_a_page_with_the_top_of_a_form_page_alone_is_laid_over_it() -> None:
    page = page_of("125", 2)
    top = read_page(pulled_apart(page, 2, above=150.0), "125", None, "2099/01")
    assert top is not None
    assert top.placement.registration.form_page == 2
    assert not top.placement.exact


def test_a_page_with_questions_alone_is_read_by_their_numbers() -> None:
    first = read_page(pulled_apart(page_of("130", 2), 2), "130", None, "2099/01")
    assert first is not None
    numbers = [Word(f"{n}.", (24.0, 60.0 + 30 * n, 32.0, 68.0 + 30 * n)) for n in range(5, 15)]
    page = Page(number=3, width=WIDTH, height=HEIGHT, words=tuple(numbers))
    assert read_page(page, "130", None, "2099/01") is None
    rest = read_page(page, "130", None, "2099/01", first.placement)
    assert rest is not None
    assert rest.placement.registration.form_page == 3
    wide = [box.elabel for box in rest.placement.boxes if box.box[2] - box.box[0] > 26]
    assert wide
    assert all(name.endswith("Explanation_A") for name in wide)
