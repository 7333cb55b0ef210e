"""The same mail taken in again changes nothing, on either database; answers at the page's door close items."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline import doors
from pipeline.doors import Person
from pipeline.office import Office
from pipeline.records import items, ledger, submissions
from pipeline.records.session import reading
from tests.flow.installation import (
    MAILBOX,
    MANY,
    contents,
    differences,
    ingest,
    installation,
    mails_out,
    troubles,
    work_off,
)
from tests.servers import running, start_postgres

ROOT = Path(__file__).parents[2]
LEDGER = frozenset({"messages", "attachments", "steps", "sequences"})
"""Tables that note every delivery, also one that is known already."""
AGENT = Person(email="ken@bayline.example", name="Ken", role="agent")
LATE = ("EFF-DATE", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """An installation that has taken the sample mailbox in, and what it held then."""

    office: Office
    new: int
    rows: dict[str, list[tuple[Any, ...]]]
    mails: dict[str, str]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server of our own."""
    with running(start_postgres()) as server:
        yield server.url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ingested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingested]:
    """Take the sample mailbox in, on either database."""
    url = {"database_url": request.getfixturevalue("postgres")} if request.param == "postgresql" else {}
    folder = tmp_path_factory.mktemp(request.param)
    with installation(folder, **url) as office:
        new = ingest(office, MAILBOX)
        yield Ingested(office=office, new=new, rows=contents(office.engine), mails=mails_out(folder))


def test_the_first_time_every_mail_is_new_and_accounted_for(ingested: Ingested) -> None:
    assert ingested.new == len(list(MAILBOX.glob("*.eml")))
    assert troubles(ingested.office.engine) == []
    assert ingested.mails


def test_the_same_folder_taken_in_again_creates_nothing_and_sends_nothing(ingested: Ingested) -> None:
    assert ingest(ingested.office, MAILBOX) == 0
    assert differences(ingested.rows, contents(ingested.office.engine)) == []
    assert mails_out(ingested.office.settings.data) == ingested.mails


def test_the_same_mails_from_another_folder_are_only_noted_as_duplicates(ingested: Ingested, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in MAILBOX.glob("*.eml"):
        shutil.copy(path, elsewhere)
    office = ingested.office
    assert ingest(office, elsewhere) == ingested.new
    assert troubles(office.engine) == []
    after = contents(office.engine)
    kept = {name: rows for name, rows in ingested.rows.items() if name not in LEDGER}
    assert differences(kept, {name: rows for name, rows in after.items() if name not in LEDGER}) == []
    assert mails_out(office.settings.data) == ingested.mails
    with reading(office.engine) as tx:
        ended = [one for one in ledger.messages_in(tx, "discarded", limit=MANY) if str(elsewhere) in one.source]
    assert len(ended) == ingested.new
    # Machine mail has its reason from the screen, before anybody asks whether it came twice.
    screened = [one.source_key for one in ended if one.reason != "duplicate"]
    assert all(one.duplicate_of for one in ended if one.source_key not in screened)
    assert len(screened) == 4


def test_an_answer_at_the_door_closes_its_item_and_the_score_rises(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        ingest(office, MAILBOX / "22-nested-mail-year-typo.eml")
        before, open_before = _standing(office)
        assert LATE in open_before
        _say(office, before.ref, "the second Tuesday", once="unclear")
        assert _standing(office)[1] == open_before
        mails = mails_out(tmp_path)
        _say(office, before.ref, "01/15/2027", once="clear")
        after, open_after = _standing(office)
        assert open_after == open_before - {LATE}
        assert after.effective_date is not None and after.effective_date.isoformat() == "2027-01-15"
        assert (before.gate, after.gate) == ("quotable", "complete")
        assert after.score is not None and before.score is not None and after.score > before.score
        assert len(mails_out(tmp_path)) == len(mails) + 1
        _say(office, before.ref, "01/15/2027", once="clear")
        assert _standing(office) == (after, open_after)
        assert len(mails_out(tmp_path)) == len(mails) + 1
        assert troubles(office.engine) == []


def test_the_demonstration_does_the_whole_job_with_nothing_but_defaults(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    paths = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", "demo"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": paths, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    seconds = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    count = len(list(MAILBOX.glob("*.eml")))
    assert f"All mail accounted for: received {count} = " in done.stdout
    assert "+ 0 in work" in done.stdout
    assert "SUB-26-000001" in done.stdout
    assert list(tmp_path.glob("intake-demo-*/outgoing/*.eml"))
    assert seconds < 60, "the demonstration is promised to take less than a minute"


def _say(office: Office, ref: str, text: str, *, once: str) -> None:
    doors.answer_item(office, ref=ref, item=LATE, kind="value", text=text, by=AGENT, once=once)
    work_off(office)


def _standing(office: Office) -> tuple[submissions.Submission, set[tuple[str, str, str]]]:
    with reading(office.engine) as tx:
        record = submissions.listing(tx, submissions.Filter(), limit=1).submissions[0]
        found = {one.item.key for one in items.items_of(tx, record.id) if one.item.is_open}
    return record, found
