"""``intake init`` tries the mailbox and the mail server for real, and writes a file that works at once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.office import open_office
from pipeline.posts import try_mailbox
from pipeline.settings import Settings
from tests.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.inbox import running_inbox
from tests.token_server import TokenServer

Ran = subprocess.CompletedProcess[str]
LETTER = b"From: ann@agency.example\r\nSubject: hello\r\nMessage-ID: <1@agency.example>\r\n\r\nHello.\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        server.append("submissions@house.example", [LETTER])
        yield server


@pytest.fixture
def smtp() -> Iterator[str]:
    with running_inbox() as inbox:
        yield inbox.url


def intake(folder: Path, *arguments: str, **variables: str) -> Ran:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")} | variables
    command = [sys.executable, "-m", "portal.cli", *arguments]
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def init(folder: Path, dovecot: Dovecot, *more: str, password: str = PASSWORD) -> Ran:
    given = ["--address", "submissions@house.example", "--imap", f"localhost:{dovecot.port}", "--since", "2020-01-01"]
    given += ["--portal", "https://intake.house.example", "--authority", str(dovecot.authority)]
    return intake(folder, "init", *given, *more, INTAKE_INIT_PASSWORD=password)


def test_the_file_is_commented_private_and_works_at_once(dovecot: Dovecot, smtp: str, tmp_path: Path) -> None:
    done = init(tmp_path, dovecot, "--smtp", smtp)
    assert done.returncode == 0, done.stderr
    assert "1 messages since 2020-01-01" in done.stdout
    assert "SMTP: the server takes us" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    file = tmp_path / "intake.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = tomllib.loads(file.read_text())
    assert written["mailboxes"]["main"]["url"] == f"imaps://submissions%40house.example@localhost:{dovecot.port}"
    checked = intake(tmp_path, "doctor")
    assert "! mailbox main: never spoken to" in checked.stdout
    assert "start intake watch" in checked.stdout
    assert "! senders: nothing proves them" in checked.stdout
    proven = intake(tmp_path, "doctor", INTAKE_TRUSTED_AUTHSERV_IDS='["mx.house.example"]')
    assert "✓ senders: proven by mx.house.example" in proven.stdout
    signed = intake(tmp_path, "doctor", INTAKE_CHECK_SIGNATURES="true")
    assert "✓ senders: proven by signatures checked here" in signed.stdout


def test_the_mail_server_may_come_from_the_environment(dovecot: Dovecot, smtp: str, tmp_path: Path) -> None:
    given = ["--address", "submissions@house.example", "--imap", f"localhost:{dovecot.port}", "--since", "2020-01-01"]
    given += ["--portal", "https://intake.house.example", "--authority", str(dovecot.authority)]
    done = intake(tmp_path, "init", *given, INTAKE_INIT_PASSWORD=PASSWORD, INTAKE_INIT_SMTP=smtp)
    assert done.returncode == 0, done.stderr
    assert tomllib.loads((tmp_path / "intake.toml").read_text())["smtp_url"] == smtp


def test_a_file_that_is_there_is_not_written_over(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text("# mine\n")
    done = init(tmp_path, dovecot, "--smtp", "-")
    assert done.returncode == 2
    assert (tmp_path / "intake.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("more", "password", "words"),
    [
        (["--smtp", "-"], "wrong", "refuses our login"),
        (["--smtp", "smtp://127.0.0.1:9"], PASSWORD, "SMTP server does not take us"),
        (["--smtp", "gopher://x"], PASSWORD, "smtp://host:port"),
    ],
)
def test_what_does_not_work_is_said_and_nothing_is_written(
    dovecot: Dovecot, tmp_path: Path, more: list[str], password: str, words: str
) -> None:
    done = init(tmp_path, dovecot, *more, password=password)
    assert done.returncode in (1, 2)
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "intake.toml").exists()


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenServer]:
    server = TokenServer(tmp_path_factory.mktemp("tokens"), user="submissions@house.example")
    yield server
    server.close()


@pytest.fixture(scope="module")
def by_token(tokens: TokenServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A mail server that takes tokens: its address, and the authorities of both servers."""
    with running_dovecot(introspect=tokens.introspection) as server:
        both = tmp_path_factory.mktemp("both") / "both.pem"
        both.write_bytes(server.authority.read_bytes() + tokens.authority.read_bytes())
        yield f"localhost:{server.port}", both


@pytest.fixture
def sign_up(tokens: TokenServer, by_token: tuple[str, Path], tmp_path: Path) -> Callable[..., Ran]:
    """Set a mailbox with tokens up; the service has forgotten all it was asked before."""
    tokens.refresh, tokens.said, tokens.gives = "refresh-0", None, True
    tokens.asked.clear()
    imap, both = by_token

    def run(login: str, *more: str, **secrets: str) -> Ran:
        url = f"{tokens.url}/tenant/token" if login == "google" else tokens.url
        given = ["--address", "submissions@house.example", "--login", login, "--imap", imap, "--smtp", "-"]
        given += ["--portal", "https://intake.house.example", "--since", "2020-01-01", "--authority", str(both)]
        given += ["--token-url", url, "--client-id", "our-number", *([] if "--tenant" in more else ["--tenant=tenant"])]
        return intake(tmp_path, "init", *given, *more, **{f"INTAKE_INIT_{key}": one for key, one in secrets.items()})

    return run


