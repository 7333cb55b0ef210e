"""What an installation tells those who watch it from outside: gauges in the text form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.mailhealth import is_unusually_silent
from pipeline.office import Office
from pipeline.records import ledger, mailboxes, queue
from pipeline.records.session import Transaction, reading


def lines(office: Office) -> Iterator[str]:
    """Yield the gauges, a line each behind the line that says what they mean."""
    with reading(office.engine) as tx:
        yield from _ledger(tx)
        yield from _mailboxes(office, tx)


def _ledger(tx: Transaction) -> Iterator[str]:
    account = ledger.accounting(tx)
    yield "# HELP intake_messages Messages on the mail ledger, by the state each is in."
    yield "# TYPE intake_messages gauge"
    for state in ("received", "filed", "held", "discarded", "shunted", "in_work", "stranded"):
        yield f'intake_messages{{state="{state}"}} {getattr(account, state)}'
    yield "# HELP intake_ledger_adds_up Whether every message received is in exactly one state."
    yield "# TYPE intake_ledger_adds_up gauge"
    yield f"intake_ledger_adds_up {int(account.adds_up)}"
    yield "# HELP intake_steps_dead Pieces of work that gave up and wait for a person."
    yield "# TYPE intake_steps_dead gauge"
    yield f"intake_steps_dead {len(queue.steps_in(tx, 'dead'))}"


def _mailboxes(office: Office, tx: Transaction) -> Iterator[str]:
    now = office.clock.now()
    # One that nobody watches any more would be in trouble for ever.
    watched = [one for one in mailboxes.mailboxes(tx) if one.name in office.settings.mailboxes]
    yield "# HELP intake_mailbox_age_seconds Seconds since a mailbox answered, brought mail, or got a new token."
    yield "# TYPE intake_mailbox_age_seconds gauge"
    for one in watched:
        arrivals = mailboxes.arrivals_of(tx, f"imap:{one.name}/", limit=1)
        token = mailboxes.token_of(tx, one.name)
        ages = {
            "contact": one.contact_at,
            "mail": arrivals[0] if arrivals else None,
            "token": token.stored_at if token else None,
        }
        for what, at in ages.items():
            if at is not None:
                labels = f'mailbox="{_label(one.name)}",of="{what}"'
                yield f"intake_mailbox_age_seconds{{{labels}}} {(now - at).total_seconds():.0f}"
    yield "# HELP intake_mailbox_trouble Whether something stands between us and a mailbox."
    yield "# TYPE intake_mailbox_trouble gauge"
    for one in watched:
        yield f'intake_mailbox_trouble{{mailbox="{_label(one.name)}"}} {int(one.trouble is not None)}'
    yield "# HELP intake_mailbox_silent Whether a mailbox got no mail for much longer than ever of late."
    yield "# TYPE intake_mailbox_silent gauge"
    for one in watched:
        silent = is_unusually_silent(mailboxes.arrivals_of(tx, f"imap:{one.name}/"), now)
        yield f'intake_mailbox_silent{{mailbox="{_label(one.name)}"}} {int(silent)}'


def _label(name: str) -> str:
    return name.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
