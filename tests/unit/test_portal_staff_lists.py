"""A list that is not proven is to be seen at the record and at the document, and one of us can vouch for its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from agency import NOW, item, opened_office
from desk import Desk, new_desk, signed_in
from visitor import Visitor

from parsers.document import Check, ExtractedTable, Proof, Row
from pipeline.hearing import hear_door
from pipeline.log import event_words
from pipeline.office import Office
from pipeline.originals import raw_message
from pipeline.records import assessments, documents, ledger
from pipeline.records.assessments import Assessment
from pipeline.records.documents import ReadDocument
from pipeline.records.items import items_of
from pipeline.records.session import reading, transaction
from pipeline.stages import read_message
from pipeline.submission import Completeness
from portal.app import create_app
from portal.attempts import Attempts
from portal.pages import staff_door

FAILED = "sum incurred = printed total (printed 40.00, read 30.00)"
SAID = f"2 claims read, not proven: {FAILED}"
FILE = "second run.pdf"


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_door, "ATTEMPTS", Attempts())


@pytest.fixture
def desk(office: Office) -> Desk:
    made = new_desk(office)
    rows = tuple(Row(values={"claim_number": number}) for number in ("C1", "C2"))
    proof = Proof(
        proven=False, rows=2, checks=(Check(name="2 claims printed, 2 read", ok=True), Check(name=FAILED, ok=False))
    )
    with transaction(office.engine) as tx:
        run = next(one for one in documents.documents_of(tx, made.id) if one.id == made.sheet).filed
        listed = replace(run, id="f" * 64 + ":1", sha256="f" * 64, name=FILE)
        table = ExtractedTable(name="claims", rows=rows, proof=proof)
        documents.add_documents(
            tx, made.id, [ReadDocument(filed=replace(listed, tables=(table,)))], message=made.message
        )
        _decide(office, tx, made, "open")
        last = max(one.id for one in documents.documents_of(tx, made.id))
    return replace(made, sheet=last)


def _decide(office: Office, tx, made: Desk, state: str) -> None:  # type: ignore[no-untyped-def]
    wanted = item("LIST-UNPROVEN", FILE, f"{SAID}. Compare.", "internal", subject=FILE, state=state)
    done = Completeness(score=59, gate="blocked", items=(wanted,))
    assessment = Assessment(
        fields={},
        completeness=done,
        lines=("general_liability",),
        state="incomplete_blocking",
        status="Action needed",
        effective_date=None,
        insured_name="Quillan",
    )
    assessments.save_decision(tx, made.id, assessment, at=NOW)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(create_app(office, lambda: None))


def test_an_unproven_list_is_seen_at_the_record_and_at_its_document(
    visitor: Visitor, office: Office, desk: Desk
) -> None:
    inside = signed_in(visitor, office, "intake")
    record, page = inside.get(desk.path), inside.get(f"{desk.path}/documents/{desk.sheet}")

    assert record.text.count(SAID) >= 2, "at the document and as an item"
    assert SAID in page.text and "I compared the rows" in page.text
    assert "not proven" not in inside.get(f"{desk.path}/documents/{desk.form}").text


def test_the_word_of_a_reviewer_is_an_answer_of_staff_to_the_item(visitor: Visitor, office: Office, desk: Desk) -> None:
    inside = signed_in(visitor, office, "underwriter")
    path = f"{desk.path}/documents/{desk.sheet}"
    answer = inside.submit(inside.get(path), f"{path}/vouch")

    assert answer.status_code == 200 and "being filed" in answer.text
    with reading(office.engine) as tx:
        (message,) = ledger.messages_in(tx, "received", limit=10)
        items = items_of(tx, desk.id)
    raw = raw_message(office, message.id)
    assert raw is not None
    (said,) = hear_door(read_message(raw, reader=office.sandbox, house=office.house), items).answers
    assert (said.code, said.subject, said.role, said.kind) == ("LIST-UNPROVEN", FILE, "staff", "value")


def test_what_one_of_us_vouched_for_is_no_longer_said(visitor: Visitor, office: Office, desk: Desk) -> None:
    with transaction(office.engine) as tx:
        _decide(office, tx, desk, "satisfied")
    inside = signed_in(visitor, office, "intake")

    page = inside.get(f"{desk.path}/documents/{desk.sheet}").text
    assert event_words(FILE) in page
    assert "not proven" not in page and "I compared" not in page


def test_nobody_vouches_for_a_document_without_an_unproven_list(visitor: Visitor, office: Office, desk: Desk) -> None:
    inside = signed_in(visitor, office, "intake")
    page = inside.get(f"{desk.path}/documents/{desk.sheet}")
    path = f"{desk.path}/documents/{desk.form}/vouch"
    text = page.text.replace(f"documents/{desk.sheet}/vouch", f"documents/{desk.form}/vouch")

    assert inside.submit(type(page)(200, text=text, request=page.request), path).status_code == 409


def test_one_of_us_says_that_a_list_without_a_row_read_lists_nothing(
    visitor: Visitor, office: Office, desk: Desk
) -> None:
    with transaction(office.engine) as tx:
        (listed,) = [one for one in documents.documents_of(tx, desk.id) if one.id == desk.sheet]
        empty = replace(listed.filed, id="e" * 64 + ":1", sha256="e" * 64, kind="driver_list", tables=())
        documents.add_documents(tx, desk.id, [ReadDocument(filed=empty)], message=desk.message)
        last = max(one.id for one in documents.documents_of(tx, desk.id))
    inside = signed_in(visitor, office, "underwriter")
    path = f"{desk.path}/documents/{last}"
    page = inside.get(path)

    assert "It lists nothing: ask for it again" in page.text and "I compared" not in page.text
    assert "being filed" in inside.submit(page, f"{path}/vouch").text
