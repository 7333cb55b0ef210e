"""Settings from ``INTAKE_`` variables and ``intake.toml``, and the clock that everything which decides is given."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Protocol, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from pipeline.mailbox_settings import Mailbox

CONFIG_FILE = "intake.toml"


class Clock(Protocol):
    """Where the time comes from; a pretend one makes demos and replays repeatable."""

    def now(self) -> datetime:
        """Return the time in aware UTC."""

    def today(self) -> date:
        """Return the day, in UTC."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time in aware UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the day, in UTC."""
        return self.now().date()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment in aware UTC."""
        return self.moment.astimezone(UTC)

    def today(self) -> date:
        """Return the day of the moment, in UTC."""
        return self.now().date()


class Settings(BaseSettings):
    """All that can be set. A variable wins over the file; the file is ``intake.toml`` or what INTAKE_CONFIG names."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", frozen=True, extra="forbid", env_nested_delimiter="__")

    data: Path = Path("var")
    database_url: str = ""
    redis_url: str | None = None
    archive_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: SecretStr | None = None
    own_address: str = "submissions@intake.example"
    own_domain: str = ""
    preflight_address: str = ""
    """Mail to this address is answered with what is missing and filed nowhere; none unless set."""
    today: date | None = None
    secret: SecretStr | None = None
    trusted_authserv_ids: tuple[str, ...] = ()
    """Ids of our own mail servers, as they stand first in ``Authentication-Results`` (``none`` where they write none).
    Without any, nobody's mail counts as unproven."""
    check_signatures: bool = False
    """Whether DKIM signatures are checked here too, which asks DNS for the keys."""
    trusted_sealers: tuple[str, ...] = ()
    """Domains whose ARC seals count, such as ``google.com``: mail they pass on is proven by what they found before."""
    mailboxes: dict[str, Mailbox] = Field(default_factory=dict)
    config: Path | None = None
    company_names: tuple[str, ...] = ()
    """Names under which we write policies: a mail about one that expires with us asks for a renewal."""
    intent_threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    """Confidence below which a person says what a mail wants; the model's own, learned with it, when not set."""
    edition_confirmations: int = Field(default=300, ge=1)
    """Values of an edition nobody had seen that people confirm in a row before later ones are believed. After 300
    without a correction fewer than one in a hundred is wrong, 19 times out of 20."""

    @model_validator(mode="after")
    def _can_check_seals(self) -> Self:
        if self.trusted_sealers and not self.check_signatures:
            raise ValueError(
                "set check_signatures to true: seals of trusted_sealers are checked here, with keys of DNS"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what the caller gives, then the environment, then the file."""
        file = Path(os.environ.get("INTAKE_CONFIG", CONFIG_FILE))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def database(self) -> str:
        """Return the database URL: the one given, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'intake.db'}"

    @property
    def archive(self) -> str:
        """Return where raw messages and files are kept: the URL given, or a folder in the data folder."""
        return self.archive_url or str(self.data.resolve() / "archive")

    @property
    def domain(self) -> str:
        """Return our own mail domain."""
        return (self.own_domain or self.own_address.rpartition("@")[2]).lower()

    @property
    def own_addresses(self) -> frozenset[str]:
        """Return the addresses that our own mail comes from or is sent to, in lower case."""
        return frozenset(one.lower() for one in (self.own_address, self.preflight_address) if one)

    @cached_property
    def clock(self) -> Clock:
        """Return the clock: the machine's, or noon UTC of the pretended day."""
        if self.today is None:
            return SystemClock()
        return FixedClock(datetime.combine(self.today, time(12), tzinfo=UTC))

    def secret_key(self) -> bytes:
        """Return the secret that signs what we hand out; made once in the data folder when none is given."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        return _kept_secret(self.data / "secret")


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".secret.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        # A link fails when another process was first, and never shows a half-written secret.
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
