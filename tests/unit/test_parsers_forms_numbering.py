"""Questions of an edition never seen are found by the numbers printed before them."""

from __future__ import annotations

from parsers.document import Word
from parsers.forms.geometry import editions
from parsers.forms.numbering import Bounds, Question, numbered, questions_of
from parsers.forms.registration import register

PLAIN = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
GENERAL = tuple(Question("general", str(n), 100.0 + 36 * n) for n in range(1, 6))
PRODUCTS = tuple(Question("products", str(n), 400.0 + 36 * n) for n in range(1, 4))


def at(number: str, middle: float, x: float = 22.0) -> Word:
    return Word(number, (x, middle - 3, x + 8, middle + 3))


def told(words: list[Word], questions: tuple[Question, ...]) -> dict[tuple[str, str], float]:
    pairs = numbered(words, questions, PLAIN, 22.0)
    return {questions[n][:2]: (words[index].box[1] + words[index].box[3]) / 2 for n, index in pairs}


def test_the_map_and_the_boxes_of_a_form_number_its_questions() -> None:
    sheet = next(one for one in editions("126") if one.variant is None)
    questions = questions_of(sheet, sheet.pages[2])
    assert [(one.section, one.number) for one in questions] == [("general", str(n)) for n in range(1, 16)]
    assert questions_of(editions("25")[0], editions("25")[0].pages[0]) == ()


def test_a_question_stands_where_its_number_is_printed() -> None:
    words = [at(f"{n}.", 100.0 + 50 * n) for n in range(1, 6)]
    assert told(words, GENERAL) == {("general", str(n)): 100.0 + 50 * n for n in range(1, 6)}


def test_a_number_glued_to_its_question_or_with_a_letter_counts() -> None:
    questions = (Question("", "1a", 100), Question("", "1b", 130), Question("", "2", 160))
    words = [at("1a.Owned", 140.0), at("1b.", 170.0), at("2)", 200.0)]
    assert list(told(words, questions).values()) == [140.0, 170.0, 200.0]


def test_sections_that_count_from_one_are_told_apart_by_their_order_and_length() -> None:
    words = [at(f"{n}.", 80.0 + 30 * n) for n in range(1, 4)] + [at(f"{n}.", 300.0 + 30 * n) for n in range(1, 6)]
    found = told(words, (*GENERAL, *PRODUCTS))
    assert found["general", "5"] == 450.0
    assert found["products", "3"] == 170.0


def test_a_run_that_goes_on_beyond_the_known_questions_tells_nothing() -> None:
    words = [at(f"{n}.", 100.0 + 30 * n) for n in range(1, 8)]
    assert told(words, GENERAL) == {}


def test_numbers_in_the_middle_of_a_line_are_none_of_questions() -> None:
    words = [at(f"{n}.", 100.0 + 30 * n, x=300.0) for n in range(1, 6)]
    assert told(words, GENERAL) == {}


def test_yes_no_boxes_of_an_unknown_edition_go_with_the_numbers_of_their_questions() -> None:
    sheet = next(one for one in editions("126") if one.variant is None)
    page = sheet.pages[2]
    shift = {one.number: 4.0 * (n % 3) for n, one in enumerate(questions_of(sheet, page))}
    words = []
    for label in page.labels:
        x0, top, _, bottom = label.box
        for text in label.text.split():
            # Half of the page went up, so that no known edition fits.
            up = 30.0 if top < 150 else 0.0
            words.append(Word(text, (x0, top - up, x0 + 4.0 * len(text), bottom - up)))
            x0 += 4.0 * len(text) + 2
    words += [at(f"{one.number}.", one.middle + shift[one.number]) for one in questions_of(sheet, page)]
    found = register(words, 612, 792, "126", edition="2031/01")
    assert found is not None
    assert not found.exact
    moved = {box.elabel: box for box in found.boxes}
    for one, number in (("KAG", "8"), ("ACE", "9"), ("KAA", "10")):
        box = moved[f"GeneralLiabilityLineOfBusiness_Question_{one}Code_A"]
        known = next(question for question in questions_of(sheet, page) if question.number == number)
        assert abs((box.box[1] + box.box[3]) / 2 - known.middle - shift[number]) < 1.0
        assert box.sure > 0.9


def test_a_section_counts_only_what_stands_between_its_labels() -> None:
    # The products were moved above the general questions; both count from one.
    words = [at(f"{n}.", 80.0 + 30 * n) for n in range(1, 4)] + [at(f"{n}.", 300.0 + 30 * n) for n in range(1, 4)]
    general = tuple(Question("general", str(n), 100.0 + 36 * n) for n in range(1, 5))
    bounds = [Bounds(290.0, 500.0, 300.0 + 30 * n) for n in range(1, 5)]
    bounds += [Bounds(60.0, 290.0, 80.0 + 30 * n) for n in range(1, 4)]
    questions = (*general, *PRODUCTS)
    pairs = numbered(words, questions, PLAIN, 22.0, bounds)
    found = {questions[n][:2]: (words[index].box[1] + words[index].box[3]) / 2 for n, index in pairs}
    assert found["general", "1"] == 330.0
    assert found["products", "3"] == 170.0


def test_a_single_number_is_one_of_a_section_right_where_it_belongs_only() -> None:
    here, far = [at("1.", 136.0)], [at("1.", 190.0)]
    assert told(here, GENERAL) == {("general", "1"): 136.0}
    assert told(far, GENERAL) == {}
