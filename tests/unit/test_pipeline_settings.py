"""Settings come from the environment before the file, and the secret is made once."""

import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.settings import FixedClock, Settings, SystemClock


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTAKE_CONFIG", raising=False)
    return tmp_path


def test_everything_has_a_default_below_the_data_folder(nowhere: Path) -> None:
    settings = Settings()
    assert settings.database == f"sqlite:///{nowhere}/var/intake.db"
    assert settings.archive == f"{nowhere}/var/archive"
    assert (settings.public_url, settings.redis_url, settings.smtp_url) == ("http://127.0.0.1:8000", None, None)
    assert (settings.own_address, settings.domain) == ("submissions@intake.example", "intake.example")
    assert isinstance(settings.clock, SystemClock)


def test_the_environment_wins_over_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "intake.toml").write_text(
        'public_url = "https://file.example"\nown_domain = "File.example"\n'
        '[mailboxes.main]\nurl = "imaps://u@imap.example"\npassword = "p"\nignore_before = 2026-01-01\n'
    )
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://env.example")
    settings = Settings()
    assert (settings.public_url, settings.domain) == ("https://env.example", "file.example")
    assert settings.mailboxes["main"].folders == ("INBOX",)
    assert "'p'" not in repr(settings)


def test_another_file_can_be_named(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "other.toml").write_text("today = 2026-11-20\n")
    monkeypatch.setenv("INTAKE_CONFIG", str(nowhere / "other.toml"))
    settings = Settings()
    assert settings.today == date(2026, 11, 20)
    assert (settings.clock.today(), settings.clock.now()) == (
        date(2026, 11, 20),
        datetime(2026, 11, 20, 12, tzinfo=UTC),
    )


def test_a_setting_nobody_knows_is_refused(nowhere: Path) -> None:
    (nowhere / "intake.toml").write_text('databse_url = "x"\n')
    with pytest.raises(ValidationError, match="databse_url"):
        Settings()


def test_the_secret_is_made_once_and_read_by_the_owner_only(nowhere: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(Settings().secret_key())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) == 64
    assert stat.S_IMODE((nowhere / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (nowhere / "var").iterdir()] == ["secret"]


def test_a_secret_that_is_given_is_not_kept(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SECRET", "given")
    settings = Settings()
    assert settings.secret_key() == b"given"
    assert "given" not in repr(settings)
    assert not (nowhere / "var").exists()


def test_a_fixed_clock_tells_utc() -> None:
    moment = datetime.fromisoformat("2026-11-20T23:30:00-06:00")
    assert FixedClock(moment).today() == date(2026, 11, 21)


def test_seals_that_nobody_checks_cannot_be_trusted() -> None:
    with pytest.raises(ValidationError, match="check_signatures"):
        Settings(trusted_sealers=("relay.example",))
    assert Settings(trusted_sealers=("relay.example",), check_signatures=True).trusted_sealers == ("relay.example",)
