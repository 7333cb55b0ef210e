"""``ledger``, ``doctor``, ``quarantine``, ``rules``, ``users``, ``agencies``, ``db``: look after an installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import metrics
from pipeline.office import open_office
from pipeline.records import agencies, people
from pipeline.records.people import StaffRole
from pipeline.records.session import RecordsError, reading, transaction
from pipeline.rulebook import RuleError, load_rules
from pipeline.settings import Settings
from portal.cli import examining, quarantine, senders, telling
from portal.cli.output import Problem, console, shown
from portal.passwords import LEAST_LENGTH, hash_password

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    groups: tuple[tuple[str, str, dict[str, Callable[..., Any]]], ...] = (
        ("quarantine", "Messages that were set aside.", quarantine.COMMANDS),
        ("rules", "The requirement rules.", {"check": rules_check}),
        ("users", "Our own staff.", {"add": users_add, "list": users_list}),
        ("senders", "Who mail is really from, where that is in doubt.", senders.COMMANDS),
        ("agencies", "Producing agencies.", {"add": agencies_add, "list": agencies_list}),
        ("db", "The database.", {"upgrade": db_upgrade}),
    )
    app.command("ledger")(show_ledger)
    app.command("doctor")(examining.doctor)
    app.command("metrics")(show_metrics)
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


def show_metrics() -> None:
    """Print the gauges of this installation in the text form that Prometheus reads."""
    with open_office(Settings()) as office:
        for line in metrics.lines(office):
            console.print(line, markup=False, soft_wrap=True)


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
    if len(password) < LEAST_LENGTH:
        raise Problem(f"the password needs at least {LEAST_LENGTH} characters", exit_code=2)
    chosen: StaffRole = role  # type: ignore[assignment]
    with open_office(Settings()) as office, transaction(office.engine) as tx:
        try:
            people.create_staff(
                tx, email, name=name, role=chosen, password_hash=hash_password(password), at=office.clock.now()
            )
        except RecordsError as error:
            raise Problem(str(error)) from error
    console.print(f"✓ {shown(email)} may log in")


def users_list() -> None:
    """List our staff."""
    with open_office(Settings()) as office, reading(office.engine) as tx:
        for person in people.staff(tx):
            console.print(shown(f"{person.name:<24} {person.role:<12} {', '.join(person.emails)}"))


def agencies_add(name: str, domain: str, code: str = "") -> None:
    """Register an agency with its mail domain."""
    with open_office(Settings()) as office, transaction(office.engine) as tx:
        known = agencies.agency_by_domain(tx, domain)
        if known is not None:
            raise Problem(f"{domain} belongs to {known.name} already")
        agencies.create_agency(
            tx, name=name, code=code or None, status="active", domains=(domain,), at=office.clock.now()
        )
    console.print(f"✓ {shown(name)} ({shown(domain)})")


def agencies_list() -> None:
    """List the agencies."""
    with open_office(Settings()) as office, reading(office.engine) as tx:
        for agency in agencies.agencies(tx):
            console.print(shown(f"{agency.name:<32} {agency.status:<10} {', '.join(agency.domains)}"))


def db_upgrade() -> None:
    """Bring the database to today's tables."""
    with open_office(Settings()) as office:
        console.print(f"✓ {shown(office.engine.url.render_as_string(hide_password=True))} is up to date")
