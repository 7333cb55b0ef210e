"""What the command line tells of the records: submissions, messages, and the accounting line."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline import kinds
from pipeline.office import Office
from pipeline.records import documents, items, ledger, outbox, people, submissions
from pipeline.records.ledger import Accounting
from pipeline.records.session import Transaction, reading, transaction
from pipeline.records.submissions import Filter, Submission
from portal.cli.cards import show_submission
from portal.cli.output import console, print_json
from portal.passwords import hash_password

EVERYTHING = 1_000_000


def tell(office: Office, *, json: bool) -> None:
    """Print every submission: reference, insured, lines, status, score, gate, documents found, asks sent."""
    with reading(office.engine) as tx:
        found = submissions.listing(tx, Filter(), limit=EVERYTHING).submissions
        for record in sorted(found, key=lambda one: one.ref):
            report = submission_report(tx, record)
            print_json(report) if json else _show(report)


def submission_report(tx: Transaction, record: Submission) -> dict[str, Any]:
    """Return one submission as plain values."""
    return {
        "ref": record.ref,
        "insured": record.insured_name,
        "lines": list(record.lines),
        "effective_date": record.effective_date.isoformat() if record.effective_date else None,
        "states": list(record.states),
        "status": record.status,
        "score": record.score,
        "gate": record.gate,
        "documents": [_document(one) for one in documents.documents_of(tx, record.id)],
        "items": [_item(one) for one in items.items_of(tx, record.id) if one.item.is_open],
        "mails": [{"revision": m.revision, "state": m.state} for m in outbox.outgoing_of(tx, record.id)],
    }


def message_lines(office: Office, messages: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield what became of these messages, one object each."""
    with reading(office.engine) as tx:
        for number in messages:
            message = ledger.message_by_id(tx, number)
            if message is None:
                continue
            filed = submissions.submissions_by_id(tx, documents.submissions_of_message(tx, number))
            yield {
                "source_key": message.source_key,
                "message_id": message.message_id,
                "state": message.state,
                "reason": message.reason,
                "intents": list(message.intents),
                "submissions": [one.ref for one in filed],
            }


def accounting_line(office: Office, *, json: bool) -> bool:
    """Print the accounting of all mail; return whether it adds up and nothing gave up."""
    with reading(office.engine) as tx:
        account = ledger.accounting(tx)
    if json:
        print_json({"ledger": ledger_values(account)})
    else:
        colour = "green" if account.adds_up else "red"
        console.print(f"[{colour}]{ledger_sentence(account)}[/]", soft_wrap=True)
        if account.shunted:
            console.print(f"[red]{account.shunted} messages gave up: intake quarantine list[/]")
    return account.adds_up and not account.shunted


def ledger_values(account: Accounting) -> dict[str, Any]:
    """Return the accounting as plain values."""
    names = ("received", "filed", "held", "discarded", "shunted", "in_work")
    return {name: getattr(account, name) for name in names} | {"adds_up": account.adds_up}


def ledger_sentence(account: Accounting) -> str:
    """Return the accounting as the one line that every page and command shows."""
    parts = " + ".join(f"{getattr(account, name)} {name}" for name in ("filed", "held", "discarded", "shunted"))
    verdict = "All mail accounted for" if account.adds_up else "The ledger does not add up"
    return f"{verdict}: received {account.received} = {parts} + {account.in_work} in work"


def demo_reviewer(office: Office) -> str:
    """Create the demonstration's member of staff and return the password, made for this run."""
    password = secrets.token_urlsafe(9)
    with transaction(office.engine) as tx:
        people.create_staff(
            tx,
            "reviewer@intake.example",
            name="Demo reviewer",
            role="admin",
            password_hash=hash_password(password),
            at=office.clock.now(),
        )
    return password


def _document(record: documents.DocumentRecord) -> dict[str, Any]:
    filed = record.filed
    return {"name": filed.name, "kind": filed.kind, "pages": list(filed.pages), "status": filed.status}


def _item(record: items.ItemRecord) -> dict[str, Any]:
    item = record.item
    return {
        "code": item.code,
        "line": item.line,
        "subject": item.subject,
        "severity": item.severity,
        "state": item.state,
        "title": item.title,
        "ask": item.ask,
    }


def _show(report: dict[str, Any]) -> None:
    console.print()
    sent = sum(1 for mail in report["mails"] if mail["state"] == "sent")
    show_submission(report, found=_counted(report["documents"]), sent=f"{sent} sent")


def _counted(found: Sequence[dict[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for one in found:
        name = kinds.label(one["kind"]) if one["status"] == "read" else f"{one['name']} ({one['status']})"
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items()) or "none"
