"""What our staff meet: the sign-in, the list, the mail, the record and its papers, each by role."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from agency import NOW, new_case, opened_office
from desk import INSURED, PASSWORD, ROLES, Desk, hire, new_desk, signed_in
from fastapi.routing import APIRoute
from visitor import Visitor, form_of

from pipeline.office import Office
from pipeline.records import ledger, people
from pipeline.records.people import StaffRole
from pipeline.records.session import transaction
from portal import passwords
from portal.app import ROUTERS, create_app
from portal.attempts import LIMIT, Attempts
from portal.pages import staff_door
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
    assert answer.status_code == 303 and answer.headers["location"].startswith("/staff/login?next=/staff/")
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
    assert answer.headers.get("location", "/staff/login") == "/staff/login"
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
