"""``intake init``: ask for a mailbox and a mail server, try both for real, and write one commented settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outbound.courier import SmtpCourier
from pipeline.office import open_office
from pipeline.posts import try_mailbox
from pipeline.settings import CONFIG_FILE, Settings
from portal.cli import mailbox_questions, settings_file
from portal.cli.output import Problem, console, shown

Asked = Annotated[str, typer.Option(show_default=False)]
_FILES = "-"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("init")(init)


def init(
    address: Annotated[str, typer.Option(help="The address that agents write to.", show_default=False)] = "",
    login: Annotated[str, typer.Option(help="password, microsoft or google.", show_default=False)] = "",
    imap: Asked = "",
    tenant: Annotated[str, typer.Option(help="Microsoft 365: the tenant's domain or number.")] = "",
    client_id: Annotated[str, typer.Option(help="The application's number at Microsoft or Google.")] = "",
    since: Annotated[str, typer.Option(help="Mail that arrived before this day is never looked at.")] = "",
    smtp: Annotated[
        str, typer.Option(envvar="INTAKE_INIT_SMTP", help="smtp://user:password@host, or - to write mails to files.")
    ] = "",
    portal: Annotated[str, typer.Option(help="Where agents reach the pages.")] = "",
    authority: Annotated[Path | None, typer.Option(help="Certificates to trust besides the system's.")] = None,
    token_url: Annotated[str, typer.Option(help="Where tokens come from, if not the provider's usual place.")] = "",
    file: Annotated[Path, typer.Option(help="The settings file to write.")] = Path(CONFIG_FILE),
) -> None:
    """Ask for a mailbox and a mail server, try both live, and write a commented settings file.

    What is not given is asked for. Secrets are asked for without showing them, or taken from INTAKE_INIT_PASSWORD,
    INTAKE_INIT_CLIENT_SECRET and INTAKE_INIT_REFRESH_TOKEN; a mail server with a password in its address is better
    given as INTAKE_INIT_SMTP than where others may read it. A mailbox of Microsoft 365 without any secret is signed in
    to with a browser.
    """
    if file.exists():
        raise Problem(f"{file} is there already; move it away or name another with --file", exit_code=2)
    login = login or mailbox_questions.said_by_environment()
    given = {"address": address, "login": login, "imap": imap, "tenant": tenant, "client_id": client_id}
    given |= {"since": since, "smtp": smtp, "portal": portal}

    def ask(name: str, question: str, default: str | None = None) -> str:
        return given[name] or str(typer.prompt(question, default=default))

    address = ask("address", "Address that agents write to")
    smtp = ask("smtp", "SMTP server as smtp://user:password@host (- for files)", _FILES)
    pages = ask("portal", "Address of the pages for agents", "http://127.0.0.1:8000")
    if smtp == _FILES:
        smtp = ""
    else:
        _try_smtp(smtp)
    # Last, because somebody may have to sign in with a browser: what comes of that should not be lost to a slip.
    mailbox = mailbox_questions.asked(ask, address, token_url=token_url, authority=authority)
    with open_office(Settings(data=Settings().data)) as office:
        console.print(f"✓ {shown(try_mailbox(office, 'main', mailbox))}", soft_wrap=True)
    settings_file.write(file, settings_file.text_of(address=address, pages=pages, smtp=smtp, mailbox=mailbox))
    console.print(f"✓ wrote {shown(file)}; next: intake doctor, then intake up", soft_wrap=True)


def _try_smtp(url: str) -> None:
    try:
        courier = SmtpCourier(url)
    except ValueError as error:
        raise Problem(str(error), exit_code=2) from error
    trouble = courier.trouble()
    if trouble:
        raise Problem(f"the SMTP server does not take us: {trouble}")
    console.print("✓ SMTP: the server takes us")
