"""Our people put mail right on a page: a message moves, two records become one, either is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import signed_in
from visitor import Visitor

from pipeline.office import Office
from pipeline.records import documents, regroupings, submissions
from pipeline.records.people import StaffRole
from pipeline.records.session import reading
from portal.app import create_app
from tests.flow.installation import contents, troubles, work_off
from tests.two_records import LIST, ONE, TWO, mail, send, two_records

PAGE = f"/staff/s/{ONE}/mail"
OTHER = f"/staff/s/{TWO}/mail"
REPLY = {"In-Reply-To": f"<{ONE.lower()}.1@intake.example>"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with two_records(tmp_path) as opened:
        send(opened, "c", mail("c", f"RE: <b>Alder</b> [{ONE}]", "The list for Brook, by mistake.", LIST, **REPLY))
        yield opened


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


@pytest.fixture
def inside(visitor: Visitor, office: Office) -> Visitor:
    return signed_in(visitor, office, "intake")


def messages(office: Office) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the messages on both records, after all that is due was done."""
    work_off(office)
    assert troubles(office.engine) == []
    with reading(office.engine) as tx:
        found = [submissions.by_ref(tx, ref) for ref in (ONE, TWO)]
        one, two = (regroupings.messages_of(tx, each.id) if each else () for each in found)
    return one, two


def test_the_page_says_of_each_message_why_it_is_here_and_what_it_brought(inside: Visitor) -> None:
    page = inside.get(PAGE)
    assert page.status_code == 200
    assert "Opened anew" in page.text
    assert "vehicles.csv" in page.text
    assert "RE: &lt;b&gt;Alder&lt;/b&gt;" in page.text
    assert f'href="{PAGE}"' in inside.get(f"/staff/s/{ONE}").text


def test_a_message_goes_to_another_record_and_back(inside: Visitor, office: Office) -> None:
    assert messages(office) == ((1, 3), (2,))
    fields = {"message": "3", "target": f" {TWO.lower()} ", "reason": "it is about Brook"}
    page = inside.submit(inside.get(PAGE), "/move", fields)
    assert "Done." in page.text
    assert f"Message 3 moved from {ONE} to {TWO}" in page.text
    assert "Robin intake · it is about Brook" in page.text
    assert messages(office) == ((1,), (2, 3))
    back = inside.submit(inside.get(OTHER), "/undo")
    assert "taken back" in back.text
    assert messages(office) == ((1, 3), (2,))


def test_a_message_gets_a_record_of_its_own(inside: Visitor, office: Office) -> None:
    inside.submit(inside.get(PAGE), "/move", {"message": "3", "to": "own", "reason": "another insured"})
    assert messages(office) == ((1,), (2,))
    with reading(office.engine) as tx:
        found = submissions.submissions_by_id(tx, documents.submissions_of_message(tx, 3))
    assert [one.ref for one in found] == ["SUB-26-000003"]


def test_two_records_become_one_and_two_again(inside: Visitor, office: Office) -> None:
    page = inside.submit(inside.get(OTHER), "/merge", {"target": ONE, "reason": "sent twice"})
    assert f'is part of <a class="ref" href="/staff/s/{ONE}">' in page.text
    assert "/merge" not in page.text
    assert messages(office) == ((1, 2, 3), ())
    assert f'This record is part of <a class="ref" href="/staff/s/{ONE}">' in inside.get(f"/staff/s/{TWO}").text
    inside.submit(inside.get(OTHER), "/undo")
    assert messages(office) == ((1, 3), (2,))


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("/move", {"target": TWO, "reason": "  "}, "Say why"),
        ("/move", {"target": "SUB-26-000099", "reason": "x"}, "There is no submission SUB-26-000099."),
        ("/move", {"target": "SUB\x00-9", "reason": "x\x00y", "message": "3"}, "There is no submission SUB-9."),
        ("/move", {"target": "", "reason": "x"}, "Name the submission it belongs to."),
        ("/move", {"message": "2", "target": TWO, "reason": "x"}, "Message 2 is not on that submission."),
        ("/move", {"target": ONE, "reason": "x"}, "is on SUB-26-000001 already"),
        ("/merge", {"target": ONE, "reason": "x"}, "cannot be merged into itself"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_what_was_typed_stays(
    inside: Visitor, office: Office, action: str, fields: dict[str, str], words: str
) -> None:
    before = contents(office.engine)
    page = inside.submit(inside.get(PAGE), action, fields)
    assert page.status_code == 422
    assert words in page.text
    # A message that is gone from here has no form any more that could keep what was typed.
    assert "message" in fields or f'value="{fields["target"]}"' in page.text
    assert contents(office.engine) == before


def test_a_second_taking_back_is_refused_and_fills_in_no_form(inside: Visitor, office: Office) -> None:
    inside.submit(inside.get(PAGE), "/move", {"message": "3", "target": TWO, "reason": "it is about Brook"})
    page = inside.get(OTHER)
    inside.submit(page, "/undo")
    late = inside.submit(page, "/undo")
    assert late.status_code == 422
    assert "taken back already" in late.text
    assert 'value="taken back"' not in late.text
    assert messages(office) == ((1, 3), (2,))


def test_looking_changes_nothing(inside: Visitor, office: Office) -> None:
    before = contents(office.engine)
    for action in ("", "/move", "/merge", "/undo"):
        assert inside.get(f"{PAGE}{action}").status_code == (405 if action else 200)
    after = contents(office.engine)
    assert {name: rows for name, rows in after.items() if name != "web_sessions"} == {
        name: rows for name, rows in before.items() if name != "web_sessions"
    }


def test_a_move_of_other_records_is_not_taken_back_here(inside: Visitor, office: Office) -> None:
    inside.submit(inside.get(PAGE), "/move", {"message": "3", "to": "own", "reason": "another insured"})
    form = inside.get(PAGE)
    foreign = inside.post(f"{OTHER}/undo", {"csrf": _token(form.text), "move": "1"})
    assert foreign.status_code == 404
    assert inside.post(f"{PAGE}/undo", {"csrf": _token(form.text), "move": "x"}).status_code == 404


@pytest.mark.parametrize(("role", "may"), [("intake", True), ("underwriter", True), ("admin", True), ("ops", False)])
def test_only_those_who_sort_mail_may(visitor: Visitor, office: Office, role: StaffRole, may: bool) -> None:
    inside = signed_in(visitor, office, role)
    record = inside.get(f"/staff/s/{ONE}")
    assert ("Move or merge" in record.text) == may
    assert inside.get(PAGE).status_code == (200 if may else 403)
    fields = {"csrf": _token(record.text), "message": "3", "target": TWO, "reason": "x"}
    assert inside.post(f"{PAGE}/move", fields).status_code == (200 if may else 403)
    assert messages(office) == (((1,), (2, 3)) if may else ((1, 3), (2,)))


def test_strangers_and_forms_that_are_not_ours_are_refused(visitor: Visitor, inside: Visitor, office: Office) -> None:
    fields = {"message": "3", "target": TWO, "reason": "x"}
    assert inside.post(f"{PAGE}/move", {**fields, "csrf": "made.up"}).status_code == 403
    assert Visitor(create_app(office, lambda: None)).post(f"{PAGE}/move", fields).status_code == 403
    assert messages(office) == ((1, 3), (2,))


def _token(text: str) -> str:
    return text.partition('name="csrf" value="')[2].partition('"')[0]
