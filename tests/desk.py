"""An office as its staff meet it: a submission with a real paper, values of every standing, a person for each role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from agency import NOW, item
from argon2 import PasswordHasher
from visitor import Visitor

from intake import mime, unpack
from pipeline import events
from pipeline.office import Office
from pipeline.records import agencies, assessments, correspondence, documents, ledger, people, submissions
from pipeline.records.assessments import Assessment
from pipeline.records.correspondence import Communication
from pipeline.records.documents import Filing, ReadDocument
from pipeline.records.people import StaffRole
from pipeline.records.session import Transaction, transaction
from pipeline.submission import Completeness, FiledDocument, LookedAt, ResolvedField, Rival, Source

MAIL = Path(__file__).parents[1] / "fixtures" / "mailbox" / "16-roofer-section-missing.eml"
PASSWORD = "four words and a number 7"
INSURED = "Quillan Roofing LLC"
BIRTH = "1988-03-04"
LICENCE = "D01234567"
BOX = (40.0, 150.0, 200.0, 164.0)

ROLES: tuple[StaffRole, ...] = ("intake", "underwriter", "ops", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The submission, its message and its two papers."""

    id: int
    ref: str
    message: int
    form: int
    sheet: int

    @property
    def path(self) -> str:
        """Return the address of the record."""
        return f"/staff/s/{self.ref}"


@cache
def hashed() -> str:
    """Return the hash of the one password, at the least cost there is."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def hire(office: Office, role: StaffRole) -> str:
    """Create one member of staff and return the address."""
    email = f"{role}@intake.example"
    with transaction(office.engine) as tx:
        if people.person_by_email(tx, email) is None:
            people.create_staff(tx, email, name=f"Robin {role}", role=role, password_hash=hashed(), at=NOW)
    return email


def signed_in(visitor: Visitor, office: Office, role: StaffRole) -> Visitor:
    """Return the visitor after signing in with that role."""
    page = visitor.get("/staff/login")
    page = visitor.submit(page, "/staff/login", {"email": hire(office, role), "password": PASSWORD})
    assert page.status_code == 200 and "Sign out" in page.text
    return visitor


def sha_of(name: str) -> str:
    """Return the sha256 of a file of the mail."""
    files = unpack.unpack(mime.parse(MAIL.read_bytes())).files
    return next(file.sha256 for file in files if file.name.endswith(name))


def facts_of_roofer() -> dict[str, ResolvedField]:
    """Return values: two settled by nobody and sure, two restricted, one unsure, one not understood, one contested."""
    form = Source(
        label="ACORD 125", document=f"{sha_of('125.pdf')}:1", kind="acord_125", page=1, box=BOX, method="widget"
    )
    run = Source(label="loss run", document=f"{sha_of('.xlsx')}:1", kind="loss_run", method="table")
    mail = Source(label="e-mail", message="roofer@copperfieldrisk.example", kind="message")
    given = [
        _fact("named_insureds[0].name", INSURED, form),
        _fact("named_insureds[0].phone", "478-555-0178", form, confidence=0.62),
        _fact("named_insureds[0].entity_type", "llc", form, confidence=0.7),
        _fact("proposed_effective_date", "2027-01-01", form, status="conflict"),
        _fact("business_start_date", None, form, raw="TBD", defect="non_answer"),
        _fact("drivers[0].dob", BIRTH, form, restricted=True),
        _fact("drivers[0].license_number", LICENCE, form, restricted=True, confidence=0.5),
        _fact("losses[0].paid", "1180", run, raw="1,180"),
        _fact("gl_limit_occurrence", "1000000", mail, raw="1M"),
    ]
    facts = {fact.field: fact for fact in given}
    rival = Rival(value="2027-01-15", raw="1/15/2027", confidence=0.9, source=mail)
    contested = replace(facts["proposed_effective_date"], rivals=(rival,))
    return {**facts, contested.field: contested}


def _fact(
    field: str,
    value: str | None,
    source: Source,
    *,
    raw: str = "",
    confidence: float = 0.99,
    status: str = "extracted",
    restricted: bool = False,
    defect: str | None = None,
) -> ResolvedField:
    return ResolvedField(
        field=field,
        value=value,
        raw=raw or str(value),
        confidence=confidence,
        status=status,  # type: ignore[arg-type]
        source=source,
        restricted=restricted,
        defect=defect,
    )


def new_desk(office: Office, *, insured: str = INSURED, facts: dict[str, ResolvedField] | None = None) -> Desk:
    """File the roofer's mail as the worker does, with these values."""
    raw = MAIL.read_bytes()
    sha = office.archive.put(raw)
    with transaction(office.engine) as tx:
        agency = agencies.create_agency(tx, name="Copperfield Risk", at=NOW, domains=())
        agent, _ = people.find_or_create_agent(tx, "marta@copperfieldrisk.example", name="Marta Oyelaran", at=NOW)
        ref = submissions.next_ref(tx, 2026)
        one = submissions.create(tx, ref=ref, received_at=NOW, at=NOW, agency_id=agency, agent_id=agent.id)
        message, _ = ledger.record_received(
            tx, source="folder", source_key=ref, sha256=sha, size=len(raw), received_at=NOW, subject="Roofing"
        )
        _file(tx, one, message)
        papers = _papers()
        documents.add_documents(tx, one, papers, message=message)
        assessments.save_decision(tx, one, _assessment(insured, facts or facts_of_roofer()), at=NOW)
        ledger.finish_message(tx, message, "filed", "new_business", at=NOW)
        kept = [record.id for record in documents.documents_of(tx, one)]
    return Desk(id=one, ref=ref, message=message, form=kept[0], sheet=kept[1])


