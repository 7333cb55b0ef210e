"""An office with one submission as its agent meets it: items, a checklist that was sent, a link, two documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from outbound import checklist
from pipeline import events
from pipeline.office import Office, open_office
from pipeline.records import access, assessments, correspondence, documents, items, ledger, people, submissions
from pipeline.records.assessments import Assessment
from pipeline.records.documents import ReadDocument
from pipeline.records.ledger import AttachmentOutcome
from pipeline.records.session import Transaction, transaction
from pipeline.settings import Settings
from pipeline.submission import Completeness, FiledDocument, Item

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
INSURED = "Dunlap Mechanical LLC"
AGENT = "priya@agency.example"


@contextmanager
def opened_office(folder: Path, template: Path, **settings: Any) -> Iterator[Office]:
    """Open an office on a copy of a migrated database; its clock stands at noon of DAY."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / "intake.db")
    with open_office(Settings(data=folder, today=DAY, **settings)) as office:
        yield office


def item(code: str, title: str, ask: str, severity: str, **more: Any) -> Item:
    """Return one item as the rules make them."""
    given = {"line": None, "subject": "", "state": "open", **more}
    return Item(code=code, title=title, ask=f"{title}: {ask}", severity=severity, **given)  # type: ignore[arg-type]


LOSSES = item(
    "LOSS-YEARS-GAP",
    "Loss runs, auto",
    "we have 2023 to 2025; still need the 2021 and 2022 terms.",
    "blocking",
    line="commercial_auto",
    subject="2021, 2022",
    kinds=("loss_run", "no_loss_carrier"),
    have=("2023, 2024 and 2025",),
    why="Losses are rated year by year.",
    example="A currently valued run from each carrier.",
)
DRIVER = item("AU-DRIVER-FIELDS", "Driver 3", "please give the licence state.", "blocking", accepts_none=False)
VEHICLE = item(
    "AU-VIN",
    "Vehicle 5",
    "the VIN does not pass its check digit.",
    "needed_to_quote",
    subject="vehicle 5",
    field="vehicles[4].vin",
    field_type="vin",
    accepts_none=False,
)
STARTED = item(
    "INS-START",
    "Business start",
    "since when?",
    "needed_to_quote",
    field="business_start_date",
    field_type="date",
)
LOCKED = item("DOC-LOCKED", "mod.pdf", "it needs a password.", "needed_to_quote", subject="mod.pdf")
WEBSITE = item("INS-WEBSITE", "Website", "which website?", "nice", field_type="url")
FEIN = item("INS-FEIN", "Tax number", "please give it.", "needed_to_bind", field_type="fein")
SECRET = item("WC-MONOPOLISTIC", "State fund territory", "refer to the desk.", "internal")
CLOSED = item("EFF-DATE", "Effective date", "which date?", "blocking")
ITEMS = (LOSSES, DRIVER, VEHICLE, STARTED, LOCKED, WEBSITE, FEIN, SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A submission in an office, and the token of its link."""

    office: Office
    id: int
    ref: str
    token: str

    @property
    def path(self) -> str:
        """Return the address of the list."""
        return f"/my/{self.ref}"


def new_case(
    office: Office,
    *,
    token: str = "token-of-the-first-link",
    insured: str = INSURED,
    wanted: tuple[Item, ...] = ITEMS,
    email: str = AGENT,
    link_days: int = 30,
    status: str = "Action needed",
    state: str = "incomplete_blocking",
) -> Case:
    """Create a submission that asked for ``wanted`` and the effective date, which has come since."""
    with transaction(office.engine) as tx:
        person, _ = people.find_or_create_agent(tx, email, name="Priya Raman", at=NOW)
        ref = submissions.next_ref(tx, 2026)
        made = submissions.create(tx, ref=ref, received_at=NOW, at=NOW, agent_id=person.id)
        assess(tx, made, (*wanted, CLOSED), insured, status=status, state=state)
        publish(tx, made, ref, insured, (*wanted, CLOSED))
        assess(tx, made, wanted, insured, status=status, state=state)
        expires_at = NOW + timedelta(days=link_days)
        access.create_link(tx, token, submission_id=made, person_id=person.id, expires_at=expires_at, at=NOW)
    return Case(office=office, id=made, ref=ref, token=token)


def assess(
    tx: Transaction, submission: int, wanted: tuple[Item, ...], insured: str, *, status: str, state: str
) -> None:
    """Save what the rules want of a submission."""
    assessment = Assessment(
        fields={},
        completeness=Completeness(score=61, gate="blocked", lines={"commercial_auto": 60}, items=wanted),
        lines=("general_liability", "commercial_auto"),
        state=state,
        status=status,
        effective_date=date(2027, 1, 15),
        insured_name=insured,
    )
    assessments.save_decision(tx, submission, assessment, at=NOW)


def publish(tx: Transaction, submission: int, ref: str, insured: str, wanted: tuple[Item, ...]) -> None:
    """Freeze the next checklist revision, as the mail shows it."""
    stored = correspondence.latest_checklist(tx, submission)
    last = checklist.from_json(stored.content) if stored else None
    given = {"ref": ref, "insured": insured, "lines": (), "effective": None, "gate": "blocked", "score": 61}
    revision = checklist.revise(**given, items=wanted, last=last)  # type: ignore[arg-type]
    assert revision is not None
    content, said = checklist.to_json(revision), checklist.fingerprint(revision)
    correspondence.save_checklist(
        tx, submission, revision=revision.revision, content=content, content_hash=said, at=NOW
    )
    items.mark_requested(tx, submission, [ask.key for ask in revision.asks], at=NOW)


def filed(name: str, mark: str, **more: Any) -> ReadDocument:
    """Return one document with the sha256 ``mark`` repeated."""
    given = {"kind": "loss_run", "confidence": 0.98, "pages": (1, 2), "status": "read", "received_at": NOW, **more}
    return ReadDocument(filed=FiledDocument(id=f"{mark * 64}:1", sha256=mark * 64, name=name, **given))


def finish(case: Case, message: int, *papers: ReadDocument, closes: tuple[Item, ...] = (), unclear: Any = ()) -> None:
    """File a message that came by the page, as the worker does."""
    with transaction(case.office.engine) as tx:
        outcomes = [
            AttachmentOutcome(
                path=str(place), name=one.filed.name, media_type="", sha256=one.filed.sha256, size=1, outcome="file"
            )
            for place, one in enumerate(papers)
        ]
        ledger.record_attachments(tx, message, outcomes)
        documents.add_documents(tx, case.id, papers, message=message)
        left = tuple(one for one in ITEMS if one not in closes)
        assess(tx, case.id, left, INSURED, status="Action needed", state="incomplete_blocking")
        ledger.finish_message(tx, message, "filed", "missing_info_reply", at=NOW)
        stream = events.submission_stream(case.id)
        told = {"message": message, "unclear": [list(one.key) for one in unclear]}
        events.append(tx, stream, "message.filed", told, actor="portal", at=NOW)
        changes = [_change(one) for one in closes]
        events.append(tx, stream, "items.changed", {"changes": changes}, actor="portal", at=NOW)


def _change(closed: Item) -> dict[str, Any]:
    code, line, subject = closed.key
    return {"code": code, "line": line or None, "subject": subject, "before": "requested", "after": "satisfied"}
