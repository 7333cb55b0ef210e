"""Every mail of the sample mailbox, taken in one after the other, ends as the truth beside it says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.office import Office
from pipeline.records import correspondence, documents, items, ledger, submissions
from pipeline.records.session import Transaction, reading
from pipeline.stages import ReadMessage, read_message
from tests.flow.installation import MAILBOX, ingest, installation, mails_out, troubles

NAMES = sorted(path.stem for path in MAILBOX.glob("*.eml"))
STATES = {"accept": "filed", "hold": "held", "discard": "discarded"}
MACHINERY = frozenset({"archive", "nested_mail", "delivery_status", "returned_headers"})
"""Artefacts that are known by the documents inside them, or that make up a report of mail delivery."""
JOINING = frozenset({"new_business", "renewal", "missing_info_reply"})


def _truth(name: str) -> dict[str, Any]:
    return tomllib.loads((MAILBOX / f"{name}.toml").read_text())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one mail ended: itself on the ledger, and every submission as it stood right after it."""

    message: ledger.Message
    read: ReadMessage
    submissions: Mapping[str, Mapping[str, Any]]
    belongs: Mapping[str, str | None]
    sent: int


@pytest.fixture(scope="session")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    """Take the mailbox in, mail by mail, and keep what was there after each."""
    with installation(tmp_path_factory.mktemp("golden")) as office:
        found: dict[str, Ended] = {}
        before = 0
        for name in NAMES:
            ingest(office, MAILBOX / f"{name}.eml")
            found[name] = _after(office, name, before)
            before += found[name].sent
        assert troubles(office.engine) == []
        yield found


def test_every_mail_has_its_truth_and_every_truth_its_mail() -> None:
    assert sorted(path.stem for path in MAILBOX.glob("*.toml")) == NAMES
    assert 25 <= len(NAMES) <= 30


@pytest.mark.parametrize("name", NAMES)
def test_the_message_ends_as_the_truth_says(ended: dict[str, Ended], name: str) -> None:
    truth, found = _truth(name), ended[name]
    reason = truth.get("reason") or truth["intents"][0]
    expected = {
        "message_id": truth["message_id"],
        "state": STATES[truth["disposition"]],
        "reason": reason,
        "sender": truth["sender"],
        "true sender": truth["true_sender"],
        "mails sent": int(truth["sends"]),
    }
    assert {
        "message_id": found.message.message_id,
        "state": found.message.state,
        "reason": found.message.reason,
        "sender": found.read.message.sender.email if found.read.message.sender else None,
        "true sender": found.message.sender,
        "mails sent": found.sent,
    } == expected


@pytest.mark.parametrize("name", [name for name in NAMES if _truth(name).get("reason") in (None, "duplicate")])
def test_what_the_sender_wants_is_found(ended: dict[str, Ended], name: str) -> None:
    # Machine mail ends at the screen, whose reason says what it is.
    truth, found = _truth(name), ended[name]
    assert found.message.intents[:1] == tuple(truth["intents"][:1])
    assert set(truth["intents"]) <= set(found.message.intents)


