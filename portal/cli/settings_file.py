"""The commented settings file that ``intake init`` writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from pipeline.mailbox_settings import Mailbox


def text_of(*, address: str, pages: str, smtp: str, mailbox: Mailbox) -> str:
    """Return the file; ``smtp`` is empty where mails are written to files."""
    lines = [
        "# Settings of submission-intake. A variable INTAKE_… of the environment wins over a line here.",
        "",
        "# The address our own mail comes from and agents write to.",
        _line("own_address", address),
        "# Where agents reach the pages; links in mails begin so.",
        _line("public_url", pages),
        "# How mail goes out. Without it, mails are written as files into the data folder.",
        f"{'' if smtp else '# '}{_line('smtp_url', smtp)}",
        "# Everything is kept here unless database_url and archive_url say otherwise.",
        '# data = "var"',
        '# database_url = "postgresql://user@host/database"',
        "# Wakes workers in other processes; without it they look every five seconds.",
        '# redis_url = "redis://127.0.0.1:6379/0"',
        "# Our own mail servers, as they stand first in Authentication-Results.",
        "# Without them or check_signatures = true nothing proves a sender.",
        '# trusted_authserv_ids = ["mx.house.example"]',
        "# Names under which we write policies: mail about one that expires with us asks for a renewal.",
        '# company_names = ["House Mutual Insurance Company"]',
        "",
        "# One table for each mailbox to watch.",
        "[mailboxes.main]",
        _line("url", mailbox.url),
        *_secrets(mailbox),
        "# Mail that arrived before this day is never looked at.",
        f"ignore_before = {mailbox.ignore_before.isoformat()}",
        "# News in the first folder is heard at once, the others are looked at twice a minute.",
        'folders = ["INBOX"]',
        '# What happens in the mailbox to a message that is ours: nothing, "flag:$Intake" or "move:Processed".',
        'after = ""',
        "# Certificates to trust besides the system's.",
        _line("authority", str(mailbox.authority)) if mailbox.authority else '# authority = "/etc/ssl/our-own.pem"',
        "",
    ]
    return "\n".join(lines)


def _secrets(mailbox: Mailbox) -> Iterator[str]:
    """Return what one logs in with."""
    if mailbox.login == "password":
        yield "# Microsoft 365 and Google take tokens instead: login, tenant, client_id, client_secret, refresh_token."
    else:
        yield "# Newer refresh tokens are kept in the database, sealed; this one counts again when it is replaced."
        yield _line("login", mailbox.login)
    for name in ("tenant", "client_id", "token_url"):
        if name in mailbox.model_fields_set and getattr(mailbox, name):
            yield _line(name, getattr(mailbox, name))
    for name in ("password", "client_secret", "refresh_token"):
        secret: SecretStr | None = getattr(mailbox, name)
        if secret is not None:
            yield _line(name, secret.get_secret_value())


def _line(name: str, value: str) -> str:
    """Return a line of TOML: its strings are written by JSON's rules, which are the same for these."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def write(file: Path, text: str) -> None:
    """Write the file for our eyes only: it holds secrets."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
