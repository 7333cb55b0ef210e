"""What people must see at once jumps the queue, and guesses are kept for people alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from classifiers.judgement import Intent
from pipeline.records import ledger, wishes
from pipeline.records.session import transaction
from pipeline.records.wishes import Guess
from pipeline.wanting import urgent

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def intent(name: str, *, guess: bool = False) -> Intent:
    return Intent(intent=name, confidence=0.3 if guess else 0.9, guess=guess)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([intent("bind_request")], "bind_request"),
        ([intent("missing_info_reply"), intent("bind_request")], "bind_request"),
        ([intent("bind_request"), intent("claim_notice")], "claim_notice"),
        ([intent("unknown"), intent("claim_notice", guess=True)], "claim_notice"),
        ([intent("unknown"), intent("renewal", guess=True), intent("claim_notice", guess=True)], None),
        ([intent("renewal")], None),
        ([], None),
    ],
)
def test_claims_and_orders_to_bind_are_urgent_even_as_the_best_guess(told: list[Intent], expected: str | None) -> None:
    assert urgent(told) == expected


def a_message(engine: Engine, key: str) -> int:
    with transaction(engine) as tx:
        return ledger.record_received(
            tx, source="folder", source_key=key, sha256="0" * 64, size=1, received_at=NOW, sender="ana@x.example"
        )[0]


def test_an_urgent_message_waits_until_one_of_us_takes_it(engine: Engine) -> None:
    first, second = a_message(engine, "1"), a_message(engine, "2")
    with transaction(engine) as tx:
        wishes.keep(tx, first, urgent="bind_request", guesses=())
        wishes.keep(tx, second, urgent=None, guesses=(Guess(intent="renewal", confidence=0.4, why=("vocabulary",)),))
        assert [one.id for one in wishes.waiting(tx)] == [first]
        assert wishes.take(tx, first, by="person:1", at=NOW)
        assert not wishes.take(tx, first, by="person:2", at=NOW)
        assert not wishes.take(tx, second, by="person:2", at=NOW)
        assert wishes.waiting(tx) == ()


def test_a_message_read_again_keeps_who_took_it_and_tells_its_new_guesses(engine: Engine) -> None:
    message = a_message(engine, "1")
    with transaction(engine) as tx:
        wishes.keep(tx, message, urgent="claim_notice", guesses=())
        wishes.take(tx, message, by="person:1", at=NOW)
        guess = Guess(intent="claim_notice", confidence=0.31, why=("rule: attached acord_3",))
        wishes.keep(tx, message, urgent="claim_notice", guesses=(guess,))
        assert wishes.waiting(tx) == ()
        assert wishes.guesses_of(tx, message) == (guess,)
