"""Everything one process works with, opened once: settings, clock, records, archive, readers, rules."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from intake import signatures
from intake.archive import Archive, FolderArchive
from parsers.sandbox import Sandbox
from pipeline.house import House
from pipeline.migrations import upgrade
from pipeline.records.session import Engine, open_engine
from pipeline.rulebook import Rules, default_rules
from pipeline.settings import Clock, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One process's tools. Threads share it; every job opens its own transaction on ``engine``."""

    settings: Settings
    clock: Clock
    engine: Engine
    archive: Archive
    sandbox: Sandbox
    rules: Rules
    house: House
    secret: bytes

    def link_token(self, name: str) -> str:
        """Return the secret part of a portal link; the same name gives the same token, 256 bit."""
        return urlsafe_b64encode(self._keyed(f"link:{name}")).decode().rstrip("=")

    def reply_token(self, ref: str) -> str:
        """Return the token of a submission's reply address, 80 bit, fit for the local part of an address."""
        return b32encode(self._keyed(f"reply:{ref}")[:10]).decode().lower()

    def _keyed(self, text: str) -> bytes:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).digest()


def house_of(settings: Settings) -> House:
    """Return who we are in mail."""
    return House(
        addresses=settings.own_addresses,
        domain=settings.domain,
        intent_threshold=settings.intent_threshold,
        company_names=settings.company_names,
        trusted_authserv_ids=settings.trusted_authserv_ids,
        trusted_sealers=settings.trusted_sealers,
        dkim_lookup=signatures.over_network if settings.check_signatures else None,
    )


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Open everything, bring the database up to date, and close it all again at the end."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        engine = open_engine(settings.database)
        stack.callback(engine.dispose)
        upgrade(engine)
        yield Office(
            settings=settings,
            clock=settings.clock,
            engine=engine,
            archive=FolderArchive(settings.archive),
            sandbox=stack.enter_context(Sandbox()),
            rules=default_rules(),
            house=house_of(settings),
            secret=settings.secret_key(),
        )
