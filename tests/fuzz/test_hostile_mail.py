"""Thousands of mails made to break readers: each ends in one state with a reason, and no attachment is lost."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from pathlib import Path

import pytest

from fixtures.mailcases import hostile
from intake import forwards, mime, screen, threads, unpack
from intake.ledger import Unpacked
from intake.message import InboundMessage
from pipeline.reception import receive
from pipeline.records import ledger
from pipeline.records.session import reading
from tests.flow.installation import installation, work_off

READ = int(os.environ.get("INTAKE_TEST_HOSTILE", "3000"))
FILED = READ // 15
SECONDS = 2.0
MEMORY = 300


def taken_apart(raw: bytes) -> tuple[InboundMessage, Unpacked]:
    message = mime.parse(raw)
    screen.screen(message, own_addresses=["submissions@intake.example"], own_domain="intake.example")
    unwound = forwards.unwind(message, own_domain="intake.example")
    threads.keys(message, new_text=unwound.new_text, token_domain="intake.example")
    return message, unpack.unpack(message)


def test_no_mail_is_slow_or_large_and_every_attachment_has_one_line() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for sample in hostile.cases(READ):
        began = time.process_time()
        message, unpacked = taken_apart(sample.raw)
        assert time.process_time() - began < SECONDS, sample.name
        lines = Counter(line.path for line in unpacked.ledger)
        assert not lines or max(lines.values()) == 1, sample.name
        assert {attachment.path for attachment in message.attachments} <= set(lines), sample.name
        assert all(line.detail or line.fate == "file" for line in unpacked.ledger), sample.name
        if sample.attached is not None:
            whole = sum(file.content.startswith(b"%PDF") for file in unpacked.files)
            assert whole == sample.attached, sample.name
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before < MEMORY


@pytest.mark.parametrize("name", sorted(hostile.ATTACKS))
def test_a_known_attack_ends_soon_and_says_what_was_not_read(name: str) -> None:
    raw = hostile.ATTACKS[name]()
    began = time.process_time()
    message, unpacked = taken_apart(raw)
    assert time.process_time() - began < SECONDS
    if name in ("parts-100000", "recipients-20000", "header-1mb", "mails-2000", "parts-deep-1000"):
        assert message.defects or unpacked.refused


@pytest.mark.timeout(600)
def test_every_mail_ends_in_one_state_with_a_reason(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        for sample in hostile.cases(FILED, seed=2):
            receive(office, raw=sample.raw, source="fuzz", key=sample.name)
        work_off(office)
        with reading(office.engine) as tx:
            account = ledger.accounting(tx)
            shunted = ledger.messages_in(tx, "shunted", limit=FILED)
            ended = [
                one
                for state in ("filed", "held", "discarded", "shunted")
                for one in ledger.messages_in(tx, state, limit=FILED)  # type: ignore[arg-type]
            ]
    assert account.adds_up
    assert account.in_work == 0
    assert not shunted
    assert all(one.reason for one in ended)
