"""The record of one submission: what our staff see of it, value by value, with its papers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from agency import opened_office
from desk import BIRTH, INSURED, LICENCE, MAIL, ROLES, Desk, facts_of_roofer, new_desk, signed_in
from visitor import Visitor, form_of

from pipeline import events
from pipeline.office import Office
from pipeline.records import people
from pipeline.records.people import StaffRole
from pipeline.records.session import reading
from pipeline.submission import ResolvedField
from portal.app import create_app
from portal.presenters import staff_evidence, staff_words

EVIL = "\"><script>alert(1)</script>'{{7*7}}"


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture
def desk(office: Office) -> Desk:
    return new_desk(office)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


@pytest.fixture
def inside(visitor: Visitor, office: Office) -> Visitor:
    return signed_in(visitor, office, "intake")


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def reveals(office: Office, desk: Desk) -> list[tuple[str, str]]:
    with reading(office.engine) as tx:
        log = events.events_of(tx, events.submission_stream(desk.id))
    return [(event.payload["field"], event.actor) for event in log if event.kind == "value.revealed"]


def test_the_record_shows_who_what_when_and_whose_turn_it_is(inside: Visitor, desk: Desk) -> None:
    page = words(inside.get(desk.path).text)
    for said in (INSURED, desk.ref, "general liability 59", "01/01/2027", "Copperfield Risk (unverified)"):
        assert said in page
    assert "Marta Oyelaran (unconfirmed)" in page
    assert "Send 1 blocking item the agent" in page
    assert "59 blocked" in page


def test_open_items_come_first_and_the_most_pressing_on_top(inside: Visitor, desk: Desk) -> None:
    page = inside.get(desk.path).text
    places = [page.index(code) for code in ("APP-SECTION-MISSING", "INS-ENTITY", "EFF-DATE")]
    assert places == sorted(places)
    assert f'<a href="{desk.path}/documents/{desk.form}?page=1">ACORD 125.pdf, page 1</a>' in page


def test_every_value_names_confidence_and_source(inside: Visitor, desk: Desk) -> None:
    page = words(inside.get(desk.path).text)
    assert "Phone 478-555-0178 low 0.62 ACORD 125, page 1" in page
    assert "Name Quillan Roofing LLC high 0.99 ACORD 125, page 1" in page
    assert "Limit occurrence" in page or "GL limit occurrence $1,000,000" in page


def test_a_contested_value_shows_its_rivals(inside: Visitor, desk: Desk) -> None:
    page = words(inside.get(desk.path).text)
    assert "01/01/2027 or 01/15/2027 (e-mail) high 0.99 sources differ" in page


@pytest.mark.parametrize("role", ROLES)
def test_restricted_values_are_masked_on_every_page(
    visitor: Visitor, office: Office, desk: Desk, role: StaffRole
) -> None:
    signed_in(visitor, office, role)
    pages = ["", "/field?name=drivers[0].dob", "/review", "/review?at=drivers[0].license_number"]
    for page in pages:
        text = visitor.get(f"{desk.path}{page}").text
        for secret in (BIRTH, "03/04/1988", LICENCE, "123-45-6789"):
            assert secret not in text


def test_revealing_shows_one_value_and_is_logged(inside: Visitor, office: Office, desk: Desk) -> None:
    page = inside.get(f"{desk.path}/field?name=drivers[0].dob")
    shown = inside.submit(page, "/reveal")
    assert "03/04/1988" in shown.text and "<svg" in shown.text
    with reading(office.engine) as tx:
        person = people.person_by_email(tx, "intake@intake.example")
    assert person is not None
    assert reveals(office, desk) == [("drivers[0].dob", f"person:{person.id}")]
    assert "Value revealed" in inside.get(desk.path).text


def test_ops_may_not_reveal(visitor: Visitor, office: Office, desk: Desk) -> None:
    signed_in(visitor, office, "ops")
    page = visitor.get("/staff/")
    _, hidden = form_of(page, "/staff/logout")
    answer = visitor.post(f"{desk.path}/reveal", {**hidden, "name": "drivers[0].dob"})
    assert answer.status_code == 403 and reveals(office, desk) == []


def test_the_page_of_a_value_tells_its_history_and_marks_its_place(inside: Visitor, desk: Desk) -> None:
    page = inside.get(f"{desk.path}/field?name=named_insureds[0].phone").text
    assert "478-555-0100 → 478-555-0178" in words(page)
    assert f'<image href="{desk.path}/documents/{desk.form}/page/1.png?dpi=220"' in page
    assert '<rect class="mark" x="38.0" y="148.0" width="164.0" height="18.0"' in page


def test_a_value_of_a_sheet_shows_the_row_it_stands_in(inside: Visitor, desk: Desk) -> None:
    page = inside.get(f"{desk.path}/field?name=losses[0].paid").text
    assert "<svg viewBox" not in page.partition("<main")[2]
    assert 'class="excerpt"' in page


def test_a_restricted_line_stands_alone() -> None:
    source = facts_of_roofer()["losses[0].paid"].source
    lines = ["1 | Ortiz | 1988-03-04", "2 | Tran | 1999-08-13", "3 | Okafor | 1997-08-27"]
    seen = staff_evidence.of_text(source, "1999-08-13", lines, alone=True)
    assert seen.lines == ((lines[1], True),)
    assert staff_evidence.of_text(source, "1970-01-01", lines, alone=True).missing


def test_a_value_of_a_mail_shows_the_sentence(inside: Visitor, desk: Desk) -> None:
    page = inside.get(f"{desk.path}/field?name=gl_limit_occurrence").text
    assert "<mark>Effective 1/15/2027, limits 1M.</mark>" in page
    assert "123-45-6789" not in page


def test_a_page_is_a_picture_and_only_pages_of_the_document_are_drawn(inside: Visitor, desk: Desk) -> None:
    address = f"{desk.path}/documents/{desk.form}/page"
    answer = inside.get(f"{address}/4.png")
    assert answer.headers["content-type"] == "image/png" and answer.content.startswith(b"\x89PNG")
    for wrong in ("5.png", "0.png", "1.png?dpi=5000", "1.png?dpi=x9"):
        status = inside.get(f"{address}/{wrong}").status_code
        assert status == (200 if wrong.endswith("x9") else 404)


def test_a_picture_is_drawn_once(inside: Visitor, office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = inside.get(f"{desk.path}/documents/{desk.form}/page/1.png").content
    monkeypatch.setattr(type(office.sandbox), "render", None)
    assert inside.get(f"{desk.path}/documents/{desk.form}/page/1.png").content == first


def test_originals_are_saved_as_they_came_and_never_opened(inside: Visitor, desk: Desk) -> None:
    for address, start in (
        (f"{desk.path}/documents/{desk.form}/original", b"%PDF"),
        (f"{desk.path}/messages/{desk.message}/original", MAIL.read_bytes()[:20]),
    ):
        answer = inside.get(address)
        assert answer.content.startswith(start)
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"] == "application/octet-stream"


def test_hostile_words_stay_words(inside: Visitor, office: Office) -> None:
    facts = {name: _hostile(fact) for name, fact in facts_of_roofer().items() if not fact.restricted}
    desk = new_desk(office, insured=EVIL, facts=facts)
    for path in ("/staff/", desk.path, f"{desk.path}/field?name=named_insureds[0].name", f"{desk.path}/review"):
        text = inside.get(path).text
        assert "<script>alert" not in text and "49" not in re.findall(r"\{\{7\*7\}\}|'49", text)
        assert escape("<script>") in text
    assert "<script>alert" not in inside.get(f"/staff/?words={EVIL}").text


def _hostile(fact: ResolvedField) -> ResolvedField:
    return replace(fact, value=EVIL if isinstance(fact.value, str) else None, raw=EVIL, defect="bad_format")


# Words


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("vehicles[2].garage_zip", "Vehicle 3, garage ZIP"),
        ("drivers[0].dob", "Driver 1, date of birth"),
        ("vehicles[0].vin", "Vehicle 1, VIN"),
        ("proposed_effective_date", "Proposed effective date"),
        ("lob_requested.commercial_auto", "Line requested: auto"),
        ("q_flammables", "Question: flammables"),
        ("gl_limit_occurrence", "GL limit occurrence"),
        ("attachments_other[1]", "Other attachment 2"),
    ],
)
def test_a_field_has_a_name_in_words(field: str, said: str) -> None:
    assert staff_words.field_words(field) == said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("proposed_effective_date", "2027-01-15", "01/15/2027"),
        ("gl_limit_occurrence", "1000000", "$1,000,000"),
        ("named_insureds[0].fein", "471839205", "47-1839205"),
        ("named_insureds[0].entity_type", "not_for_profit", "not for profit"),
        ("q_flammables", True, "yes"),
        ("gl_limit_occurrence", "NaN", "NaN"),
        ("business_start_date", "soon", "soon"),
        ("need_by_date", "2026-12-18", "12/18/2026"),
        ("remarks", None, "nothing usable"),
    ],
)
def test_a_value_is_written_as_people_write_it(field: str, value: str | bool | None, said: str) -> None:
    assert staff_words.value_words(field, value) == said


def test_the_view_stays_inside_the_page_and_around_the_box() -> None:
    for box in (
        (0.0, 0.0, 10.0, 10.0),
        (600.0, 780.0, 612.0, 792.0),
        (40.0, 150.0, 200.0, 164.0),
        (-5.0, -5.0, 900.0, 900.0),
    ):
        x, y, width, height = staff_evidence.zoomed(box, (612.0, 792.0))
        assert x >= 0 and y >= 0 and x + width <= 612.1 and y + height <= 792.1
        assert x <= max(box[0], 0) and y <= max(box[1], 0)
        assert width > 0 and height > 0
