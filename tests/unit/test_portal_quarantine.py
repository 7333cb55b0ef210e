"""What was set aside stands on a page of its own: why, part by part, with repairs that are buttons, for who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from agency import opened_office
from desk import signed_in
from visitor import Visitor

from pipeline import jobs
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import ledger, queue
from pipeline.records.people import StaffRole
from pipeline.records.session import reading, transaction
from portal import wiring
from portal.app import create_app

TORN = (
    b"From: kim@oak.example\r\nTo: submissions@intake.example\r\nSubject: RE: <b>bakery</b>\r\n"
    b'Message-ID: <t@oak.example>\r\nContent-Type: multipart/mixed; boundary="other"\r\n\r\n--real\r\n'
    b"Content-Type: text/plain\r\n\r\nSee attached.\r\n--real\r\nContent-Type: image/png; name=app.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKJcOkw7zDtsOf\r\n--real--\r\n"
)


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        receive(opened, raw=TORN, source="test", key="torn")
        with transaction(opened.engine) as tx:
            step = queue.claim(tx, "test", opened.clock.now())
            assert step is not None
            queue.complete(tx, step)
            ledger.finish_message(tx, 1, "shunted", "message.file: worker died", at=opened.clock.now())
        yield opened


@pytest.fixture
def inside(office: Office) -> Visitor:
    return signed_in(Visitor(create_app(office, lambda: None)), office, "intake")


def work(office: Office) -> tuple[str, str | None]:
    jobs.drain(office.engine, wiring.all_handlers(office), office.clock)
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, 1)
    assert message is not None
    return message.state, message.reason


def test_the_list_says_in_a_sentence_why_a_message_is_here(inside: Visitor) -> None:
    page = inside.get("/staff/quarantine/")
    assert "Working on it failed three times" in page.text
    assert 'href="/staff/quarantine/1"' in page.text


def test_the_bench_shows_the_tree_and_repairs_as_buttons(inside: Visitor) -> None:
    page = inside.get("/staff/quarantine/1")
    assert "The boundary named in the header stands nowhere" in page.text
    assert "Take the boundary from the body" in page.text
    assert 'action="/staff/quarantine/1/repair"' in page.text
    assert "<b>bakery" not in page.text


def test_a_repair_by_button_is_made_and_the_tree_is_another_afterwards(inside: Visitor, office: Office) -> None:
    page = inside.submit(inside.get("/staff/quarantine/1"), "/1/repair")
    assert "It is being worked on" in page.text
    assert work(office)[0] == "held"
    page = inside.get("/staff/quarantine/1")
    assert "application/pdf" in page.text and "image/png" in page.text
    assert "boundary:1:real" in page.text and "Take the last repair back" in page.text
    inside.submit(page, "/1/undo")
    work(office)
    assert "taken back" in inside.get("/staff/quarantine/1").text


def test_trying_again_and_discarding_are_forms_too(inside: Visitor, office: Office) -> None:
    inside.submit(inside.get("/staff/quarantine/1"), "/1/retry")
    assert work(office)[0] == "held"
    page = inside.submit(inside.get("/staff/quarantine/1"), "/1/discard")
    assert page.status_code == 422 and "Say why" in page.text
    page = inside.submit(page, "/1/discard", {"reason": "sent twice"})
    assert "no longer set aside" in page.text
    assert work(office) == ("discarded", "by hand: sent twice")


def test_a_repair_that_does_not_fit_is_told_and_changes_nothing(inside: Visitor, office: Office) -> None:
    page = inside.submit(inside.get("/staff/quarantine/1"), "/1/repair", {"name": "base64:9"})
    assert page.status_code == 422 and "The message has no part 9" in page.text
    assert work(office)[0] == "shunted"


def test_underwriters_see_the_list_and_mend_nothing(office: Office) -> None:
    role: StaffRole = "underwriter"
    visitor = signed_in(Visitor(create_app(office, lambda: None)), office, role)
    page = visitor.get("/staff/quarantine/")
    assert page.status_code == 200 and 'href="/staff/quarantine/1"' not in page.text
    assert visitor.get("/staff/quarantine/1").status_code == 403


def test_a_message_nobody_knows_is_not_found(inside: Visitor) -> None:
    assert inside.get("/staff/quarantine/77").status_code == 404
