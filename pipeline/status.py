"""The states of a submission, what the agent sees of each, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pipeline.losses import as_date
from pipeline.submission import Completeness, Facts

AgentStatus = Literal["Received", "Action needed", "In review", "On hold", "Quoted", "Bound", "Closed"]
STATUSES: tuple[AgentStatus, ...] = get_args(AgentStatus)
EARLY_DAYS = 120
"""A submission that starts later than this after the day of the decision waits."""

SEEN_AS: Mapping[str, AgentStatus] = {
    "ingested": "Received",
    "parsing": "Received",
    "classified": "Received",
    "intake_exception": "Received",
    "clearance_check": "Received",
    "clearance_conflict": "On hold",
    "bor_pending": "On hold",
    "license_hold": "On hold",
    "sanctions_review": "Received",
    "incomplete_blocking": "Action needed",
    "incomplete_quotable": "In review",
    "early_hold": "On hold",
    "triage_queue": "In review",
    "assigned": "In review",
    "uw_review": "In review",
    "referral": "In review",
    "rating": "In review",
    "peer_review": "In review",
    "info_requested_by_uw": "Action needed",
    "waiting_third_party": "On hold",
    "quote_released": "Quoted",
    "quote_revised": "Quoted",
    "bind_requested": "Quoted",
    "bind_subjectivities": "Quoted",
    "bound": "Bound",
    "issued": "Bound",
    "declined_appetite": "Closed",
    "declined_losses": "Closed",
    "declined_capacity": "Closed",
    "withdrawn": "Closed",
    "lost_price": "Closed",
    "lost_coverage": "Closed",
    "no_response": "Closed",
    "duplicate_merged": "Closed",
    "spam": "Closed",
}
"""Internal state → the status the agent reads. Total: every state of a submission is here."""

MACHINE_STATES = frozenset(
    {"ingested", "parsing", "classified", "clearance_check", "incomplete_blocking", "incomplete_quotable"}
    | {"early_hold", "triage_queue"}
)
"""States that the machine may leave by itself; from all others only people move a submission."""

MOVES: Mapping[AgentStatus | None, frozenset[AgentStatus]] = {
    None: frozenset({"Received"}),
    "Received": frozenset({"Action needed", "In review", "On hold", "Closed"}),
    "Action needed": frozenset({"Action needed", "In review", "On hold", "Closed"}),
    "In review": frozenset({"Action needed", "Quoted", "Closed", "On hold"}),
    "On hold": frozenset({"Received", "In review", "Action needed", "Closed"}),
    "Quoted": frozenset({"In review", "Bound", "Closed", "Action needed"}),
    "Bound": frozenset({"Closed"}),
    "Closed": frozenset({"Received"}),
}
"""Status → where it may go. From Action needed the agent's new date may put a submission on hold."""


class IllegalMove(ValueError):
    """A move between statuses that the table does not know."""


def seen_as(state: str) -> AgentStatus:
    """Return the status the agent reads for an internal state. Raise KeyError for a word that is no state."""
    return SEEN_AS[state]


def may_move(before: AgentStatus | None, after: AgentStatus) -> bool:
    """Return whether a submission may go from one status to another; staying is always allowed."""
    return before == after or after in MOVES[before]


def require_move(before: AgentStatus | None, after: AgentStatus) -> None:
    """Raise IllegalMove unless the move is legal."""
    if not may_move(before, after):
        raise IllegalMove(f"a submission cannot go from {before or 'nothing'} to {after}")


def status_for(completeness: Completeness, facts: Facts) -> tuple[str, AgentStatus]:
    """Return internal state and agent status that the facts call for. People's decisions come after this."""
    effective = as_date(facts.value("proposed_effective_date"))
    if effective is not None and (effective - facts.as_of).days > EARLY_DAYS:
        state = "early_hold"
    elif completeness.gate == "blocked":
        state = "incomplete_blocking"
    elif completeness.gate == "quotable":
        state = "incomplete_quotable"
    else:
        state = "triage_queue"
    return state, SEEN_AS[state]


def after_deciding(state: str | None, decided: str) -> str:
    """Return the state to go to when new facts call for ``decided``: people's states are left alone.

    A question of the underwriter's is answered by a complete file; nothing else moves by itself.
    """
    if state is None or state in MACHINE_STATES:
        return decided
    return state
