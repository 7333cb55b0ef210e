"""What no page may do, on every route: act without its token, for a stranger or on a GET, or tell of the inside."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from agency import INSURED, NOW, Case, new_case, opened_office
from fastapi.routing import APIRoute
from visitor import Visitor, form_of

from pipeline.office import Office
from pipeline.records import access
from pipeline.records.session import reading, transaction
from portal.app import ROUTERS, create_app
from portal.csrf import is_good, token_for
from portal.roles import ALL_STAFF, LINK, PERMITTED, door_of
from portal.security import FORM_BYTES, UPLOAD_BYTES

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
POSTS = sorted({route.path for route in ROUTES if "POST" in route.methods})
PAGES = sorted({route.path for route in ROUTES if "GET" in route.methods})
MINE = [path for path in PAGES if path.startswith("/my/")]


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture
def case(office: Office) -> Case:
    return new_case(office)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


@pytest.fixture
def inside(visitor: Visitor, case: Case) -> Visitor:
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    return visitor


def filled(path: str, case: Case) -> str:
    """Return the address of a route, with values that exist where it names some."""
    known = {"ref": case.ref, "token": case.token}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], "1"), path)


def contents(office: Office) -> list[str]:
    with sqlite3.connect(office.settings.data / "intake.db") as connection:
        return list(connection.iterdump())


def test_the_routes_are_those_we_mean_to_check() -> None:
    assert {"/l/{token}/open", "/my/{ref}/item/{number}/answer", "/my/{ref}/documents/files"} <= set(POSTS)
    assert {"/l/{token}", "/my/{ref}", "/my/{ref}/sent/{message}"} <= set(PAGES)
    for route in ROUTES:
        assert route.methods <= {"GET", "HEAD", "POST"}


def test_no_post_is_taken_without_the_token_of_its_form(inside: Visitor, case: Case) -> None:
    before = contents(case.office)
    forms = [{}, {"csrf": "x.y"}, {"csrf": token_for("somebody else's secret")}]
    statuses = {(path, inside.post(filled(path, case), fields).status_code) for path in POSTS for fields in forms}
    assert statuses == {(path, 403) for path in POSTS}
    assert contents(case.office) == before


def test_no_post_is_taken_from_another_site(inside: Visitor, case: Case) -> None:
    _, hidden = form_of(inside.get(f"{case.path}/item/1"), "/answer")
    before = contents(case.office)
    elsewhere = [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site", "origin": "null"},
        {"sec-fetch-site": "none", "origin": "null"},
    ]
    for path in POSTS:
        for headers in elsewhere:
            assert inside.post(filled(path, case), hidden, headers=headers).status_code == 403, path
    assert contents(case.office) == before


def test_an_old_browser_is_judged_by_its_origin(inside: Visitor, case: Case) -> None:
    path, hidden = form_of(inside.get(f"{case.path}/item/1"), "/answer")
    sent = {**hidden, "answer": "yes"}
    statuses = {}
    for origin in ("https://evil.example", "http://127.0.0.1:8000", "null"):
        answer = inside.request("POST", path, data=sent, headers={"origin": origin})
        statuses[origin] = answer.status_code
    assert statuses == {"https://evil.example": 403, "http://127.0.0.1:8000": 303, "null": 303}


def test_looking_at_a_page_changes_nothing(inside: Visitor, case: Case) -> None:
    before = contents(case.office)
    for path in PAGES:
        for method in ("GET", "HEAD"):
            inside.request(method, filled(path, case))
            Visitor(inside.app).request(method, filled(path, case))
        assert contents(case.office) == before, path


def test_another_submission_is_not_found(inside: Visitor, case: Case, office: Office) -> None:
    other = new_case(office, token="other", insured="Somebody Else Inc")
    number = re.compile(r"<code>\w+</code>")
    for path in MINE:
        address = filled(path, case)
        foreign, missing = (inside.get(address.replace(case.ref, ref)) for ref in (other.ref, "SUB-26-999999"))
        assert (foreign.status_code, missing.status_code) == (404, 404), path
        assert number.sub("", foreign.text) == number.sub("", missing.text)
        assert "Somebody Else" not in foreign.text


def test_the_session_of_one_submission_does_not_open_another_by_renaming_its_cookie(
    inside: Visitor, case: Case, office: Office
) -> None:
    other = new_case(office, token="other")
    inside.cookies.set(f"list-{other.ref}", inside.cookies[f"list-{case.ref}"])
    assert inside.get(other.path).status_code == 404
    _, hidden = form_of(inside.get(f"{case.path}/item/1"), "/answer")
    answer = inside.post(f"{other.path}/item/1/answer", {**hidden, "answer": "x"})
    assert answer.status_code == 404
    with reading(office.engine) as tx:
        links = access.links_of(tx, other.id)
    assert [link.opens for link in links] == [0]


def test_a_session_planted_beforehand_is_not_the_one_that_opens(visitor: Visitor, case: Case) -> None:
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    first = visitor.cookies[f"list-{case.ref}"]
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    assert visitor.cookies[f"list-{case.ref}"] != first
    with reading(case.office.engine) as tx:
        assert access.session_by_token(tx, first, now=NOW) is None


def test_revoking_a_link_ends_its_sessions_at_once(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/1")
    with transaction(case.office.engine) as tx:
        access.revoke_links(tx, case.id, at=NOW)
    assert inside.get(case.path).status_code == 404
    assert inside.submit(page, "/answer", {"answer": "x"}).status_code == 403


def test_every_answer_carries_the_security_headers(inside: Visitor, case: Case) -> None:
    for path in (case.path, f"/l/{case.token}", "/l/unknown", "/nothing", "/static/style.css", "/health"):
        headers = inside.request("GET", path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


def test_only_what_carries_a_digest_is_kept_by_browsers(inside: Visitor, case: Case) -> None:
    page = inside.get(case.path)
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert "immutable" in inside.request("GET", address).headers["cache-control"]


def test_scripts_carry_the_nonce_of_their_answer_and_nothing_is_inline(inside: Visitor, case: Case) -> None:
    pages = [inside.get(f"{case.path}/item/1") for _ in range(2)]
    nonces = []
    for page in pages:
        tags = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.S)
        nonces.append(re.findall(r'<script[^>]* nonce="([^"]+)"', page.text))
        assert len(nonces[-1]) == len(tags) > 0
        assert set(tags) == {""}
        assert all(f"'nonce-{nonce}'" in page.headers["content-security-policy"] for nonce in nonces[-1])
        assert not re.search(r"<[^>]+ (?:style|on\w+)=", page.text)
        assert "<style" not in page.text
    assert not set(nonces[0]) & set(nonces[1])


def test_cookies_over_https_are_bound_to_host_and_site(tmp_path: Path, sqlite_template: Path) -> None:
    with opened_office(tmp_path / "https", sqlite_template, public_url="https://intake.example") as office:
        case = new_case(office)
        visitor = Visitor(create_app(office, lambda: None), origin="https://intake.example")
        landing = visitor.get(f"/l/{case.token}")
        assert landing.headers["strict-transport-security"].startswith("max-age=")
        path, hidden = form_of(landing, "/open")
        opened = visitor.request("POST", path, data=hidden, headers={"sec-fetch-site": "same-origin"})
        cookie = opened.headers["set-cookie"]
        assert cookie.startswith(f"__Host-list-{case.ref}=")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
        assert visitor.get(case.path).status_code == 200


def test_tokens_never_stand_in_the_database(inside: Visitor, case: Case) -> None:
    text = "\n".join(contents(case.office))
    assert case.token not in text
    assert inside.cookies[f"list-{case.ref}"] not in text


def test_a_token_is_good_for_its_own_secret_only() -> None:
    token = token_for("one")
    assert is_good(token, "one")
    assert not is_good(token, "two")
    assert not is_good(token.replace(".", ""), "one")
    assert not is_good("", "one")
    assert token != token_for("one")


@pytest.mark.parametrize("declared", [True, False])
def test_a_form_that_is_too_large_is_ended_before_it_is_kept(inside: Visitor, case: Case, declared: bool) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = head + b"x" * FORM_BYTES + b"\r\n--b--\r\n"
    answer = inside.request("POST", f"{case.path}/item/1/answer", **_sending(body, declared=declared))
    assert answer.status_code == 413
    assert "That is too large" in answer.text


def test_an_upload_may_be_larger_than_a_form(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/documents")
    assert inside.submit(page, "/files", files=[("a.pdf", b"x" * (FORM_BYTES + 1))]).status_code == 200
    headers = {"content-length": str(UPLOAD_BYTES + 1), "content-type": "multipart/form-data; boundary=b"}
    answer = inside.request("POST", f"{case.path}/documents/files", content=b"", headers=headers)
    assert answer.status_code == 413


def test_a_stranger_may_not_even_begin_an_upload(visitor: Visitor, case: Case) -> None:
    read = []

    async def body() -> object:
        read.append(1)
        yield b"x"

    headers = {"content-type": "multipart/form-data; boundary=b", "sec-fetch-site": "same-origin"}
    answer = visitor.request("POST", f"{case.path}/documents/files", content=body(), headers=headers)
    assert answer.status_code == 403
    assert read == []


def test_what_nobody_expected_becomes_a_page_that_tells_nothing(
    visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    def boom() -> None:
        raise RuntimeError("secret 219-09-9999 of /srv/house")

    visitor.app.add_api_route("/boom", boom)
    page = visitor.get("/boom")
    logged = "".join(capsys.readouterr())
    number = re.search(r"<code>(\w+)</code>", page.text)
    assert page.status_code == 500
    assert number is not None
    assert number[1] in logged
    assert "RuntimeError" in logged
    for leak in ("secret", "219-09-9999", "/srv/house", "RuntimeError", "Traceback"):
        assert leak not in page.text
    assert "219-09-9999" not in logged


def test_the_log_of_a_refusal_never_holds_the_address(visitor: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    visitor.post("/l/a-very-secret-token/open", {})
    logged = "".join(capsys.readouterr())
    assert "web.refused" in logged
    assert "a-very-secret-token" not in logged


@pytest.mark.parametrize(
    ("path", "status"), [("/nothing", 404), ("/my/SUB-26-000001/item/abc", 422), ("/static/../app.py", 404)]
)
def test_addresses_of_the_wrong_shape_get_the_error_page(inside: Visitor, path: str, status: int) -> None:
    page = inside.get(path)
    assert page.status_code == status
    assert "please quote the number" in page.text


def test_the_programmer_s_pages_are_not_served(visitor: Visitor) -> None:
    assert {visitor.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def test_every_action_belongs_to_one_door() -> None:
    for action, roles in PERMITTED.items():
        assert roles
        assert roles <= (LINK if door_of(action) == "link" else ALL_STAFF)


def test_the_health_page_needs_nobody(visitor: Visitor) -> None:
    page = visitor.get("/health")
    assert (page.status_code, page.text) == (200, "ok")
    assert INSURED not in visitor.get("/").text


def _sending(body: bytes, *, declared: bool) -> dict[str, object]:
    headers = {"content-type": "multipart/form-data; boundary=b", "sec-fetch-site": "same-origin"}
    if declared:
        return {"content": body, "headers": headers}

    async def pieces() -> object:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    return {"content": pieces(), "headers": headers}