@pytest.mark.parametrize(
    ("login", "secrets", "kinds"),
    [
        ("microsoft", {"CLIENT_SECRET": "our-secret"}, {"client_credentials"}),
        ("microsoft", {"REFRESH_TOKEN": "refresh-0"}, {"refresh_token"}),
        ("microsoft", {"CLIENT_SECRET": "our-secret", "REFRESH_TOKEN": "refresh-0"}, {"refresh_token"}),
        ("google", {"CLIENT_SECRET": "our-secret", "REFRESH_TOKEN": "refresh-0"}, {"refresh_token"}),
    ],
)
def test_a_mailbox_with_tokens_is_tried_and_written_down(
    tokens: TokenServer,
    sign_up: Callable[..., Ran],
    tmp_path: Path,
    login: str,
    secrets: dict[str, str],
    kinds: set[str],
) -> None:
    done = sign_up(login, **secrets)
    assert done.returncode == 0, done.stderr
    assert "takes us" in done.stdout
    assert {form["grant_type"] for form in tokens.asked} == kinds
    assert not [one for one in ("our-secret", "refresh-", "access-") if one in done.stdout + done.stderr]
    written = tomllib.loads((tmp_path / "intake.toml").read_text())["mailboxes"]["main"]
    assert {key.upper(): value for key, value in written.items() if key.upper() in secrets} == secrets


def test_the_way_to_log_in_that_is_named_counts_before_a_password_left_in_the_environment(
    sign_up: Callable[..., Ran], tmp_path: Path
) -> None:
    done = sign_up("microsoft", CLIENT_SECRET="our-secret", PASSWORD="of another mailbox")
    assert done.returncode == 0, done.stderr
    written = tomllib.loads((tmp_path / "intake.toml").read_text())["mailboxes"]["main"]
    assert (written["login"], "password" in written) == ("microsoft", False)


def test_without_a_secret_somebody_signs_in_with_a_browser(
    tokens: TokenServer, sign_up: Callable[..., Ran], tmp_path: Path
) -> None:
    done = sign_up("microsoft", CLIENT_SECRET="")
    assert done.returncode == 0, done.stderr
    assert f"Open {tokens.url}/device and enter the code ABCD-EFGH." in done.stdout
    written = tomllib.loads((tmp_path / "intake.toml").read_text())["mailboxes"]["main"]
    assert written["refresh_token"] == "refresh-0"
    assert "client_secret" not in written
    assert tokens.refresh != "refresh-0"
    settings = Settings.model_validate(
        tomllib.loads((tmp_path / "intake.toml").read_text()) | {"data": tmp_path / "var"}
    )
    with open_office(settings) as office:
        # The token of the file is void by now; what came of it while trying is kept where the file points to.
        assert "takes us" in try_mailbox(office, "main", settings.mailboxes["main"])


@pytest.mark.parametrize(
    ("login", "more", "said", "words"),
    [
        (
            "microsoft",
            (),
            {"error": "invalid_client", "error_description": "AADSTS7000215: no"},
            "client_secret is wrong",
        ),
        ("microsoft", ("--tenant", "nobody.example"), None, "no tenant nobody.example"),
        ("google", (), {"error": "invalid_grant", "error_description": "Token has been expired"}, "sign in again"),
        ("nonsense", (), None, "there are password, microsoft, google"),
    ],
)
def test_what_a_provider_refuses_is_said_and_nothing_is_written(
    tokens: TokenServer,
    sign_up: Callable[..., Ran],
    tmp_path: Path,
    login: str,
    more: tuple[str, ...],
    said: dict[str, str] | None,
    words: str,
) -> None:
    tokens.said = said
    done = sign_up(login, *more, CLIENT_SECRET="our-secret", REFRESH_TOKEN="refresh-0")
    assert done.returncode in (1, 2)
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "intake.toml").exists()


@pytest.mark.parametrize(("login", "words"), [("microsoft", "Add-MailboxPermission"), ("google", "mail.google.com")])
def test_a_good_token_that_the_mail_server_refuses_says_what_else_is_needed(
    tokens: TokenServer, sign_up: Callable[..., Ran], tmp_path: Path, login: str, words: str
) -> None:
    tokens.gives = False
    done = sign_up(login, CLIENT_SECRET="our-secret", REFRESH_TOKEN="refresh-0")
    assert done.returncode == 1
    assert "refuses our login" in done.stderr
    assert words in done.stderr
    assert not (tmp_path / "intake.toml").exists()


def test_watching_without_a_mailbox_is_told_what_to_do(tmp_path: Path) -> None:
    done = intake(tmp_path, "watch")
    assert done.returncode == 2
    assert "intake init" in done.stderr


def test_a_mail_goes_from_the_mailbox_to_the_ledger_by_intake_up(dovecot: Dovecot, tmp_path: Path) -> None:
    assert init(tmp_path, dovecot, "--smtp", "-").returncode == 0
    environment = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "portal.cli", "up", "--listen", "127.0.0.1:0"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(60):
            told = intake(tmp_path, "ledger", "--json")
            if '"in_work": 0' in told.stdout and '"received": 1' in told.stdout:
                break
        assert '"received": 1' in told.stdout
    finally:
        running.terminate()
        running.communicate(timeout=30)
    gauges = intake(tmp_path, "metrics").stdout
    assert 'intake_messages{state="received"} 1' in gauges
    assert 'intake_mailbox_trouble{mailbox="main"} 0' in gauges
    assert "✓ mailbox main: last contact" in intake(tmp_path, "doctor").stdout
