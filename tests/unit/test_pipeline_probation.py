"""Editions nobody has seen stay on probation until our people confirmed enough of their values in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from agency import opened_office

from fixtures import formfiles, layouts
from parsers.document import Defect, FieldCandidate
from parsers.extract import extract
from parsers.extract.newness import EditionName
from parsers.extract.sureness import ACCEPT
from parsers.limits import Limits
from parsers.readers import pdf
from pipeline import doors, jobs
from pipeline.office import Office
from pipeline.probation import Confirmations, Word, lifted, words
from pipeline.reception import receive
from pipeline.records import documents, editions, facts, ledger, submissions
from pipeline.records.session import Engine, Transaction, reading, transaction
from pipeline.records.submissions import Filter
from pipeline.submission import FiledDocument, ResolvedField, Source
from portal import wiring

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW = EditionName("125", "2027/01")
VALUES: dict[str, str | bool] = {
    "NamedInsured_FullName_A": "Blue Heron Bakery LLC",
    "NamedInsured_TaxIdentifier_A": "84-2190557",
    "Policy_EffectiveDate_A": "01/15/2027",
    "Policy_ExpirationDate_A": "01/15/2028",
    "Producer_FullName_A": "Larkspur Agency",
    "CommercialPolicy_OperationsDescription_A": "Bread and cakes for restaurants",
}


def form(**values: str) -> bytes:
    layout = replace(layouts.known("125"), key="125/2027/01", edition="2027/01")
    return formfiles.flattened(layout, VALUES | values, "redrawn")


def confirmed(agreed: int, submissions: int = 2) -> tuple[Confirmations, ...]:
    return (Confirmations(edition=NEW, agreed=agreed, submissions=submissions),)


# --- The decision --------------------------------------------------------------------------------------------------


def test_an_edition_is_lifted_after_so_many_confirmations_from_more_than_one_submission() -> None:
    assert lifted(confirmed(19), needed=20) == frozenset()
    assert lifted(confirmed(20, submissions=1), needed=20) == frozenset()
    assert lifted(confirmed(20), needed=20) == {NEW}


def paper(**more: object) -> FiledDocument:
    given = {
        "id": "a:1", "sha256": "a", "name": "a.pdf", "kind": "acord_125", "confidence": 0.98, "pages": (1, 4),
        "status": "read", "form": "125", "edition": "2027/01", "findings": (Defect(reason="new_edition"),),
    }  # fmt: skip
    return FiledDocument(**{**given, **more})  # type: ignore[arg-type]


def fact(**more: object) -> ResolvedField:
    source = Source(label="ACORD 125", document="a:1", method="layout")
    given = {"field": "fein", "value": "842190557", "raw": "84-2190557", "confidence": 0.9, "source": source}
    return ResolvedField(**{"status": "extracted", **given, **more})  # type: ignore[arg-type]


def said(value: str | None) -> tuple[FieldCandidate, ...]:
    return (FieldCandidate(field="fein", value=value, raw=value or "", confidence=1.0, method="text"),)


def test_a_word_on_a_value_confirms_or_corrects_its_edition() -> None:
    assert words(said("842190557"), {"fein": fact()}, [paper()]) == (Word(edition=NEW, field="fein", agreed=True),)
    assert words(said("842190558"), {"fein": fact()}, [paper()]) == (Word(edition=NEW, field="fein", agreed=False),)
    assert words(said(None), {"fein": fact()}, [paper()]) == (Word(edition=NEW, field="fein", agreed=False),)


@pytest.mark.parametrize(
    ("stands", "document"),
    [
        (fact(value=None), paper()),
        (fact(status="uw_overridden"), paper()),
        (fact(source=Source(label="the agent's answer")), paper()),
        (fact(), paper(findings=())),
        (fact(), paper(edition=None)),
        (fact(source=Source(label="ACORD 125", document="a:1", method="widget")), paper()),
    ],
)
def test_a_word_on_anything_else_counts_for_no_edition(stands: ResolvedField, document: FiledDocument) -> None:
    assert words(said("842190557"), {"fein": stands}, [document]) == ()


# --- Counting ------------------------------------------------------------------------------------------------------


def spoken(tx: Transaction, submission: int, key: str, *agreed: bool, edition: EditionName = NEW) -> None:
    message, _ = ledger.record_received(tx, source="portal", source_key=key, sha256=key, size=1, received_at=NOW)
    some = [Word(edition=edition, field=f"field_{n}", agreed=one) for n, one in enumerate(agreed)]
    editions.add_words(tx, some, submission=submission, message=message, at=NOW)
    # A message that is filed again counts once.
    editions.add_words(tx, some, submission=submission, message=message, at=NOW)


def new(tx: Transaction) -> int:
    return submissions.create(tx, ref=submissions.next_ref(tx, 2026), received_at=NOW, at=NOW)


def test_confirmations_are_counted_from_the_last_correction_on(engine: Engine) -> None:
    with transaction(engine) as tx:
        one, other = new(tx), new(tx)
        spoken(tx, one, "a", True, True, True)
        spoken(tx, other, "b", True, False)
        assert editions.confirmations(tx) == (Confirmations(edition=NEW, agreed=0, submissions=0),)
        spoken(tx, one, "c", True, True)
        spoken(tx, other, "d", True)
        california = EditionName("137", "2027/01", "CA")
        spoken(tx, one, "e", True, edition=california)
        assert editions.confirmations(tx) == (
            Confirmations(edition=NEW, agreed=3, submissions=2),
            Confirmations(edition=california, agreed=1, submissions=1),
        )


# --- What it does --------------------------------------------------------------------------------------------------


def test_values_of_a_lifted_edition_are_accepted_as_far_as_their_probability_goes() -> None:
    document = pdf.read(form(), "a.pdf", Limits(cpu_seconds=100_000))
    asked = {"kind": "acord_125", "pages": (1, 4), "edition": "2027/01"}
    before, after = extract(document, **asked), extract(document, **asked, lifted={NEW})  # type: ignore[arg-type]
    assert [defect.reason for defect in before.defects] == ["new_edition"]
    assert after.defects == ()
    assert [one.value for one in before.fields] == [one.value for one in after.fields]
    assert max(one.confidence for one in before.fields) < ACCEPT
    assert all(one.confidence >= other.confidence for one, other in zip(after.fields, before.fields, strict=True))
    another = extract(document, **asked, lifted={EditionName("125", "2028/01")})  # type: ignore[arg-type]
    assert another == before


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template, edition_confirmations=4) as opened:
        yield opened


def come(office: Office, key: str, **values: str) -> None:
    mail = EmailMessage()
    mail["From"] = "Kim <kim@oak.example>"
    mail["To"] = office.settings.own_address
    mail["Subject"] = f"New submission {values['NamedInsured_FullName_A']}"
    mail["Message-ID"] = f"<{key}@oak.example>"
    mail["Date"] = "Fri, 20 Nov 2026 10:00:00 +0000"
    mail.set_content("Please quote this new business submission. The application is attached.")
    mail.add_attachment(form(**values), maintype="application", subtype="pdf", filename="app.pdf")
    receive(office, raw=mail.as_bytes(), source="box", key=key)
    jobs.drain(office.engine, wiring.all_handlers(office), office.clock)


def settle(office: Office, ref: str, field: str, value: str, once: str) -> None:
    staff = doors.Person(email="ann@intake.example", name="Ann", role="staff")
    doors.settle_field(office, ref=ref, field=field, field_type="text", value=value, by=staff, once=once)
    jobs.drain(office.engine, wiring.all_handlers(office), office.clock)


def findings(office: Office, submission: int) -> list[str]:
    with reading(office.engine) as tx:
        return [each.reason for one in documents.read_documents(tx, submission) for each in one.filed.findings]


def test_reviews_of_two_submissions_lift_an_edition_for_the_third(office: Office) -> None:
    names = ("Blue Heron Bakery LLC", "Copper Kettle Diner Inc", "Larkspur Tile Works LLC")
    taxes = ("84-2190557", "84-2190558", "84-2190559")
    for n, (name, tax) in enumerate(zip(names, taxes, strict=True)):
        come(office, f"m{n}", NamedInsured_FullName_A=name, NamedInsured_TaxIdentifier_A=tax)
        with reading(office.engine) as tx:
            (record,) = submissions.listing(tx, Filter(words=name)).submissions
            ref = record.ref
            stand = facts.facts_of(tx, record.id)
        if n == 2:
            break
        assert "new_edition" in findings(office, record.id)
        assert stand["agency_name"].confidence < ACCEPT
        for field in ("agency_name", "operations_description"):
            settle(office, ref, field, str(stand[field].value), f"{ref}-{field}")
    with reading(office.engine) as tx:
        assert editions.confirmations(tx) == confirmed(4)
    assert "new_edition" not in findings(office, record.id)
