"""``intake doctor``: check an installation, one line a check, with the fix for what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import typer

from pipeline import events
from pipeline.mailhealth import health
from pipeline.office import Office
from pipeline.records import ledger, mailboxes, queue
from pipeline.records.session import reading, transaction
from pipeline.settings import Settings
from portal import wiring
from portal.cli import telling
from portal.cli.equipment import equipped
from portal.cli.output import console, print_json, shown

LOW_DISK = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor: good, doubtful or bad, and how to mend it."""

    mark: str
    what: str
    fix: str = ""


def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Check this installation, one line a check, with the fix for what is wrong."""
    with equipped(Settings()) as office:
        found = [*_surroundings(office), *_mailboxes(office), *_records(office), *_machine(office)]
    for one in found:
        if json:
            print_json({"mark": one.mark, "what": one.what, "fix": one.fix})
        else:
            console.print(shown(f"{one.mark} {one.what}"), soft_wrap=True)
            if one.fix:
                console.print(shown(f"    fix: {one.fix}"), soft_wrap=True)
    raise typer.Exit(1 if any(one.mark == "✗" for one in found) else 0)


def _surroundings(office: Office) -> Iterator[Finding]:
    settings = office.settings
    named = sorted(settings.model_fields_set - {"config"})
    yield Finding(
        mark="✓" if named else "!",
        what=f"settings: {', '.join(named)}" if named else f"settings: all defaults, data in {settings.data}",
        fix="" if named else "before agents write, set INTAKE_OWN_ADDRESS and INTAKE_PUBLIC_URL",
    )
    yield Finding(mark="✓", what=f"database: {office.engine.url.render_as_string(hide_password=True)}")
    if settings.smtp_url is None:
        yield Finding(mark="✓", what=f"mail out: files in {settings.data / 'outgoing'}, no INTAKE_SMTP_URL")
    else:
        yield Finding(mark="✓", what=f"mail out: {_host(settings.smtp_url.get_secret_value())}")
    if settings.mailboxes:
        yield _proof(settings)
    if settings.redis_url:
        yield _bell(office, settings.redis_url)


def _proof(settings: Settings) -> Finding:
    """Tell whether anything proves who mail is from: where mail comes in from outside, it should."""
    proofs = [*settings.trusted_authserv_ids, *(["signatures checked here"] if settings.check_signatures else [])]
    if proofs:
        return Finding(mark="✓", what=f"senders: proven by {', '.join(proofs)}")
    return Finding(
        mark="!",
        what="senders: nothing proves them, whoever writes an agency's address is answered as that agency",
        fix="set trusted_authserv_ids to what stands first in the Authentication-Results of your mail server",
    )


def _bell(office: Office, url: str) -> Finding:
    bell = wiring.bell_only(office)
    rung = bell.ring()
    bell.broker.close()
    return Finding(
        mark="✓" if rung else "!",
        what=f"Redis: {_host(url)} {'answers' if rung else 'does not answer; work waits for the ticker'}",
        fix="" if rung else "start it, or mend INTAKE_REDIS_URL",
    )


def _host(url: str) -> str:
    """Return a URL without what may be a password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _mailboxes(office: Office) -> Iterator[Finding]:
    with transaction(office.engine) as tx:
        for name, mailbox in office.settings.mailboxes.items():
            line = health(
                mailboxes.mailbox_of(tx, name),
                mailboxes.arrivals_of(tx, f"imap:{name}/"),
                mailboxes.token_of(tx, name),
                rotates=mailbox.refresh_token is not None,
                now=office.clock.now(),
            )
            yield Finding(mark=line.mark, what=line.what, fix=line.fix)


def _records(office: Office) -> Iterator[Finding]:
    with reading(office.engine) as tx:
        account = ledger.accounting(tx)
        broken = events.verify_all(tx)
        dead = queue.steps_in(tx, "dead")
    yield Finding(mark="✓" if account.adds_up else "✗", what=telling.ledger_sentence(account))
    streams = ", ".join(verdict.stream for verdict in broken)
    yield Finding(
        mark="✗" if broken else "✓",
        what=f"event log: broken in {streams}" if broken else "event log: every chain holds",
        fix="restore the database from a backup" if broken else "",
    )
    yield Finding(
        mark="!" if dead else "✓",
        what=f"queue: {len(dead)} steps gave up" if dead else "queue: nothing gave up",
        fix="intake quarantine list, then intake quarantine retry ID" if dead else "",
    )


def _machine(office: Office) -> Iterator[Finding]:
    confined = office.sandbox.confinement()
    yield Finding(
        mark="✓" if confined.complete else "!",
        what=f"readers: network closed by {confined.network}, files by {confined.files}",
        fix="" if confined.complete else "run on a Linux kernel with seccomp and Landlock (5.13 or newer)",
    )
    engine = office.sandbox.ocr_engine()
    yield Finding(
        mark="!" if engine.advice else "✓",
        what="scans: no OCR engine, scanned pages stay unread" if engine.advice else f"scans: read by {engine.name}",
        fix=engine.advice,
    )
    free = shutil.disk_usage(office.settings.data).free
    yield Finding(
        mark="✓" if free > LOW_DISK else "!",
        what=f"disk: {free // 1024**2:,} MiB free in {office.settings.data}",
        fix="" if free > LOW_DISK else "free some space; mail is refused when it cannot be kept",
    )
