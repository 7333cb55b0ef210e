"""Claims and orders to bind stand on top of our lists until one of us takes them; guesses stand at their message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from agency import opened_office
from desk import new_desk, signed_in
from sqlalchemy import update
from visitor import Visitor

from pipeline.office import Office
from pipeline.records import ledger, wishes
from pipeline.records.models import MessageRow
from pipeline.records.models.columns import table
from pipeline.records.session import reading, transaction
from pipeline.records.wishes import Guess
from pipeline.wanting import PLAYBOOK
from portal.app import create_app
from portal.attempts import Attempts
from portal.pages import staff_door


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_door, "ATTEMPTS", Attempts())


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


def test_an_urgent_mail_stands_on_top_with_its_playbook_until_one_of_us_takes_it(
    visitor: Visitor, office: Office
) -> None:
    message = new_desk(office).message
    with transaction(office.engine) as tx:
        wishes.keep(tx, message, urgent="claim_notice", guesses=())
    inside = signed_in(visitor, office, "intake")

    for path in ("/staff/", "/staff/messages"):
        page = inside.get(path)
        assert "Claim notice:" in page.text and PLAYBOOK["claim_notice"] in page.text

    after = inside.submit(page, f"/staff/messages/{message}/take")
    assert after.status_code == 200 and PLAYBOOK["claim_notice"] not in after.text
    with reading(office.engine) as tx:
        assert wishes.waiting(tx) == ()


def test_the_guesses_of_a_riddle_stand_at_its_message(visitor: Visitor, office: Office) -> None:
    message = new_desk(office).message
    guess = Guess(intent="renewal", confidence=0.41, why=("vocabulary: renewal",))
    with transaction(office.engine) as tx:
        wishes.keep(tx, message, urgent=None, guesses=(guess,))
        tx.execute(update(table(MessageRow)).where(table(MessageRow).c.id == message).values(intents=["unknown"]))
        state = ledger.message_by_id(tx, message).state  # type: ignore[union-attr]
    page = signed_in(visitor, office, "intake").get(f"/staff/messages?state={state}")
    assert "perhaps renewal (41%, vocabulary: renewal)" in page.text
