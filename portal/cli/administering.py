"""``ledger``, ``doctor``, ``quarantine``, ``rules``, ``users``, ``agencies``, ``db``: look after an installation."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipeline import events
from pipeline.jobs import drain
from pipeline.office import Office, open_office
from pipeline.reception import READ_AND_FILE
from pipeline.records import agencies, ledger, people, queue
from pipeline.records.people import StaffRole
from pipeline.records.session import RecordsError, reading, transaction
from pipeline.rulebook import RuleError, load_rules
from pipeline.settings import Settings
from portal import wiring
from portal.cli import telling
from portal.cli.output import Problem, console, print_json
from portal.passwords import hash_password

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
LOW_DISK = 1024**3
SET_ASIDE: tuple[Literal["shunted"], Literal["held"]] = ("shunted", "held")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    groups: tuple[tuple[str, str, dict[str, Callable[..., Any]]], ...] = (
        ("quarantine", "Messages that were set aside.", {"list": quarantine_list, "retry": quarantine_retry}),
        ("rules", "The requirement rules.", {"check": rules_check}),
        ("users", "Our own staff.", {"add": users_add, "list": users_list}),
        ("agencies", "Producing agencies.", {"add": agencies_add, "list": agencies_list}),
        ("db", "The database.", {"upgrade": db_upgrade}),
    )
    app.command("ledger")(show_ledger)
    app.command("doctor")(doctor)
    for name, words, commands in groups:
        group = typer.Typer(help=words, no_args_is_help=True)
        for verb, command in commands.items():
            group.command(verb)(command)
        app.add_typer(group, name=name)


def show_ledger(json: AsJson = False) -> None:
    """Print the accounting of all mail; exit 1 when it does not add up."""
    with open_office(Settings()) as office:
        balanced = telling.accounting_line(office, json=json)
    raise typer.Exit(0 if balanced else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor: good, doubtful or bad, and how to mend it."""

    mark: str
    what: str
    fix: str = ""


def doctor(json: AsJson = False) -> None:
    """Check this installation, one line a check, with the fix for what is wrong."""
    with open_office(Settings()) as office:
        found = list(_examine(office))
    for one in found:
        if json:
            print_json({"mark": one.mark, "what": one.what, "fix": one.fix})
        else:
            console.print(f"{one.mark} {one.what}" + (f"\n    fix: {one.fix}" if one.fix else ""))
    raise typer.Exit(1 if any(one.mark == "✗" for one in found) else 0)


def _examine(office: Office) -> Iterator[Finding]:
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
    confined = office.sandbox.confinement()
    yield Finding(
        mark="✓" if confined.complete else "!",
        what=f"readers: network closed by {confined.network}, files by {confined.files}",
        fix="" if confined.complete else "run on a Linux kernel with seccomp and Landlock (5.13 or newer)",
    )
    free = shutil.disk_usage(office.settings.data).free
    yield Finding(
        mark="✓" if free > LOW_DISK else "!",
        what=f"disk: {free // 1024**2:,} MiB free in {office.settings.data}",
        fix="" if free > LOW_DISK else "free some space; mail is refused when it cannot be kept",
    )


def quarantine_list(json: AsJson = False) -> None:
    """List the messages that could not be worked on, or that wait for a person."""
    with open_office(Settings()) as office, reading(office.engine) as tx:
        for state in SET_ASIDE:
            for message in ledger.messages_in(tx, state):
                if json:
                    print_json({"id": message.id, "state": state, "reason": message.reason, "subject": message.subject})
                else:
                    console.print(f"{message.id:>6}  {state:<8} {message.reason}  {message.subject}")


def quarantine_retry(message: Annotated[int, typer.Argument(help="The id shown by list.")]) -> None:
    """Work on a message again, with today's code."""
    with open_office(Settings()) as office:
        with transaction(office.engine) as tx:
            known = ledger.message_by_id(tx, message)
            if known is None or known.state not in ("shunted", "held"):
                raise Problem(f"message {message} is not in quarantine", exit_code=2)
            ledger.begin_message(tx, message)
            queue.enqueue(tx, READ_AND_FILE, message, due_at=office.clock.now())
        drain(office.engine, wiring.all_handlers(office), office.clock)
        with reading(office.engine) as tx:
            after = ledger.message_by_id(tx, message)
    console.print(f"message {message} is now {after.state if after else 'gone'}: {after.reason if after else ''}")


def rules_check(folder: Annotated[Path | None, typer.Argument(help="A folder of rule files.")] = None) -> None:
    """Read the rule files and say what is wrong with them, with file and code."""
    from pipeline.rulebook import FOLDER

    try:
        rules = load_rules(folder or FOLDER)
    except RuleError as error:
        raise Problem(str(error)) from error
    console.print(f"✓ {len(rules.requirements)} rules, {len(rules.codes)} codes")


def users_add(
    email: str,
    name: Annotated[str, typer.Option(prompt=True)],
    role: Annotated[str, typer.Option(help="intake, underwriter, ops or admin")] = "intake",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Create a member of staff who may log in."""
    if role not in ("intake", "underwriter", "ops", "admin"):
        raise Problem(f"{role} is no role; use intake, underwriter, ops or admin", exit_code=2)
    if len(password) < 12:
        raise Problem("the password needs at least 12 characters", exit_code=2)
    chosen: StaffRole = role  # type: ignore[assignment]
    with open_office(Settings()) as office, transaction(office.engine) as tx:
        try:
            people.create_staff(
                tx, email, name=name, role=chosen, password_hash=hash_password(password), at=office.clock.now()
            )
        except RecordsError as error:
            raise Problem(str(error)) from error
    console.print(f"✓ {email} may log in")


def users_list() -> None:
    """List our staff."""
    with open_office(Settings()) as office, reading(office.engine) as tx:
        for person in people.staff(tx):
            console.print(f"{person.name:<24} {person.role:<12} {', '.join(person.emails)}")


def agencies_add(name: str, domain: str, code: str = "") -> None:
    """Register an agency with its mail domain."""
    with open_office(Settings()) as office, transaction(office.engine) as tx:
        known = agencies.agency_by_domain(tx, domain)
        if known is not None:
            raise Problem(f"{domain} belongs to {known.name} already")
        agencies.create_agency(
            tx, name=name, code=code or None, status="active", domains=(domain,), at=office.clock.now()
        )
    console.print(f"✓ {name} ({domain})")


def agencies_list() -> None:
    """List the agencies."""
    with open_office(Settings()) as office, reading(office.engine) as tx:
        for agency in agencies.agencies(tx):
            console.print(f"{agency.name:<32} {agency.status:<10} {', '.join(agency.domains)}")


def db_upgrade() -> None:
    """Bring the database to today's tables."""
    with open_office(Settings()) as office:
        console.print(f"✓ {office.engine.url.render_as_string(hide_password=True)} is up to date")
