"""Loss runs of the third hand: each half draws, prints its truth, adds up, and shares no words with the other."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from fixtures.lists import cases, styles, third, third_kept
from fixtures.lists.case import Drawn, Order
from fixtures.lists.third_book import words, written

STYLES = third.STYLES | third_kept.STYLES
SEEDS = range(4)
PDFS = ("third_experience", "third_recap", "third_manager", "third_cards", "third_host", "kept_exhibit", "kept_history",
        "kept_package", "kept_running")  # fmt: skip


@cache
def drawn(style: str, seed: int) -> Drawn:
    return STYLES[style](Order(split="tune", rows=None if seed % 2 else 30), random.Random(f"check/{style}/{seed}"))


def squeezed(text: str) -> str:
    return re.sub(r"[\s,]", "", text)


@cache
def text_of(style: str, seed: int) -> str:
    """Return all a file prints, without white space and commas; amounts of a workbook as a person sees them."""
    made = drawn(style, seed)
    if made.suffix == "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(made.file)
        found = "\n".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        return squeezed(found)
    if made.suffix == "docx":
        from docx import Document

        whole = Document(io.BytesIO(made.file))
        cells = [cell.text for table in whole.tables for row in table.rows for cell in row.cells]
        return squeezed("\n".join([paragraph.text for paragraph in whole.paragraphs] + cells))
    if made.suffix == "xlsx":
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(made.file))
        values = [value for sheet in book for row in sheet.values for value in row if value is not None]
        return squeezed("\n".join(f"{value:.2f}" if isinstance(value, float) else str(value) for value in values))
    return squeezed(made.file.decode("utf-8-sig"))


SEEDED = [(style, seed) for style in STYLES for seed in SEEDS]


def test_both_halves_stand_in_tune_and_test_and_not_in_aside() -> None:
    both = set(third.STYLES) | set(third_kept.STYLES)
    assert both <= set(styles("tune", "loss_run"))
    assert both <= set(styles("test", "loss_run"))
    assert not both & set(styles("aside", "loss_run"))
    assert len(third.STYLES) == len(third_kept.STYLES) == 7


def test_the_halves_share_no_phrase_and_no_head() -> None:
    for part in ("phrases", "heads", "lines", "tails"):
        mine, kept = (
            {text.casefold() for texts in words(name)[part].values() for text in texts}
            for name in ("third_words", "third_kept_words")
        )
        assert not mine & kept, part


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(style: str) -> None:
    one, same, other = (next(cases("tune", "loss_run", 1, style=style, rows=6, start=start)) for start in (0, 0, 1))
    assert one.file == same.file
    assert one.file != other.file


def test_the_bytes_of_third_runs_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import hashlib; from fixtures.lists import cases, third, third_kept; "
        "print([hashlib.sha256(c.file).hexdigest() for n in (*third.STYLES, *third_kept.STYLES) "
        "for c in cases('tune', 'loss_run', 1, style=n, rows=9)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(("style", "seed"), SEEDED)
def test_a_run_prints_every_claim_and_term_its_truth_tells(style: str, seed: int) -> None:
    made, text = drawn(style, seed), text_of(style, seed)
    for claim in made.tables["claims"]:
        for name in ("claim_number", "claimant"):
            assert squeezed(str(claim.get(name) or "")) in text, name
        for name in ("paid", "incurred", "reserve", "recovery", "expense"):
            amount = abs(Decimal(str(claim.get(name) or 0)))
            split = style in ("third_experience", "kept_package", "kept_exhibit", "third_cards")
            if amount and not (split and name in ("paid", "reserve")):
                shown = f"{amount:.2f}"
                assert shown in text or shown.removesuffix(".00") in text, (name, shown)
    for term in made.tables["terms"]:
        assert squeezed(str(term["policy_number"])) in text
    assert squeezed(made.facts["insured"]) in text
    assert squeezed(made.facts["carrier"]) in text


@pytest.mark.parametrize(("style", "seed"), SEEDED)
def test_claims_add_up_to_their_terms_and_terms_to_the_facts(style: str, seed: int) -> None:
    made = drawn(style, seed)
    terms, claims = made.tables["terms"], made.tables["claims"]
    keys = ("policy_number", "term_from", "line")
    for claim in claims:
        parts = {name: Decimal(str(claim.get(name) or 0)) for name in ("paid", "expense", "reserve", "recovery")}
        whole = parts["paid"] + parts["expense"] + parts["reserve"] - parts["recovery"]
        assert whole == Decimal(str(claim["incurred"])), claim["claim_number"]
    for term in terms:
        own = [claim for claim in claims if [claim[key] for key in keys] == [term[key] for key in keys]]
        assert (str(len(own)), not own) == (term["claim_count"], term["zero_claims"])
        for name in ("paid", "reserve", "incurred"):
            assert sum(Decimal(str(claim[name])) for claim in own) == Decimal(str(term[name])), name
    assert len(claims) == int(made.facts["claim_count"])
    assert sum(Decimal(str(term["incurred"])) for term in terms) == Decimal(made.facts["incurred"])


@pytest.mark.parametrize("style", PDFS)
def test_nothing_on_a_page_runs_off_it_or_over_its_neighbour(style: str) -> None:
    import pdfplumber

    for seed in SEEDS:
        with pdfplumber.open(io.BytesIO(drawn(style, seed).file)) as pdf:
            for page in pdf.pages:
                chars = [char for char in page.chars if char["text"].strip()]
                assert all(char["x0"] > 10 and char["x1"] < page.width - 10 for char in chars)
                assert all(char["top"] > 10 and char["bottom"] < page.height - 5 for char in chars)
                assert not _overlaps(chars), (style, seed, page.page_number)


def _overlaps(chars: list[dict[str, float]]) -> list[tuple[float, float]]:
    """Return where two signs stand on each other; signs of one line lie side by side or a little kerned."""
    ordered = sorted(chars, key=lambda char: (round(char["bottom"], 1), char["x0"]))
    return [
        (right["x0"], right["bottom"])
        for left, right in pairwise(ordered)
        if abs(left["bottom"] - right["bottom"]) < 0.5 and left["x0"] <= right["x0"] < left["x1"] - 1.0
    ]


def test_long_runs_go_over_many_pages_and_repeat_their_heads() -> None:
    made = third.STYLES["third_recap"](Order(split="tune", rows=400), random.Random("long"))
    assert made.pages > 8
    assert len(made.tables["claims"]) == 400


@pytest.mark.parametrize(
    ("amount", "money", "naught", "text"),
    [
        ("-1234.5", "commas", "-", "(1,234.50)"),
        ("-1234.5", "minus", "-", "1,234.50-"),
        ("-1234.5", "dollar_credit", "-", "$1,234.50CR"),
        ("-1234.5", "bare", "-", "-1234.50"),
        ("0", "commas", ".00", ".00"),
        ("1200", "whole_dollar", "-", "$1,200"),
    ],
)
def test_amounts_are_written_as_offices_write_them(amount: str, money: str, naught: str, text: str) -> None:
    assert written(Decimal(amount), money, naught) == text


def test_one_file_differs_from_the_next_in_its_heads() -> None:
    for style in third.STYLES:
        texts = {text_of(style, seed)[:120] for seed in SEEDS}
        assert len(texts) == len(SEEDS), style