def _file(tx: Transaction, one: int, message: int) -> None:
    filing = Filing(message_id=message, how="new", lines=(), mentions=(), candidates=(), at=NOW)
    documents.file_message(tx, one, filing)
    said = Communication(
        kind="mail_in",
        audience="agency",
        by="marta@copperfieldrisk.example",
        body="Please quote the roofer.\nEffective 1/15/2027, limits 1M.\nOwner's number is 123-45-6789.",
        subject="Quillan Roofing LLC GL 1/1",
        message_id=message,
        at=NOW,
    )
    correspondence.add_communication(tx, one, said)
    ledger.describe_message(
        tx,
        message,
        content_sha256=None,
        message_id="roofer@copperfieldrisk.example",
        sender="marta@copperfieldrisk.example",
        sender_name="Marta Oyelaran",
        subject="Quillan Roofing LLC GL 1/1",
        thread_key=None,
        references=(),
        intents=("new_business",),
        disposition="accept",
    )
    changes = [{"field": "named_insureds[0].phone", "before": "478-555-0100", "after": "478-555-0178"}]
    stream = events.submission_stream(one)
    events.append(tx, stream, "facts.changed", {"changes": changes}, actor="mail:marta@copperfieldrisk.example", at=NOW)


def _papers() -> tuple[ReadDocument, ReadDocument]:
    return (
        _paper("ACORD 125.pdf", "125.pdf", "acord_125", (1, 4), edition="2016/03"),
        _paper("BPIG_LossRun_Quillan_Roofing_LLC.xlsx", ".xlsx", "loss_run", (1, 1)),
    )


def _paper(name: str, ending: str, kind: str, pages: tuple[int, int], edition: str | None = None) -> ReadDocument:
    sha = sha_of(ending)
    filed = FiledDocument(
        id=f"{sha}:{pages[0]}",
        sha256=sha,
        name=name,
        kind=kind,
        confidence=0.99,
        pages=pages,
        status="read",
        edition=edition,
        received_at=NOW,
    )
    return ReadDocument(filed=filed)


def _assessment(insured: str, facts: dict[str, ResolvedField]) -> Assessment:
    looked = (LookedAt(document="ACORD 125.pdf", page=1),)
    section = item(
        "APP-SECTION-MISSING",
        "ACORD 126",
        "please send it.",
        "blocking",
        line="general_liability",
        looked_at=looked,
        have=("ACORD 125",),
    )
    entity = item("INS-ENTITY", "Entity type", "which one?", "needed_to_quote")
    closed = item("EFF-DATE", "Effective date", "which date?", "blocking", state="satisfied")
    items = (entity, closed, section)
    return Assessment(
        fields=facts,
        completeness=Completeness(score=59, gate="blocked", lines={"general_liability": 59}, items=items),
        lines=("general_liability",),
        state="incomplete_blocking",
        status="Action needed",
        effective_date=date(2027, 1, 1),
        insured_name=insured,
    )
