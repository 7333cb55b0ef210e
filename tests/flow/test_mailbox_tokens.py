"""Mailboxes behind OAuth: the newest refresh token is kept before its access token is used, through months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from intake.errors import Refused, SourceError, Throttled, Unreachable
from intake.sources.account import Bearer
from intake.sources.imap import ImapSession
from pipeline.mailbox_secrets import open_session, secret_of
from pipeline.mailbox_settings import Mailbox
from pipeline.office import Office
from pipeline.posts import post_of
from pipeline.records import mailboxes
from pipeline.records.session import reading
from tests.dovecot import running_dovecot
from tests.flow.installation import installation
from tests.token_server import TokenServer


@dataclass
class Calendar:
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def office(tmp_path: Path, calendar: Calendar) -> Iterator[Office]:
    with installation(tmp_path / "var", today=None) as opened:
        yield replace(opened, clock=calendar)


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[TokenServer]:
    server = TokenServer(tmp_path, user="ann")
    yield server
    server.close()


def mailbox(
    tokens: TokenServer, login: str, *, port: int = 993, authority: Path | None = None, refresh: bool = True
) -> Mailbox:
    place = f"{tokens.url}/tenant/token" if login == "google" else tokens.url
    return Mailbox(
        url=f"imaps://ann@localhost:{port}",
        ignore_before=date(2020, 1, 1),
        login=login,  # type: ignore[arg-type]
        tenant="tenant",
        client_id="our-number",
        client_secret=SecretStr("our-secret"),
        refresh_token=SecretStr("refresh-0") if refresh else None,
        token_url=place,
        authority=authority or tokens.authority,
    )


@pytest.mark.parametrize("login", ["microsoft", "google"])
def test_a_real_server_takes_the_token(office: Office, tokens: TokenServer, login: str, tmp_path: Path) -> None:
    with running_dovecot(introspect=tokens.introspection) as server:
        both = tmp_path / "both.pem"
        both.write_bytes(server.authority.read_bytes() + tokens.authority.read_bytes())
        where = mailbox(tokens, login, port=server.port, authority=both)
        secret = secret_of(office, "box", where)
        with ImapSession(post_of("box", where).account, secret()) as session:
            assert session.select("INBOX").messages == 0
        with pytest.raises(Refused):
            ImapSession(post_of("box", where).account, Bearer(token="made up"))


def test_ninety_days_of_rotated_tokens_never_lose_the_mailbox(
    office: Office, tokens: TokenServer, calendar: Calendar
) -> None:
    where = mailbox(tokens, "microsoft")
    for _ in range(90):
        # Each day a new process asks, and again within the hour, which costs nothing.
        secret = secret_of(office, "box", where)
        first = secret()
        assert secret() == first
        assert isinstance(first, Bearer)
        assert first.token in tokens.good
        calendar.moment += timedelta(days=1)
    assert len(tokens.asked) == 90


def test_the_newest_refresh_token_is_kept_sealed_before_the_access_token_is_handed_out(
    office: Office, tokens: TokenServer
) -> None:
    secret_of(office, "box", mailbox(tokens, "microsoft"))()
    with reading(office.engine) as tx:
        stored = mailboxes.token_of(tx, "box")
    assert stored is not None
    assert tokens.refresh not in stored.sealed


def test_a_new_consent_in_the_settings_takes_the_place_of_what_is_kept(
    office: Office, tokens: TokenServer, calendar: Calendar
) -> None:
    secret_of(office, "box", mailbox(tokens, "microsoft"))()
    # The consent was taken back; somebody signed in again and set the token got by that.
    tokens.refresh = "consented-again"
    calendar.moment += timedelta(days=1)
    old = mailbox(tokens, "microsoft")
    with pytest.raises(Refused, match="sign in again"):
        secret_of(office, "box", old)()
    again = old.model_copy(update={"refresh_token": SecretStr("consented-again")})
    for _ in range(2):
        assert isinstance(secret_of(office, "box", again)(), Bearer)


def test_no_secret_is_said_when_a_login_with_tokens_fails(
    office: Office, tokens: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    told = []
    for login in ("microsoft", "google"):
        tokens.said = {"error": "odd", "error_description": "no"}
        with pytest.raises(SourceError) as refused:
            secret_of(office, "box", mailbox(tokens, login))()
        told.append(str(refused.value))
    tokens.said = None
    granted = secret_of(office, "box", mailbox(tokens, "microsoft"))()
    assert isinstance(granted, Bearer)
    with running_dovecot() as server:
        account = post_of("box", mailbox(tokens, "google", port=server.port, authority=server.authority)).account
        with pytest.raises(SourceError) as failed:
            ImapSession(account, granted)
    said = " ".join([*told, str(failed.value), caplog.text])
    assert not [one for one in (granted.token, tokens.refresh, "refresh-0", "our-secret") if one in said]


def test_a_kept_token_that_the_server_refuses_is_dropped_and_a_new_one_tried_once(
    office: Office, tokens: TokenServer, tmp_path: Path
) -> None:
    with running_dovecot(introspect=tokens.introspection) as server:
        both = tmp_path / "both.pem"
        both.write_bytes(server.authority.read_bytes() + tokens.authority.read_bytes())
        where = mailbox(tokens, "microsoft", port=server.port, authority=both)
        account, secret = post_of("box", where).account, secret_of(office, "box", where)
        open_session(account, secret).close()
        # The password was changed at the provider: every token given before is void.
        tokens.good = set()
        open_session(account, secret).close()
        assert len(tokens.asked) == 2
        # A new token is refused as well: no third is asked for.
        tokens.good, tokens.gives = set(), False
        with pytest.raises(Refused):
            open_session(account, secret)
        assert len(tokens.asked) == 3
        with pytest.raises(Refused):
            open_session(account, secret)
        assert len(tokens.asked) == 4


def test_an_application_asks_without_a_refresh_token(office: Office, tokens: TokenServer) -> None:
    secret_of(office, "box", mailbox(tokens, "microsoft", refresh=False))()
    assert tokens.asked[-1]["grant_type"] == "client_credentials"


@pytest.mark.parametrize("login", ["microsoft", "google"])
@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("invalid_grant", Refused, "sign in again"),
        ("invalid_client", Refused, "client_secret"),
        ("temporarily_unavailable", Throttled, "patience"),
        ("odd", Refused, "gives no token"),
    ],
)
def test_a_refusal_is_said_in_words_a_person_can_act_on(
    office: Office, tokens: TokenServer, login: str, kind: str, error: type[Exception], words: str
) -> None:
    tokens.said = {"error": kind, "error_description": "something odd"}
    with pytest.raises(error, match=words):
        secret_of(office, "box", mailbox(tokens, login))()


@pytest.mark.parametrize(("number", "words"), [(7000222, "ran out"), (65001, "administrator"), (1, "gives no token")])
def test_the_numbers_of_microsoft_say_more_than_the_kind(
    office: Office, tokens: TokenServer, number: int, words: str
) -> None:
    tokens.said = {"error": "odd", "error_description": f"AADSTS{number}: odd", "error_codes": [number]}
    with pytest.raises(Refused, match=words):
        secret_of(office, "box", mailbox(tokens, "microsoft"))()


def test_a_tenant_that_is_none_is_named(office: Office, tokens: TokenServer) -> None:
    wrong = mailbox(tokens, "microsoft").model_copy(update={"tenant": "nobody.example"})
    with pytest.raises(Refused, match=r"no tenant nobody\.example"):
        secret_of(office, "box", wrong)()


@pytest.mark.parametrize("login", ["microsoft", "google"])
def test_a_token_service_that_is_away_is_waited_for(office: Office, tmp_path: Path, login: str) -> None:
    gone = TokenServer(tmp_path, user="ann")
    gone.close()
    with pytest.raises(Unreachable):
        secret_of(office, "box", mailbox(gone, login))()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "imap://ann@host"}, "imaps"),
        ({"url": "imaps://host"}, "imaps"),
        ({"url": "imaps://ann:secret@host"}, "does not belong"),
        ({"after": "delete"}, "flag:"),
        ({"folders": ()}, "at least one"),
        ({"after": "move:Done", "folders": ("INBOX", "Done")}, "not watched itself"),
        ({"login": "google", "client_id": "x"}, "refresh_token"),
        ({"login": "microsoft", "client_id": "x", "client_secret": None, "refresh_token": None}, "client_secret"),
        ({"login": "microsoft"}, "client_id"),
        ({"password": None}, "password"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_remedy(changes: dict[str, object], words: str) -> None:
    good: dict[str, object] = {"url": "imaps://ann@host", "ignore_before": "2026-01-01", "password": "let-me-in"}
    with pytest.raises(ValueError, match=words):
        Mailbox.model_validate(good | changes)


def test_a_mailbox_without_a_day_to_begin_at_is_refused() -> None:
    with pytest.raises(ValueError, match="ignore_before"):
        Mailbox.model_validate({"url": "imaps://ann@host", "password": "let-me-in"})
