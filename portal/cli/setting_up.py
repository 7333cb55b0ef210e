"""``intake init``: ask for a mailbox and a mail server, try both for real, and write one commented settings file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from outbound.courier import SmtpCourier
from pipeline.mailbox_settings import Mailbox
from pipeline.office import open_office
from pipeline.posts import try_mailbox
from pipeline.settings import CONFIG_FILE, Settings
from portal.cli.output import Problem, console, shown

Asked = Annotated[str, typer.Option(show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("init")(init)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person told: the address mail comes to, how to get at it, from which day on, and how mail goes out."""

    address: str
    imap: str
    password: str
    since: date
    smtp: str
    portal: str


def init(
    address: Asked = "",
    imap: Asked = "",
    since: Annotated[str, typer.Option(help="Mail that arrived before this day is never looked at.")] = "",
    smtp: Annotated[str, typer.Option(help="smtp://user:password@host, or - to write mails to files.")] = "",
    portal: Annotated[str, typer.Option(help="Where agents reach the pages.")] = "",
    authority: Annotated[Path | None, typer.Option(help="Certificates to trust besides the system's.")] = None,
    file: Annotated[Path, typer.Option(help="The settings file to write.")] = Path(CONFIG_FILE),
) -> None:
    """Ask for a mailbox and a mail server, try both live, and write a commented settings file.

    The password is asked for without showing it, or taken from INTAKE_INIT_PASSWORD.
    """
    if file.exists():
        raise Problem(f"{file} is there already; move it away or name another with --file", exit_code=2)
    given = {"address": address, "imap": imap, "since": since, "smtp": smtp, "portal": portal}
    answers = _asked(given)
    mailbox = _mailbox(answers, authority)
    with open_office(Settings(data=Settings().data)) as office:
        console.print(f"✓ {shown(try_mailbox(office, 'main', mailbox))}", soft_wrap=True)
    if answers.smtp != "-":
        _try_smtp(answers.smtp)
    _write(file, _text(answers, authority))
    console.print(f"✓ wrote {shown(file)}; next: intake doctor, then intake up", soft_wrap=True)


def _asked(given: dict[str, str]) -> Answers:
    def answer(name: str, question: str, default: str | None = None) -> str:
        return given[name] or str(typer.prompt(question, default=default))

    address = answer("address", "Address that agents write to")
    imap = answer("imap", "Its IMAP server", f"imap.{address.rpartition('@')[2]}")
    password = os.environ.get("INTAKE_INIT_PASSWORD") or str(typer.prompt("Password of the mailbox", hide_input=True))
    since = answer("since", "Look at mail from this day on", date.today().isoformat())
    smtp = answer("smtp", "SMTP server as smtp://user:password@host (- for files)", "-")
    portal = answer("portal", "Address of the pages for agents", "http://127.0.0.1:8000")
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise Problem(f"{since} is no day; write it as 2026-11-22", exit_code=2) from None
    return Answers(address=address, imap=imap, password=password, since=day, smtp=smtp, portal=portal)


def _mailbox(answers: Answers, authority: Path | None) -> Mailbox:
    try:
        return Mailbox.model_validate(
            {
                "url": _url(answers),
                "ignore_before": answers.since,
                "password": answers.password,
                "authority": authority,
            }
        )
    except ValidationError as error:
        raise Problem("; ".join(one["msg"] for one in error.errors()), exit_code=2) from None


def _url(answers: Answers) -> str:
    return f"imaps://{answers.address.replace('@', '%40')}@{answers.imap.removeprefix('imaps://')}"


def _try_smtp(url: str) -> None:
    try:
        courier = SmtpCourier(url)
    except ValueError as error:
        raise Problem(str(error), exit_code=2) from error
    trouble = courier.trouble()
    if trouble:
        raise Problem(f"the SMTP server does not take us: {trouble}")
    console.print("✓ SMTP: the server takes us")


def _text(answers: Answers, authority: Path | None) -> str:
    """Return the file; every value is written as a TOML string by JSON's rules, which are the same for these."""
    quoted: Callable[[Any], str] = lambda value: json.dumps(str(value), ensure_ascii=False)  # noqa: E731
    return "\n".join(
        [
            "# Settings of submission-intake. A variable INTAKE_… of the environment wins over a line here.",
            "",
            "# The address our own mail comes from and agents write to.",
            f"own_address = {quoted(answers.address)}",
            "# Where agents reach the pages; links in mails begin so.",
            f"public_url = {quoted(answers.portal)}",
            "# How mail goes out. Without it, mails are written as files into the data folder.",
            f"{'# ' if answers.smtp == '-' else ''}smtp_url = {quoted('' if answers.smtp == '-' else answers.smtp)}",
            "# Everything is kept here unless database_url and archive_url say otherwise.",
            '# data = "var"',
            '# database_url = "postgresql://user@host/database"',
            "# Wakes workers in other processes; without it they look every five seconds.",
            '# redis_url = "redis://127.0.0.1:6379/0"',
            "",
            "# One table for each mailbox to watch.",
            "[mailboxes.main]",
            f"url = {quoted(_url(answers))}",
            f"password = {quoted(answers.password)}",
            "# Mail that arrived before this day is never looked at.",
            f"ignore_before = {answers.since.isoformat()}",
            "# News in the first folder is heard at once, the others are looked at twice a minute.",
            'folders = ["INBOX"]',
            '# What happens in the mailbox to a message that is ours: nothing, "flag:$Intake" or "move:Processed".',
            'after = ""',
            "# Certificates to trust besides the system's.",
            f"authority = {quoted(authority)}" if authority else '# authority = "/etc/ssl/our-own.pem"',
            "# Microsoft 365 and Google take tokens instead of a password:",
            '# login = "microsoft"',
            '# tenant = "…"',
            '# client_id = "…"',
            '# client_secret = "…"',
            '# refresh_token = "…"',
            "",
        ]
    )


def _write(file: Path, text: str) -> None:
    """Write the file for our eyes only: it holds a password."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