@pytest.mark.parametrize("name", NAMES)
def test_the_documents_are_what_the_truth_says(ended: dict[str, Ended], name: str) -> None:
    truth = _truth(name)
    expected = [
        (one["file"], one.get("inside"), one["kind"], tuple(one["pages"]), one.get("reason"))
        for one in truth.get("document", [])
    ]
    assert sorted(_documents(ended[name].read), key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_in_signatures_are_no_documents(ended: dict[str, Ended], name: str) -> None:
    expected = {(one["file"], one["kind"]) for one in _truth(name).get("artefact", [])}
    found = {(one.attachment.name, one.kind) for one in ended[name].read.unpacked.artefacts}
    assert {one for one in found if one[1] not in MACHINERY} == {one for one in expected if one[1] not in MACHINERY}


@pytest.mark.parametrize("name", NAMES)
def test_the_submissions_stand_as_the_truth_says(ended: dict[str, Ended], name: str) -> None:
    told = [
        line
        for record in _truth(name).get("submission", [])
        for line in _differences(record["ref"], _stated(record), ended[name].submissions.get(record["ref"], {}))
    ]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("name", NAMES)
def test_the_message_belongs_to_the_submissions_of_the_truth(ended: dict[str, Ended], name: str) -> None:
    truth = _truth(name)
    expected = {one["ref"]: one["matched"] for one in truth.get("submission", [])}
    assert set(ended[name].belongs) == set(expected)
    # What only asks a question is put beside the submission's words and changes nothing in it.
    assert {ref: how for ref, how in ended[name].belongs.items() if how} == (
        expected if set(truth["intents"]) & JOINING else {}
    )


def test_there_are_no_submissions_but_those_of_the_truth(ended: dict[str, Ended]) -> None:
    known = {one["ref"] for name in NAMES for one in _truth(name).get("submission", [])}
    assert set(ended[NAMES[-1]].submissions) == known


def _stated(record: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("insured", "effective_date", "gate", "status")
    return {name: record[name] for name in wanted} | {
        "lines": sorted(record["lines"]),
        "states": sorted(record["states"]),
        "open": sorted((one["code"], one.get("line") or "", one["subject"]) for one in record["items"]),
    }


def _differences(ref: str, truth: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    told = [
        f"{ref}: {name} is {found.get(name)!r}, the truth says {value!r}"
        for name, value in truth.items()
        if name != "open" and found.get(name) != value
    ]
    told += [
        f"{ref}: not open, but the truth says so: {key}" for key in truth["open"] if key not in found.get("open", [])
    ]
    return told + [
        f"{ref}: open, but not in the truth: {key}" for key in found.get("open", []) if key not in truth["open"]
    ]


def _after(office: Office, name: str, sent_before: int) -> Ended:
    path = MAILBOX / f"{name}.eml"
    read = read_message(path.read_bytes(), reader=office.sandbox, house=office.house)
    with reading(office.engine) as tx:
        message = _message(tx, path)
        records = submissions.listing(tx, submissions.Filter(), limit=1000).submissions
        return Ended(
            message=message,
            read=read,
            submissions={record.ref: _standing(tx, record) for record in records},
            belongs={
                record.ref: _how(tx, record.id, message.id) for record in records if message.id in _heard(tx, record.id)
            },
            sent=len(mails_out(office.settings.data)) - sent_before,
        )


def _message(tx: Transaction, path: Path) -> ledger.Message:
    states: tuple[ledger.MessageState, ...] = ("filed", "held", "discarded", "shunted", "processing", "received")
    every = [message for state in states for message in ledger.messages_in(tx, state, limit=1000)]
    return next(message for message in every if message.source_key.startswith(f"{path.name}#"))


def _heard(tx: Transaction, submission: int) -> set[int | None]:
    return {one.message_id for one in correspondence.communications_of(tx, submission, ("agency",))}


def _how(tx: Transaction, submission: int, message: int) -> str | None:
    filings = documents.filings_of(tx, submission)
    return next((filing.how for filing in filings if filing.message_id == message), None)


def _standing(tx: Transaction, record: submissions.Submission) -> dict[str, Any]:
    wanted = [one.item for one in items.items_of(tx, record.id)]
    return {
        "insured": record.insured_name,
        "effective_date": record.effective_date.isoformat() if record.effective_date else None,
        "gate": record.gate,
        "status": record.status,
        "lines": sorted(record.lines),
        "states": sorted(record.states),
        "open": sorted(item.key for item in wanted if item.is_open and item.severity != "internal"),
    }


def _documents(read: ReadMessage) -> Iterator[tuple[str, str | None, str, tuple[int, int], str | None]]:
    for file in read.files:
        inside = file.path[-2] if len(file.path) > 1 else None
        reason = file.document.reason if file.document.status == "unreadable" else None
        for part in file.parts:
            yield file.name, inside, part.classification.kind, part.classification.pages, reason
