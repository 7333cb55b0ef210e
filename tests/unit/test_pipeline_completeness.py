"""Score and gate come from the items alone, never lie about what blocks, and closing an item never costs points."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from submissions import GL, RULES, WC, Package

from pipeline.completeness import CAP, band, complete, gate_of, weakest
from pipeline.deciding import decide_on
from pipeline.rulebook import GROUPS
from pipeline.submission import Completeness, Item, Severity

LINES = (GL, WC)


def item(
    code: str = "X",
    *,
    line: str | None = None,
    subject: str = "",
    severity: Severity = "needed_to_quote",
    group: str = "identity",
    share: float = 0.0,
    state: str | None = None,
) -> Item:
    """One item; without a state it is open unless its share is 1."""
    return Item(
        code=code,
        line=line,
        subject=subject,
        severity=severity,
        state=state or ("satisfied" if share == 1 else "open"),
        ask="",
        title=code,
        group=group,
        satisfied_share=share,
    )


def scored(*items: Item, lines: tuple[str, ...] = LINES, premiums: dict[str, Decimal] | None = None) -> Completeness:
    return complete(items, lines, weights=RULES.weights, premiums=premiums)


def test_a_complete_package_scores_a_hundred_on_every_line() -> None:
    found = decide_on(Package().facts(), RULES).completeness
    assert (found.score, found.gate) == (100, "complete")
    assert set(found.lines.values()) == {100}


@pytest.mark.parametrize(
    ("severities", "gate"),
    [
        (["blocking", "nice"], "blocked"),
        (["needed_to_quote", "nice"], "quotable"),
        (["needed_to_bind", "nice"], "complete"),
        (["internal"], "complete"),
        ([], "complete"),
    ],
)
def test_the_gate_follows_the_worst_open_item(severities: list[Severity], gate: str) -> None:
    assert gate_of(item(severity=severity) for severity in severities) == gate


def test_a_blocking_hole_caps_the_score_however_much_is_there() -> None:
    found = scored(item("A", severity="blocking", share=0.9), *(item(f"B{n}", share=1) for n in range(50)))
    assert (found.score, found.gate) == (CAP, "blocked")


def test_a_blocking_hole_of_one_line_does_not_cap_the_other() -> None:
    found = scored(item("A", line=GL, severity="blocking"), item("B", share=1))
    assert found.lines[GL] <= CAP
    assert found.lines[WC] == 100
    assert weakest(found) == GL


def test_what_still_wants_an_answer_is_not_a_hundred() -> None:
    found = scored(
        item("A", share=0.95, severity="nice"), item("B", share=0.95), *(item(f"C{n}", share=1) for n in range(99))
    )
    assert found.score == 99


def test_units_are_counted_not_codes() -> None:
    drivers = [
        item("AU-DRIVER-FIELDS", subject=f"driver {n}", group="exposure", share=1 if n > 2 else 0) for n in range(1, 21)
    ]
    assert scored(*drivers).score == 90


def test_waived_items_leave_the_denominator() -> None:
    half = scored(item("A", share=1), item("B"))
    assert half.score == 50
    assert scored(item("A", share=1), item("B", state="waived")).score == 100


def test_items_for_us_do_not_lower_the_agents_score() -> None:
    assert scored(item("A", share=1), item("WC-MONOPOLISTIC", severity="internal")).score == 100


def test_groups_weigh_by_their_points() -> None:
    points = RULES.weights.of(GL)
    expected = round(100 * points["losses"] / (points["losses"] + points["identity"]))
    assert scored(item("A", group="losses", share=1), item("B"), lines=(GL,)).score == expected


def test_lines_weigh_by_premium_where_all_are_known() -> None:
    items = (item("A", line=GL, share=1), item("B", line=WC))
    assert scored(*items).score == 50
    assert scored(*items, premiums={GL: Decimal(9000), WC: Decimal(1000)}).score == 90
    assert scored(*items, premiums={GL: Decimal(9000)}).score == 50


def test_every_line_with_weights_gives_a_hundred_points() -> None:
    assert {sum(points.values()) for points in RULES.weights.lines.values()} == {100}
    assert all(set(points) == set(GROUPS) for points in RULES.weights.lines.values())


@pytest.mark.parametrize(
    ("score", "words"), [(100, "ready"), (90, "ready"), (89, "quotable"), (74, "needs"), (49, "thin"), (0, "thin")]
)
def test_scores_have_words(score: int, words: str) -> None:
    assert band(score).startswith(words)


ITEMS = st.lists(
    st.builds(
        item,
        st.sampled_from(["A", "B", "C"]),
        line=st.sampled_from([None, GL, WC]),
        subject=st.sampled_from(["1", "2", "3"]),
        severity=st.sampled_from(["blocking", "needed_to_quote", "needed_to_bind", "nice", "internal"]),
        group=st.sampled_from(GROUPS),
        share=st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0]),
    ),
    min_size=1,
    max_size=12,
)


@given(ITEMS)
def test_scores_stay_between_nothing_and_a_hundred(items: list[Item]) -> None:
    found = scored(*items)
    assert all(0 <= score <= 100 for score in (found.score, *found.lines.values()))
    if found.gate == "blocked":
        assert found.score <= CAP


@given(ITEMS, st.data())
def test_closing_an_item_never_lowers_the_score(items: list[Item], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    closed = replace(items[place], state="satisfied", satisfied_share=1.0)
    before, after = scored(*items), scored(*items[:place], closed, *items[place + 1 :])
    assert after.score >= before.score
    assert all(after.lines[line] >= before.lines[line] for line in LINES)


@given(ITEMS, st.data())
def test_waiving_an_item_of_which_nothing_is_there_never_lowers_the_score(
    items: list[Item], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    bare = replace(items[place], state="open", satisfied_share=0.0)
    waived = replace(bare, state="waived")
    before = scored(*items[:place], bare, *items[place + 1 :])
    assert scored(*items[:place], waived, *items[place + 1 :]).score >= before.score
