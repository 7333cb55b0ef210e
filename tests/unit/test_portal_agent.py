"""What an agent meets behind a mailed link: a landing that shows nothing personal, and the list."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from agency import (
    AGENT,
    CLOSED,
    INSURED,
    LOSSES,
    NOW,
    Case,
    item,
    new_case,
    opened_office,
)
from visitor import Visitor, form_of

from pipeline import events
from pipeline.office import Office
from pipeline.records import access
from pipeline.records.session import reading, transaction
from portal.app import create_app
from portal.presenters import wording

FORM = re.compile(r'name="csrf" value="[^"]+"')


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture
def case(office: Office) -> Case:
    return new_case(office)


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
def visitor(office: Office, rung: list[int]) -> Visitor:
    return Visitor(create_app(office, lambda: rung.append(1)))


@pytest.fixture
def inside(visitor: Visitor, case: Case) -> Visitor:
    """Return a visitor who has opened the list."""
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    return visitor


def words(page: httpx.Response) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


def link(case: Case) -> access.Link:
    with reading(case.office.engine) as tx:
        found = access.link_by_token(tx, case.token)
    assert found is not None
    return found


def story(case: Case) -> list[str]:
    with reading(case.office.engine) as tx:
        return [one.kind for one in events.events_of(tx, events.submission_stream(case.id))]


# The landing


def test_the_landing_shows_nothing_personal(visitor: Visitor, case: Case) -> None:
    page = visitor.get(f"/l/{case.token}")
    assert page.status_code == 200
    assert "Open my list" in page.text
    assert "December 20, 2026" in page.text
    for personal in (INSURED, "Dunlap", case.ref, AGENT, "Priya", "auto", "Loss"):
        assert personal not in words(page)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_a_link_spends_nothing(visitor: Visitor, case: Case, method: str) -> None:
    for _ in range(3):
        assert visitor.request(method, f"/l/{case.token}").status_code == 200
    assert (link(case).opens, link(case).opened_at) == (0, None)
    assert story(case) == []
    assert [name for name in visitor.cookies if name.startswith("list-")] == []


def test_the_button_opens_the_list_and_leaves_the_token_behind(visitor: Visitor, case: Case) -> None:
    page = visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    assert page.status_code == 200
    assert page.url.path == case.path
    assert case.token not in str(page.url) + page.text
    assert INSURED in words(page)
    assert link(case).opens == 1
    assert story(case) == ["link.opened"]


def test_links_that_do_not_open_all_show_the_same_page(visitor: Visitor, office: Office) -> None:
    expired = new_case(office, token="expired", link_days=-1)
    revoked = new_case(office, token="revoked")
    with transaction(office.engine) as tx:
        access.revoke_links(tx, revoked.id, at=NOW)
    pages = {token: visitor.get(f"/l/{token}") for token in (expired.token, revoked.token, "unknown")}
    shown = {FORM.sub("", page.text).replace(token, "*") for token, page in pages.items()}
    assert len(shown) == 1
    assert {page.status_code for page in pages.values()} == {404}
    opened = visitor.post("/l/expired/open", form_of(pages["expired"], "/renew")[1])
    assert FORM.sub("", opened.text).replace("expired", "*") in shown


def test_a_request_for_a_new_link_is_kept_once_a_day_and_answered_alike(visitor: Visitor, office: Office) -> None:
    case = new_case(office, token="expired", link_days=-1)
    known = visitor.submit(visitor.get("/l/expired"), "/renew")
    visitor.submit(visitor.get("/l/expired"), "/renew")
    unknown = visitor.submit(visitor.get("/l/unknown"), "/renew")
    assert known.text == unknown.text
    assert "We have your request" in known.text
    assert story(case) == ["link.requested"]


# The list


def test_the_list_shows_what_is_asked_by_weight_with_the_numbers_of_the_mail(inside: Visitor, case: Case) -> None:
    text = words(inside.get(case.path))
    order = [
        "Needed before we can quote",
        "1. Loss runs, auto To do We have 2023 to 2025; still need",
        "2. Driver 3",
        "Also needed for the quote",
        "4. Vehicle 5",
        "6. mod.pdf There is a problem",
        "Helpful",
        "7. Website",
        "Done Effective date Done",
    ]
    assert [text.find(part) for part in order] == sorted(text.find(part) for part in order)
    assert all(part in text for part in order)
    assert "1 of 7 done" in text
    assert "Action needed Next: you" in text


def test_the_list_never_shows_what_is_internal(inside: Visitor, case: Case) -> None:
    page = inside.get(case.path)
    for internal in ("State fund", "Tax number", "61", "60", "incomplete_blocking", "blocked", "LOSS-YEARS-GAP"):
        assert internal not in words(page)


@pytest.mark.parametrize("status", list(wording.STATUSES))
def test_every_status_says_what_it_means_and_whose_turn_it_is(office: Office, visitor: Visitor, status: str) -> None:
    case = new_case(office, status=status, state="clearance_conflict")
    text = words(visitor.submit(visitor.get(f"/l/{case.token}"), "/open"))
    assert f"{status} {wording.BALLS[wording.STATUSES[status].ball]}" in text
    assert "clearance" not in text


def test_an_insured_with_markup_in_its_name_stays_words(office: Office, visitor: Visitor) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
    case = new_case(office, insured=evil)
    page = visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "{{7*7}}" in page.text


def test_a_social_security_number_never_reaches_the_list(office: Office, visitor: Visitor) -> None:
    leaking = item("X", "Driver 1, 219-09-9999", "is 219-09-9999 right?", "blocking", have=("219-09-9999",))
    case = new_case(office, wanted=(leaking,))
    page = visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    assert "219-09-9999" not in page.text + visitor.get(f"{case.path}/item/1").text
    assert "Driver 1, •••" in words(page)


def test_two_lists_open_side_by_side(office: Office, visitor: Visitor) -> None:
    cases = [new_case(office, token=token, insured=f"{token} LLC") for token in ("first", "second")]
    for case in cases:
        visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    assert [f"{case.token} LLC" in words(visitor.get(case.path)) for case in cases] == [True, True]


def test_a_list_whose_link_has_run_out_meanwhile_closes(inside: Visitor, case: Case, office: Office) -> None:
    with transaction(office.engine) as tx:
        access.revoke_links(tx, case.id, at=NOW)
    page = inside.get(case.path)
    assert page.status_code == 404
    assert "Open your list from our mail" in words(page)
    assert INSURED not in page.text


def test_a_finished_list_says_thank_you(office: Office, visitor: Visitor) -> None:
    case = new_case(office, wanted=(replace(LOSSES, state="satisfied"),))
    text = words(visitor.submit(visitor.get(f"/l/{case.token}"), "/open"))
    assert "Everything we asked for is here" in text
    assert CLOSED.title in text


def test_a_session_ends_with_the_day_but_never_after_the_link(office: Office, visitor: Visitor) -> None:
    case = new_case(office)
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    token = visitor.cookies[f"list-{case.ref}"]
    with reading(office.engine) as tx:
        session = access.session_by_token(tx, token, now=NOW)
    assert session is not None
    assert session.level == "link"
    assert session.expires_at == NOW + timedelta(hours=12)
