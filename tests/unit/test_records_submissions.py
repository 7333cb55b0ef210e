"""What the decisions came to is saved once, told as changes, and loaded as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from parsers.document import ExtractedTable, FieldCandidate, Location, Proof, Row
from pipeline.records import answers, assessments, documents, facts, items, ledger, submissions
from pipeline.records.assessments import Assessment, Changes
from pipeline.records.documents import Filing, ReadDocument
from pipeline.records.session import Engine, RecordsError, StaleVersion, Transaction, reading, transaction
from pipeline.records.submissions import Filter
from pipeline.submission import (
    Answer,
    Completeness,
    FiledDocument,
    Item,
    LookedAt,
    ResolvedField,
    Rival,
    Source,
    SourcedCandidate,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SOURCE = Source(label="ACORD 125", document="f" * 64 + ":1", kind="acord_125", page=1, box=(22.0, 196.1, 301.9, 208.1))


def new(tx: Transaction, **more: Any) -> int:
    return submissions.create(tx, ref=submissions.next_ref(tx, 2026), received_at=NOW, at=NOW, **more)


def field(name: str, value: Any = "Dunlap Mechanical LLC", **more: Any) -> ResolvedField:
    given = {"raw": str(value), "confidence": 0.998, "status": "extracted", "source": SOURCE, **more}
    return ResolvedField(field=name, value=value, **given)


def item(code: str = "LOSS-YEARS-GAP", subject: str = "2021, 2022", **more: Any) -> Item:
    given: dict[str, Any] = {
        "line": "commercial_auto",
        "severity": "needed_to_quote",
        "state": "open",
        "ask": "Please send the loss runs of 2021 and 2022.",
        "title": "Loss runs",
        "have": ("2023", "2024"),
        "looked_at": (LookedAt(document="runs.pdf", page=2),),
        "kinds": ("loss_run",),
        **more,
    }
    return Item(code=code, subject=subject, **given)


def assessment(*wanted: Item, fields: tuple[ResolvedField, ...] = (), **more: Any) -> Assessment:
    given: dict[str, Any] = {
        "lines": ("commercial_auto", "general_liability"),
        "state": "incomplete_blocking",
        "status": "Action needed",
        "states": ("AZ", "NV"),
        "effective_date": date(2027, 1, 15),
        "insured_name": "Dunlap Mechanical LLC",
        **more,
    }
    scores = {"commercial_auto": 60, "general_liability": 88}
    known = {resolved.field: resolved for resolved in fields or (field("named_insureds[0].name"),)}
    return Assessment(
        fields=known, completeness=Completeness(score=74, gate="blocked", lines=scores, items=wanted), **given
    )


def save(engine: Engine, submission: int, wanted: Assessment, at: datetime = NOW, **more: Any) -> Changes:
    with transaction(engine) as tx:
        return assessments.save_decision(tx, submission, wanted, at=at, **more)


def create(engine: Engine) -> int:
    with transaction(engine) as tx:
        return new(tx)


def item_states(engine: Engine, submission: int) -> dict[str, str]:
    with reading(engine) as tx:
        return {record.item.subject: record.item.state for record in items.items_of(tx, submission)}


def test_a_first_save_tells_everything_it_set(engine: Engine) -> None:
    submission = create(engine)
    changes = save(engine, submission, assessment(item()))
    assert [(change.field, change.before, change.after) for change in changes.facts] == [
        ("named_insureds[0].name", None, "Dunlap Mechanical LLC")
    ]
    assert [(change.before, change.after) for change in changes.items] == [(None, "open")]
    assert changes.columns["status"] == ("Received", "Action needed")
    with reading(engine) as tx:
        found = submissions.existing(tx, submission)
    assert (found.lines, found.line_scores["general_liability"]) == (("commercial_auto", "general_liability"), 88)
    assert (found.states, found.primary_state, found.effective_date) == (("AZ", "NV"), "AZ", date(2027, 1, 15))
    assert (found.score, found.gate, found.version, found.open_items) == (74, "blocked", 2, 1)


def test_the_same_save_again_changes_nothing(engine: Engine) -> None:
    submission = create(engine)
    rival = Rival(value="Dunlap Mech", raw="Dunlap Mech", confidence=0.5, source=SOURCE)
    fields = (
        field("named_insureds[0].name", rivals=(rival,)),
        field("q_foreign_ops", False, source=replace(SOURCE, box=None, received_at=NOW)),
        field("fein", None, raw="86-0l", confidence=0.1 + 0.2, status="conflict", defect="not_a_fein"),
    )
    wanted = assessment(item(), item(subject="x", looked_at=()), fields=fields)
    save(engine, submission, wanted)
    with reading(engine) as tx:
        before = submissions.existing(tx, submission)
        rows = tx.execute(text("SELECT * FROM facts ORDER BY id")).all()
    again = save(engine, submission, wanted, at=LATER)
    assert not again
    with reading(engine) as tx:
        assert submissions.existing(tx, submission) == before
        assert tx.execute(text("SELECT * FROM facts ORDER BY id")).all() == rows
        assert facts.facts_of(tx, submission) == wanted.fields


def test_a_changed_value_is_told_with_both_values_and_a_lost_field_as_gone(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(fields=(field("a", "1"), field("b", "2"), field("c", "3"))))
    changes = save(engine, submission, assessment(fields=(field("a", "9"), field("b", "2", confidence=0.5))), LATER)
    assert [(change.field, change.before, change.after) for change in changes.facts] == [
        ("a", "1", "9"),
        ("c", "3", None),
    ]
    with reading(engine) as tx:
        known = facts.facts_of(tx, submission)
        assert facts.fact(tx, submission, "c") is None
    assert {name: (fact.value, fact.confidence) for name, fact in known.items()} == {"a": ("9", 0.998), "b": ("2", 0.5)}


def test_the_payload_of_a_restricted_fact_holds_no_value(engine: Engine) -> None:
    submission = create(engine)
    changes = save(engine, submission, assessment(fields=(field("drivers[0].dob", "1980-02-03", restricted=True),)))
    assert "1980" not in str(changes.facts[0].payload)


def test_a_save_on_an_old_version_is_refused(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(), version=1)
    with pytest.raises(StaleVersion):
        save(engine, submission, assessment(status="In review"), version=1)


def test_an_item_that_was_asked_for_stays_requested_until_it_is_answered(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(item()))
    with transaction(engine) as tx:
        items.mark_requested(tx, submission, [item().key], at=NOW)
    assert not save(engine, submission, assessment(item()), LATER)
    assert item_states(engine, submission) == {"2021, 2022": "requested"}


def test_an_item_the_rules_no_longer_raise_is_satisfied(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(item()))
    changes = save(engine, submission, assessment(), LATER)
    assert [change.payload for change in changes.items] == [
        {
            "code": "LOSS-YEARS-GAP",
            "line": "commercial_auto",
            "subject": "2021, 2022",
            "before": "open",
            "after": "satisfied",
        }
    ]
    with reading(engine) as tx:
        (record,) = items.items_of(tx, submission)
    assert (record.closed_at, record.closed_by, record.item.satisfied_share) == (LATER, "rules", 1.0)


def test_an_item_whose_subject_shrank_is_superseded(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(item()))
    save(engine, submission, assessment(item(subject="2022")), LATER)
    assert item_states(engine, submission) == {"2021, 2022": "superseded", "2022": "open"}


def test_an_item_that_comes_back_is_open_again(engine: Engine) -> None:
    submission = create(engine)
    for wanted in (assessment(item()), assessment(), assessment(item())):
        save(engine, submission, wanted)
    with reading(engine) as tx:
        (record,) = items.items_of(tx, submission)
    assert (record.item.state, record.closed_at, record.closed_by) == ("open", None, None)


def test_an_item_is_one_row_for_its_code_line_and_subject(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment(item(line=None)))
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        tx.execute(
            text(
                "INSERT INTO items (submission_id, code, line, subject, severity, state, ask, title, have, looked_at,"
                ' why, example, kinds, "group", satisfied_share, accepts_none, owner_role, opened_at)'
                " SELECT submission_id, code, line, subject, severity, state, ask, title, have, looked_at,"
                ' why, example, kinds, "group", satisfied_share, accepts_none, owner_role, opened_at FROM items'
            )
        )


def test_what_decisions_look_at_comes_back_as_it_was_read(engine: Engine) -> None:
    candidate = FieldCandidate(field="fein", value="860000001", raw="86-0000001", confidence=0.9, method="widget")
    said = SourcedCandidate(candidate=candidate, source=SOURCE)
    table = ExtractedTable(
        name="claims",
        rows=(
            Row(
                values={"incurred": "1180.00", "open": True, "paid": None},
                at=Location(page=3, box=(1.0, 2.0, 3.0, 4.5)),
            ),
        ),
        proof=Proof(proven=True, rows=1),
    )
    filed = FiledDocument(
        id="f" * 64 + ":1",
        sha256="f" * 64,
        name="app.pdf",
        kind="acord_125",
        confidence=0.99,
        pages=(1, 4),
        status="read",
        form="125",
        edition="2016/03",
        state="AZ",
        received_at=NOW,
        tables=(table,),
        insured="Dunlap",
    )
    answer = Answer(code="INS-WEBSITE", subject="", line=None, kind="none", text="none", by="Kim", role="agent", at=NOW)
    with transaction(engine) as tx:
        submission = new(tx)
        message, _ = ledger.record_received(tx, source="b", source_key="1", sha256="a", size=1, received_at=NOW)
        read = ReadDocument(filed=filed, candidates=(said,))
        assert documents.add_documents(tx, submission, [read], message=message) == (filed.id,)
        filing = Filing(
            message_id=message,
            how="new",
            lines=("cyber",),
            mentions=("loss_run",),
            candidates=(said,),
            at=NOW,
            cloud_hosts=("files.example",),
            said="Please quote.",
        )
        documents.file_message(tx, submission, filing)
        documents.file_message(tx, submission, filing)
        answers.add_answer(tx, submission, answer, message=message)
        case = assessments.load(tx, submission)
        assert documents.submissions_of_message(tx, message) == (submission,)
    assert (case.documents, case.filings, case.answers) == ((read,), (filing,), (answer,))
    assert case.candidates == (said, said)
    assert (case.mentions, case.asked_lines) == (frozenset({"loss_run"}), ("cyber",))
    assert (case.cloud_hosts, case.said) == (("files.example",), "Please quote.")


def test_the_same_pages_sent_again_are_read_anew_in_place(engine: Engine) -> None:
    filed = FiledDocument(
        id="s:1", sha256="s", name="a.pdf", kind="unknown", confidence=0.2, pages=(1, 2), status="read"
    )
    with transaction(engine) as tx:
        submission = new(tx)
        documents.add_documents(tx, submission, [ReadDocument(filed=filed)], message=None)
        better = replace(filed, kind="loss_run", confidence=0.9, name="b.pdf")
        assert documents.add_documents(tx, submission, [ReadDocument(filed=better)], message=None) == ()
        (found,) = documents.documents_of(tx, submission)
    assert (found.filed.kind, found.filed.name) == ("loss_run", "a.pdf")


def test_a_replaced_document_no_longer_counts_but_stays_on_the_record(engine: Engine) -> None:
    def one(sha: str) -> ReadDocument:
        return ReadDocument(
            filed=FiledDocument(
                id=f"{sha}:1", sha256=sha, name="a", kind="sov", confidence=1, pages=(1, 1), status="read"
            )
        )

    with transaction(engine) as tx:
        submission = new(tx)
        documents.add_documents(tx, submission, [one("a"), one("b")], message=None)
        documents.replace_document(tx, submission, "a:1", "b:1", at=NOW)
        read = documents.read_documents(tx, submission)
        assert [(one.filed.id, one.filed.replaced) for one in read] == [("a:1", True), ("b:1", False)]
        old, latest = documents.documents_of(tx, submission)
    assert (old.withdrawn_at, latest.version, latest.version_of) == (NOW, 2, "a:1")


def test_lists_are_filtered_and_paged(engine: Engine) -> None:
    with transaction(engine) as tx:
        first, second, third = (new(tx) for _ in range(3))
        assessments.save_decision(tx, first, assessment(item()), at=NOW)
        assessments.save_decision(tx, second, assessment(lines=("cyber",), status="In review"), at=LATER)
    with reading(engine) as tx:

        def listed(**wanted: Any) -> list[int]:
            return [found.id for found in submissions.listing(tx, Filter(**wanted)).submissions]

        assert listed() == [second, third, first]
        assert listed(line="cyber") == [second]
        assert listed(status="Action needed") == [first]
        assert listed(words="DUNLAP") == [second, first]
        assert listed(words="26-000003") == [third]
        assert listed(words="%") == []
        assert listed(agencies=()) == []
        page = submissions.listing(tx, Filter(), limit=1, offset=1)
        assert ([found.id for found in page.submissions], page.total) == ([third], 3)
        assert submissions.status_counts(tx) == {"Received": 1, "Action needed": 1, "In review": 1}
        assert submissions.by_ref(tx, "sub-26-000001") == submissions.submission_by_id(tx, first)


def test_what_is_known_of_a_submission_is_not_overwritten(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new(tx, reply_token="one")
        submissions.identify(tx, submission, reply_token="two")
        submissions.mark_answered(tx, submission, at=NOW)
        submissions.mark_answered(tx, submission, at=LATER)
        found = submissions.existing(tx, submission)
    assert (found.reply_token, found.first_response_at) == ("one", NOW)


def test_a_score_set_by_hand_stands_beside_the_computed_one(engine: Engine) -> None:
    submission = create(engine)
    save(engine, submission, assessment())
    with transaction(engine) as tx:
        submissions.override_score(tx, submission, 90, "seen on the phone", version=2, at=NOW)
        found = submissions.existing(tx, submission)
    assert (found.score, found.score_override, found.score_override_reason) == (74, 90, "seen on the phone")


def test_a_reference_is_given_once(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        submissions.create(tx, ref="SUB-26-000009", received_at=NOW, at=NOW)
        submissions.create(tx, ref="SUB-26-000009", received_at=NOW, at=NOW)


def test_a_submission_that_is_not_there_is_named(engine: Engine) -> None:
    with reading(engine) as tx, pytest.raises(RecordsError, match="no submission 7"):
        assessments.load(tx, 7)
