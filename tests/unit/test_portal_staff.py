"""What our staff meet: the sign-in, the list, the mail, the record and its papers, each by role."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from agency import NOW, new_case, opened_office
from desk import BIRTH, INSURED, LICENCE, MAIL, PASSWORD, ROLES, Desk, facts_of_roofer, hire, new_desk, signed_in
from fastapi.routing import APIRoute
from visitor import Visitor, form_of

from pipeline import events
from pipeline.office import Office
from pipeline.records import ledger, people
from pipeline.records.people import StaffRole
from pipeline.records.session import reading, transaction
from pipeline.submission import ResolvedField
from portal import passwords
from portal.app import ROUTERS, create_app
from portal.attempts import LIMIT, Attempts
from portal.pages import staff_door
from portal.presenters import staff_evidence, staff_words
from portal.presenters.staff_list import account, asked
from portal.roles import PERMITTED

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
DESK = [route for route in ROUTES if route.path.startswith("/staff/") and not route.path.endswith("login")]
PAGES = sorted({route.path for route in DESK if "GET" in route.methods})
POSTS = sorted({route.path for route in DESK if "POST" in route.methods})
PAPERS = [path for path in PAGES if "/documents/" in path or "/messages/" in path]
EVIL = "\"><script>alert(1)</script>'{{7*7}}"


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_door, "ATTEMPTS", Attempts())


@pytest.fixture
def desk(office: Office) -> Desk:
    return new_desk(office)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


@pytest.fixture
def inside(visitor: Visitor, office: Office) -> Visitor:
    return signed_in(visitor, office, "intake")


def filled(path: str, desk: Desk) -> str:
    known = {"ref": desk.ref, "document_id": str(desk.form), "number": "1", "message_id": str(desk.message)}
    address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known[found[1]], path)
    return f"{address}?name=drivers[0].dob" if path.endswith("/field") else address


def contents(office: Office) -> list[str]:
    with sqlite3.connect(office.settings.data / "intake.db") as connection:
        return list(connection.iterdump())


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def reveals(office: Office, desk: Desk) -> list[tuple[str, str]]:
    with reading(office.engine) as tx:
        log = events.events_of(tx, events.submission_stream(desk.id))
    return [(event.payload["field"], event.actor) for event in log if event.kind == "value.revealed"]


def test_the_routes_are_those_we_mean_to_check() -> None:
    assert {"/staff/", "/staff/messages", "/staff/review", "/staff/s/{ref}", "/staff/s/{ref}/field"} <= set(PAGES)
    assert {"/staff/logout", "/staff/s/{ref}/reveal", "/staff/s/{ref}/review"} <= set(POSTS)
    assert len(PAPERS) == 4


# Signing in


def test_the_right_password_opens_the_page_that_was_asked_for(visitor: Visitor, office: Office, desk: Desk) -> None:
    hire(office, "ops")
    page = visitor.get(desk.path)
    assert "Staff sign-in" in page.text
    page = visitor.submit(page, "/staff/login", {"email": "OPS@intake.example", "password": PASSWORD})
    assert INSURED in page.text and "Robin ops" in page.text


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/staff/\\evil", "/my/SUB-26-000001", ""]
)
def test_signing_in_leads_to_our_own_pages_only(visitor: Visitor, office: Office, onward: str) -> None:
    path, hidden = form_of(visitor.get("/staff/login"), "/staff/login")
    given = {**hidden, "next": onward, "email": hire(office, "ops"), "password": PASSWORD}
    assert visitor.request("POST", path, data=given).headers["location"] == "/staff/"


def test_a_wrong_password_an_unknown_address_and_an_agent_get_the_same_answer(visitor: Visitor, office: Office) -> None:
    with transaction(office.engine) as tx:
        people.find_or_create_agent(tx, "agent@agency.example", name="Agent", at=NOW)
    page = visitor.get("/staff/login")
    answers = set()
    for email in (hire(office, "intake"), "nobody@intake.example", "agent@agency.example"):
        answer = visitor.submit(page, "/staff/login", {"email": email, "password": "wrong"})
        assert answer.status_code == 422
        answers.add(words(answer.text.replace(email, "")))
    assert len(answers) == 1


def test_an_unknown_address_costs_the_same_work(
    visitor: Visitor, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    real = passwords._hasher.verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real(kept, password)

        hash = staticmethod(passwords._hasher.hash)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    page, known = visitor.get("/staff/login"), hire(office, "intake")
    with transaction(office.engine) as tx:
        person = people.person_by_email(tx, known)
        assert person is not None
        people.set_password_hash(tx, person.id, passwords.hash_password(PASSWORD))
    for email in (known, "nobody@intake.example"):
        visitor.submit(page, "/staff/login", {"email": email, "password": "wrong"})
    costs = [kept.split("$")[1:4] for kept in verified]
    assert len(costs) == 2 and costs[0] == costs[1]


def test_after_five_failures_an_address_is_closed_known_or_not_and_only_that_one(
    visitor: Visitor, office: Office
) -> None:
    page = visitor.get("/staff/login")
    known, other = hire(office, "intake"), hire(office, "ops")
    for email in (known, "nobody@intake.example"):
        for _ in range(LIMIT):
            assert visitor.submit(page, "/staff/login", {"email": email, "password": "wrong"}).status_code == 422
        assert visitor.submit(page, "/staff/login", {"email": email.upper(), "password": PASSWORD}).status_code == 429
    assert "Sign out" in visitor.submit(page, "/staff/login", {"email": other, "password": PASSWORD}).text


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_the_oldest_first() -> None:
    attempts = Attempts()
    for _ in range(LIMIT):
        attempts.failed("one", NOW)
    assert attempts.closed("one", NOW + timedelta(minutes=14))
    assert not attempts.closed("one", NOW + timedelta(minutes=15))
    attempts.clear("one")
    assert not attempts.closed("one", NOW)


def test_signing_in_always_makes_a_new_session_and_ends_the_old_one(visitor: Visitor, office: Office) -> None:
    visitor.cookies.set("staff", "planted", domain="127.0.0.1", path="/")
    signed_in(visitor, office, "intake")
    first = visitor.cookies["staff"]
    assert first != "planted"
    signed_in(visitor, office, "intake")
    assert visitor.cookies["staff"] != first
    stolen = Visitor(visitor.app)
    stolen.cookies.set("staff", first)
    assert "Staff sign-in" in stolen.get("/staff/").text


def test_signing_out_ends_the_session_everywhere(inside: Visitor) -> None:
    token = inside.cookies["staff"]
    page = inside.submit(inside.get("/staff/"), "/staff/logout")
    assert "Staff sign-in" in page.text
    again = Visitor(inside.app)
    again.cookies.set("staff", token)
    assert "Staff sign-in" in again.get("/staff/").text


def test_who_is_no_longer_active_is_out_at_once(inside: Visitor, office: Office) -> None:
    with transaction(office.engine) as tx:
        person = people.person_by_email(tx, "intake@intake.example")
        assert person is not None
        people.set_active(tx, person.id, False)
    assert "Staff sign-in" in inside.get("/staff/").text


def test_the_hash_tells_nothing_of_the_password_and_is_salted() -> None:
    first, second = passwords.hash_password("swordfish swordfish"), passwords.hash_password("swordfish swordfish")
    assert first.startswith("$argon2id$") and first != second and "swordfish" not in first
    assert passwords.matches(first, "swordfish swordfish") and not passwords.matches(first, "swordfish")
    assert not passwords.matches(None, "nobody has this password")


# Who may see what


@pytest.mark.parametrize("path", PAGES)
def test_an_agents_session_opens_no_page_of_the_desk(visitor: Visitor, office: Office, desk: Desk, path: str) -> None:
    case = new_case(office)
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    visitor.cookies.set("staff", visitor.cookies[f"list-{case.ref}"])
    answer = visitor.request("GET", filled(path, desk))
    assert answer.status_code == 303 and answer.headers["location"].startswith(("/staff/login", "/login"))
    assert INSURED not in answer.text


@pytest.mark.parametrize("path", POSTS)
def test_an_agents_session_does_nothing_at_the_desk(visitor: Visitor, office: Office, desk: Desk, path: str) -> None:
    case = new_case(office)
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    visitor.cookies.set("staff", visitor.cookies[f"list-{case.ref}"])
    _, hidden = form_of(visitor.get("/staff/login"), "/staff/login")
    before = contents(office)
    site = {"sec-fetch-site": "same-origin"}
    answer = visitor.request("POST", filled(path, desk), data={"csrf": hidden["csrf"], "name": "x"}, headers=site)
    assert answer.status_code in (303, 403, 404)
    assert answer.headers.get("location", "/login").partition("?")[0].endswith("/login")
    assert contents(office) == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAPERS)
def test_papers_are_for_those_who_may_settle(
    visitor: Visitor, office: Office, desk: Desk, role: StaffRole, path: str
) -> None:
    signed_in(visitor, office, role)
    allowed = role in PERMITTED["field.settle"]
    assert visitor.get(filled(path, desk)).status_code == (200 if allowed else 403)
    assert ("documents/" in visitor.get(desk.path).text) is allowed


@pytest.mark.parametrize("path", [path for path in PAGES if "{ref}" in path])
def test_what_belongs_to_another_submission_is_not_found(
    inside: Visitor, office: Office, desk: Desk, path: str
) -> None:
    other = new_desk(office, insured="Somebody Else Inc")
    assert inside.get(filled(path, desk).replace(desk.ref, "SUB-26-999999")).status_code == 404
    if path in PAPERS:
        assert inside.get(filled(path, desk).replace(desk.ref, other.ref)).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_looking_changes_nothing(inside: Visitor, office: Office, desk: Desk, path: str) -> None:
    before = contents(office)
    assert inside.get(filled(path, desk)).status_code == 200
    assert contents(office) == before


# The list


def test_the_list_opens_with_the_mail_accounting(inside: Visitor, desk: Desk) -> None:
    page = words(inside.get("/staff/").text)
    assert "All mail accounted for: received 1 = 1 filed + 0 held + 0 discarded + 0 set aside + 0 in work" in page


def test_the_accounting_turns_red_when_it_does_not_add_up(inside: Visitor, office: Office, desk: Desk) -> None:
    with sqlite3.connect(office.settings.data / "intake.db") as connection:
        connection.execute("DELETE FROM filings")
        connection.execute("DELETE FROM communications")
        connection.execute("DELETE FROM documents")
        connection.execute("DELETE FROM messages")
    page = inside.get("/staff/").text
    assert '<p class="account bad" role="alert">' in page
    assert "Mail is NOT accounted for: received 1 against 0 filed" in words(page)


def test_a_stranded_message_turns_the_accounting_red() -> None:
    mail = ledger.Accounting(received=3, filed=2, held=0, discarded=0, shunted=0, in_work=1, stranded=1)
    line = account(mail)
    assert not line.good and "1 of them without a next step" in line.detail


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?status=Action+needed", True),
        ("?status=Quoted", False),
        ("?line=general_liability", True),
        ("?line=commercial_auto", False),
        ("?gate=blocked", True),
        ("?gate=complete", False),
        ("?words=quillan", True),
        ("?words=SUB-26-0000", True),
        ("?words=nobody", False),
        ("?page=2", False),
        ("?status=nonsense&line=nonsense&gate=nonsense&page=nonsense", True),
    ],
)
def test_the_address_filters_the_list(inside: Visitor, desk: Desk, query: str, found: bool) -> None:
    page = inside.get(f"/staff/{query}")
    assert page.status_code == 200
    assert (INSURED in page.text) is found


def test_a_row_shows_score_and_gate_together(inside: Visitor, desk: Desk) -> None:
    row = words(inside.get("/staff/").text.partition("<tbody>")[2])
    assert "59 blocked" in row and "GL" in row and "01/01/2027" in row and "Copperfield Risk" in row


def test_the_list_is_paged(inside: Visitor, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for insured in ("First Co", "Second Co", "Third Co"):
        new_desk(office, insured=insured)
    monkeypatch.setattr("portal.presenters.staff_list.PER_PAGE", 2)
    first, second = inside.get("/staff/").text, inside.get("/staff/?page=2").text
    assert "1–2 of 3" in first and "/staff/?page=2" in first
    assert ("Third Co" in first, "First Co" in first, "First Co" in second) == (True, False, True)


def test_the_address_of_a_filter_keeps_the_other_filters() -> None:
    wanted = asked({"status": "Quoted", "words": "a&b", "page": "3"})
    assert wanted.address(status=None) == "/staff/?words=a%26b"
    assert wanted.address(page=2) == "/staff/?status=Quoted&words=a%26b&page=2"


def test_the_mail_ledger_names_reason_and_submission(inside: Visitor, desk: Desk) -> None:
    page = words(inside.get("/staff/messages?state=filed").text)
    assert "marta@copperfieldrisk.example" in page and "new business" in page and desk.ref in page
    assert "No message is held" in words(inside.get("/staff/messages?state=nonsense").text)


# The record


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
