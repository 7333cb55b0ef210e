"""Lines of business are read from mail text: abbreviations, lists, and what is asked to stay out."""

from __future__ import annotations

import pytest

from classifiers.lines import judge

GL, PR, AU, WC = "general_liability", "commercial_property", "commercial_auto", "workers_compensation"
UMB, BOP, IM, PL = "umbrella", "business_owners", "inland_marine", "professional_liability"


def told(text: str) -> set[str]:
    return {judgement.line for judgement in judge(text)}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Dunlap Mechanical LLC 1/15 GL/Auto/WC", {GL, AU, WC}),
        ("NB - GL, prop, umb and IM - eff 2/1", {GL, PR, UMB, IM}),
        ("please quote the CGL and BAP", {GL, AU}),
        ("work comp and a 5M XS", {WC, UMB}),
        ("BOP with cyber, E&O", {BOP, "cyber", PL}),
        ("Workers’ Compensation only", {WC}),
        ("property and GL quote please", {PR, GL}),
        ("quote comp and GL", {WC, GL}),
        ("builders risk for the new house", {IM}),
        ("package incl. crime", {"crime"}),
        ("", set()),
    ],
)
def test_lines_are_read_from_names_and_abbreviations(text: str, lines: set[str]) -> None:
    assert told(text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("please bind GL and auto eff 12/15, WC is staying with the fund.", {GL, AU}),
        ("quote GL and property, no auto", {GL, PR}),
        ("GL only, excluding WC", {GL}),
        ("GL w/o auto or WC", {GL}),
        ("property and auto are staying with the incumbent, quote CGL", {GL}),
        ("GL and umbrella. Work comp is written through their PEO.", {GL, UMB}),
        ("quote everything but comp: GL and BAP", {GL, AU}),
    ],
)
def test_a_denied_line_is_not_asked_for(text: str, lines: set[str]) -> None:
    assert told(text) == lines


def test_no_losses_on_a_line_do_not_deny_the_line() -> None:
    assert told("No GL losses in five years. Please quote GL.") == {GL}
    assert told("no auto claims") == set()


@pytest.mark.parametrize(
    "text",
    [
        "comp and collision, 500 deductible each",
        "comp/coll ded 1,000",
        "Automatic reply from the office",
        "the insured runs an auto repair shop",
        "products and completed operations aggregate",
        "the property is located at 12 Main St",
        "Meridian Property Group",
        "im sure they will call",
        "claims in excess of 25,000",
        "including completed ops",
        "evidence of property for the lender",
    ],
)
def test_words_that_only_look_like_a_line_are_none(text: str) -> None:
    assert told(text) == set()


def test_a_judgement_shows_the_place_that_says_so() -> None:
    (judgement,) = judge("Please quote the general liability for this one")
    assert judgement.confidence == 0.95
    assert "general liability" in judgement.cues[0].what


def test_the_surest_line_comes_first() -> None:
    assert [j.line for j in judge("comp quote and general liability quote")] == [GL, WC]
