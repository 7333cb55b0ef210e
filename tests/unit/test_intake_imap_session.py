"""The session with servers that do what none should: throttling, nonsense, silence, farewells."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from intake.errors import FolderMissing, SourceError, Throttled, Unreachable
from intake.sources.account import Account, Password
from intake.sources.imap import ImapSession
from tests.odd_imap import OddServer

Opened = Callable[..., ImapSession]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    servers: list[OddServer] = []
    sessions: list[ImapSession] = []

    def open_one(script: Mapping[bytes, bytes], *, greeting: bytes = b"* OK ready\r\n") -> ImapSession:
        server = OddServer(tmp_path, script, greeting=greeting)
        servers.append(server)
        account = Account(host="localhost", user="ann", port=server.port, authority=server.authority)
        session = ImapSession(account, Password(text="x"), answer=1.0)
        sessions.append(session)
        return session

    yield open_one
    for session in sessions:
        session.close()
    for server in servers:
        server.close()


@pytest.mark.parametrize(
    ("script", "greeting", "expected"),
    [
        ({b"LOGIN": b"{tag} BAD User is authenticated but not connected.\r\n"}, b"* OK hi\r\n", Throttled),
        ({b"LOGIN": b"{tag} NO [LIMIT] Too many\r\n"}, b"* OK hi\r\n", Throttled),
        ({}, b"* BYE Connection is throttled. Try again later\r\n", Throttled),
        ({}, b"* BYE closing\r\n", Unreachable),
        ({b"LOGIN": b""}, b"* OK hi\r\n", Unreachable),
        ({b"LOGIN": b"* NONSENSE\r\n" * 3}, b"* OK hi\r\n", Unreachable),
    ],
)
def test_a_login_that_fails_says_how(
    opened: Opened, script: Mapping[bytes, bytes], greeting: bytes, expected: type[SourceError]
) -> None:
    with pytest.raises(expected):
        opened(script, greeting=greeting)


def test_a_folder_refused_in_other_words_is_missing_when_it_is_not_listed(opened: Opened) -> None:
    session = opened({b"EXAMINE": b"{tag} NO cannot open\r\n", b"LIST": b"{tag} OK done\r\n"})
    with pytest.raises(FolderMissing):
        session.select("Clear")


def test_a_folder_refused_for_another_reason_is_trouble_of_the_server(opened: Opened) -> None:
    session = opened({b"EXAMINE": b"{tag} NO not now\r\n"})
    with pytest.raises(Unreachable):
        session.select("INBOX")


@pytest.mark.parametrize(
    "answer",
    [
        b"{tag} OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n{tag} OK done\r\n",
    ],
    ids=["left out", "nil", "flags only"],
)
def test_a_message_without_bytes_is_gone_and_not_empty(opened: Opened, answer: bytes) -> None:
    sizes = b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n{tag} OK done\r\n"
    session = opened({b"UID FETCH 1 (RFC822.SIZE": sizes, b"UID FETCH 1 (BODY": answer})
    session.select("INBOX")
    assert [(body.uid, body.parts) for body in session.bodies([1])] == [(1, None)]


def test_an_answer_that_cannot_be_understood_is_trouble_of_the_line(opened: Opened) -> None:
    session = opened({b"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {5}\r\nab)\r\n{tag} OK done\r\n"})
    session.select("INBOX")
    with pytest.raises(Unreachable):
        list(session.bodies([1]))


def test_words_that_are_no_news_do_not_end_the_wait(opened: Opened) -> None:
    session = opened({b"IDLE": b"+ go\r\n* OK still here\r\n", b"DONE": b"{idle} OK done\r\n"})
    session.select("INBOX")
    began = time.monotonic()
    assert not session.wait(2)
    assert time.monotonic() - began > 1.5
    session.noop()


@pytest.mark.parametrize("answer", [b"{tag} BAD what\r\n", b"{tag} NO not here\r\n"])
def test_a_server_that_refuses_to_let_us_wait_is_asked_for_news_instead(opened: Opened, answer: bytes) -> None:
    session = opened({b"IDLE": answer})
    session.select("INBOX")
    assert session.tells_news
    assert not session.wait(5)
    assert not session.tells_news
    session.noop()


def test_a_server_whose_idle_ends_at_once_time_and_again_is_asked_for_news_instead(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened({b"IDLE": b"+ go\r\n", b"DONE": b"{idle} OK done\r\n"})
    session.select("INBOX")
    # The client wakes for nothing, as it does on lines that are half closed.
    monkeypatch.setattr(session._client, "idle_check", lambda timeout: [])
    for _ in range(2):
        assert not session.wait(30)
    assert session.tells_news
    assert not session.wait(30)
    assert not session.tells_news


def test_an_idle_that_held_in_between_begins_the_count_anew(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened({b"IDLE": b"+ go\r\n", b"DONE": b"{idle} OK done\r\n"})
    session.select("INBOX")
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(session._client, "idle_check", lambda timeout: [])
            assert not session.wait(30)
            assert not session.wait(30)
        assert not session.wait(1.2)
        assert session.tells_news


@pytest.mark.parametrize("words", [b"BAD what is LOGIN ann pass-word-7", b"NO wrong: pass-word-7"])
def test_a_password_that_a_server_repeats_is_not_repeated_by_us(
    tmp_path: Path, words: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server = OddServer(tmp_path, {b"LOGIN": b"{tag} " + words + b"\r\n"})
    account = Account(host="localhost", user="ann", port=server.port, authority=server.authority)
    with pytest.raises(SourceError) as told:
        ImapSession(account, Password(text="pass-word-7"), answer=1.0)
    server.close()
    assert "pass-word-7" not in f"{told.value}{caplog.text}"
    assert "pass-word-7" not in str(told.value)


def test_a_server_without_numbers_that_hold_is_not_read(opened: Opened) -> None:
    session = opened({b"EXAMINE": b"* 1 EXISTS\r\n{tag} OK done\r\n"})
    with pytest.raises(Unreachable, match="UIDs of INBOX"):
        session.select("INBOX")


def test_a_large_message_that_comes_in_short_parts_is_taken_to_its_end(opened: Opened) -> None:
    def part(at: int, text: bytes) -> bytes:
        return b"* 1 FETCH (UID 1 BODY[]<%d> {%d}\r\n%s)\r\n{tag} OK done\r\n" % (at, len(text), text)

    session = opened(
        {
            b"UID FETCH 1 (RFC822.SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 3000000)\r\n{tag} OK done\r\n",
            b"UID FETCH 1 (BODY.PEEK[]<0.": part(0, b"a" * 1000),
            b"UID FETCH 1 (BODY.PEEK[]<1000.": part(1000, b"b" * 500),
            b"UID FETCH 1 (BODY.PEEK[]<1500.": part(1500, b""),
        }
    )
    session.select("INBOX")
    [body] = session.bodies([1])
    assert b"".join(body.parts or ()) == b"a" * 1000 + b"b" * 500


def test_nothing_is_deleted_where_a_server_cannot_move(tmp_path: Path) -> None:
    server = OddServer(tmp_path, {})
    account = Account(host="localhost", user="ann", port=server.port, authority=server.authority)
    with ImapSession(account, Password(text="x"), answer=1.0) as session:
        session.select("INBOX", readonly=False)
        with pytest.raises(SourceError, match="MOVE"):
            session.move([1], "Done")
    server.close()
    said = b"".join(server.heard).upper()
    assert not any(word in said for word in (b"DELETE", b"EXPUNGE", b"COPY", b"STORE"))


def test_words_that_come_with_the_consent_to_idle_are_heard(opened: Opened) -> None:
    session = opened({b"IDLE": b"+ go\r\n* 2 EXISTS\r\n"})
    session.select("INBOX")
    began = time.monotonic()
    with pytest.raises(Unreachable):
        # The script does not end the IDLE: what matters is that the news is not waited for.
        session.wait(30)
    assert time.monotonic() - began < 10


def test_bodystructure_is_never_asked_for(tmp_path: Path) -> None:
    server = OddServer(
        tmp_path, {b"UID FETCH": b"* 1 FETCH (UID 1 RFC822.SIZE 3 BODY[] {3}\r\nabc)\r\n{tag} OK done\r\n"}
    )
    account = Account(host="localhost", user="ann", port=server.port, authority=server.authority)
    with ImapSession(account, Password(text="x"), answer=1.0) as session:
        session.select("INBOX")
        assert [b"".join(body.parts or ()) for body in session.bodies([1])] == [b"abc"]
    server.close()
    said = b"".join(server.heard).upper()
    assert b"BODYSTRUCTURE" not in said
    assert b"BODY.PEEK" in said
    assert b"BODY[" not in said.replace(b"BODY.PEEK[", b"")
