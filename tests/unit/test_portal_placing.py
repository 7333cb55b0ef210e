"""Mail that was read and belongs nowhere is filed by our people on its page, to the record they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import signed_in
from visitor import Visitor

from pipeline import events
from pipeline.office import Office
from pipeline.records import ledger, regroupings, submissions
from pipeline.records.people import StaffRole
from pipeline.records.session import reading, transaction
from portal.app import create_app
from tests.flow.installation import contents, work_off
from tests.two_records import LIST, ONE, TWO, mail, send, two_records

PAGE = "/staff/quarantine/3"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with two_records(tmp_path) as opened:
        words = "Attached is the vehicle list you asked for."
        send(opened, "c", mail("c", "RE: the list you asked for", words, LIST, **{"In-Reply-To": "<gone@oak.example>"}))
        yield opened


@pytest.fixture
def inside(office: Office) -> Visitor:
    return signed_in(Visitor(create_app(office, lambda: None)), office, "intake")


def stories(office: Office) -> list[tuple[str, str]]:
    with reading(office.engine) as tx:
        record = submissions.by_ref(tx, TWO)
        assert record is not None
        told = events.events_of(tx, events.submission_stream(record.id))
    return [(one.kind, one.actor) for one in told]


def standing(office: Office) -> tuple[str, tuple[int, ...]]:
    work_off(office)
    with reading(office.engine) as tx:
        message, record = ledger.message_by_id(tx, 3), submissions.by_ref(tx, TWO)
        assert message is not None and record is not None
        return message.state, regroupings.messages_of(tx, record.id)


def test_the_page_says_why_it_waits_and_the_button_files_it(inside: Visitor, office: Office) -> None:
    assert standing(office) == ("held", (2,))
    page = inside.get(PAGE)
    assert "Not filed" in page.text
    assert "It belongs to no submission we know" in page.text
    done = inside.submit(page, "/3/place", {"target": f" {TWO.lower()}"})
    assert "no longer set aside" in done.text
    assert f'It is on <a class="ref" href="/staff/s/{TWO}">{TWO}</a>.' in done.text
    assert standing(office) == ("filed", (2, 3))
    [by] = [actor for kind, actor in stories(office) if kind == "message.placed"]
    assert by.startswith("person:")


@pytest.mark.parametrize("reason", ["sender_unproven", "duplicate"])
def test_what_waits_for_something_else_is_not_filed_by_a_form_made_up(
    inside: Visitor, office: Office, reason: str
) -> None:
    page = inside.get(PAGE)
    with transaction(office.engine) as tx:
        ledger.finish_message(tx, 3, "held", reason, at=office.clock.now())
    refused = inside.submit(page, "/3/place", {"target": TWO})
    assert refused.status_code == 422
    assert "It waits for something else than a record" in refused.text
    assert standing(office) == ("held", (2,))


@pytest.mark.parametrize(
    ("target", "words"), [("SUB-26-000077", "There is no submission SUB-26-000077."), (" ", "Name the submission")]
)
def test_a_record_that_is_none_is_told(inside: Visitor, office: Office, target: str, words: str) -> None:
    before = contents(office.engine)
    page = inside.submit(inside.get(PAGE), "/3/place", {"target": target})
    assert page.status_code == 422
    assert words in page.text
    assert contents(office.engine) == before


def test_what_was_filed_meanwhile_is_not_filed_twice(inside: Visitor, office: Office) -> None:
    page = inside.get(PAGE)
    inside.submit(page, "/3/place", {"target": TWO})
    late = inside.submit(page, "/3/place", {"target": ONE})
    assert late.status_code in (404, 422)
    assert standing(office) == ("filed", (2, 3))


@pytest.mark.parametrize(("role", "status"), [("ops", 403), ("admin", 200)])
def test_only_those_who_sort_mail_file_it(office: Office, role: StaffRole, status: int) -> None:
    visitor = signed_in(Visitor(create_app(office, lambda: None)), office, role)
    page = visitor.get(PAGE)
    assert ("Where it belongs" in page.text) is (status == 200)
    token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    assert visitor.post(f"{PAGE}/place", {"csrf": token, "target": TWO}).status_code == status
    assert standing(office)[0] == ("filed" if status == 200 else "held")
