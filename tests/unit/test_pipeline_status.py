"""Seven statuses for agents, a total map from our states, and no move that the table does not know."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from submissions import RULES, Package

from pipeline.deciding import decide_on
from pipeline.status import (
    MACHINE_STATES,
    MOVES,
    SEEN_AS,
    STATUSES,
    AgentStatus,
    IllegalMove,
    after_deciding,
    may_move,
    require_move,
    seen_as,
)


def test_every_state_is_seen_as_one_of_seven_statuses() -> None:
    assert len(STATUSES) == 7
    assert set(SEEN_AS.values()) == set(STATUSES)
    assert set(MOVES) == {None, *STATUSES}


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(KeyError):
        seen_as("somewhere")


LEGAL = {
    (None, "Received"),
    ("Received", "Action needed"),
    ("Received", "In review"),
    ("Received", "On hold"),
    ("Received", "Closed"),
    ("Action needed", "In review"),
    ("Action needed", "On hold"),
    ("Action needed", "Closed"),
    ("In review", "Action needed"),
    ("In review", "Quoted"),
    ("In review", "On hold"),
    ("In review", "Closed"),
    ("On hold", "Received"),
    ("On hold", "In review"),
    ("On hold", "Action needed"),
    ("On hold", "Closed"),
    ("Quoted", "In review"),
    ("Quoted", "Action needed"),
    ("Quoted", "Bound"),
    ("Quoted", "Closed"),
    ("Bound", "Closed"),
    ("Closed", "Received"),
}


@pytest.mark.parametrize("before", [None, *STATUSES])
@pytest.mark.parametrize("after", STATUSES)
def test_only_the_moves_of_the_table_are_legal(before: AgentStatus | None, after: AgentStatus) -> None:
    assert may_move(before, after) is ((before, after) in LEGAL or before == after)


def test_an_illegal_move_is_refused_by_name() -> None:
    require_move("Quoted", "Bound")
    with pytest.raises(IllegalMove, match="from In review to Bound"):
        require_move("In review", "Bound")


@given(st.lists(st.sampled_from(STATUSES), max_size=12))
def test_nothing_is_bound_that_was_not_quoted(wanted: list[AgentStatus]) -> None:
    path: list[AgentStatus | None] = [None]
    for status in wanted:
        if may_move(path[-1], status):
            path.append(status)
    for before, after in pairwise(path):
        if after == "Bound" and before != "Bound":
            assert before == "Quoted"
        if before == "Closed" and after != "Closed":
            assert after == "Received"


@pytest.mark.parametrize(
    ("package", "state", "status"),
    [
        (Package(), "triage_queue", "In review"),
        (Package().without("gl_limit_occurrence"), "incomplete_quotable", "In review"),
        (Package().without("drivers*"), "incomplete_blocking", "Action needed"),
        (Package().given(proposed_effective_date="2027-04-15"), "early_hold", "On hold"),
    ],
)
def test_facts_call_for_a_status(package: Package, state: str, status: str) -> None:
    found = decide_on(package.facts(), RULES)
    assert (found.internal_state, found.agent_status) == (state, status)


def test_the_machine_leaves_peoples_states_alone() -> None:
    assert after_deciding(None, "incomplete_blocking") == "incomplete_blocking"
    assert after_deciding("incomplete_blocking", "triage_queue") == "triage_queue"
    for state in set(SEEN_AS) - MACHINE_STATES:
        assert after_deciding(state, "incomplete_blocking") == state
