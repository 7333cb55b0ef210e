"""Threaded mails land on the submission they belong to, and never on another agency's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from fixtures.mailcases import threads
from outbound import follower
from pipeline.measuring.mail_record import measure_record
from pipeline.records import matches
from pipeline.records.matches import MatchKeys
from pipeline.records.session import reading
from tests.flow.installation import installation

CI_MAILS = 110


def test_threaded_mails_land_on_the_right_record() -> None:
    found = measure_record("tune", CI_MAILS, followers=follower.handlers)
    assert found.across.hits == 0
    assert [(one.kind, one.ended, one.refs, one.wanted, one.sentence) for one in found.wrong] == []
    assert found.right.n == CI_MAILS


def test_the_mails_are_the_same_every_time_and_the_splits_share_no_insured() -> None:
    once, again = threads.steps("test", 60), threads.steps("test", 60)
    assert [(one.kind, one.sent, one.about) for one in once] == [(one.kind, one.sent, one.about) for one in again]
    tuned = threads.steps("tune", 60)
    assert not {one.opens for one in once if one.opens} & {one.opens for one in tuned if one.opens}


def test_looking_for_the_record_goes_by_indexes_alone(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        asked: list[tuple[str, object]] = []
        event.listen(
            office.engine,
            "before_cursor_execute",
            lambda _c, _k, statement, parameters, _x, _m: asked.append((statement, parameters)),
        )
        keys = MatchKeys(
            at=office.clock.now(),
            reply_tokens=("abcdef",),
            message_ids=("one@oak.example",),
            refs=("SUB-26-000001",),
            policies=("CPP1002345",),
            customers=("OAK1001",),
            fein="471839205",
            name_keys=("dunlap mechanical",),
            words=("dunlap",),
            thread_key="dunlap",
            sender="ann@oak.example",
            agency=1,
        )
        with reading(office.engine) as tx:
            matches.candidates_for(tx, keys)
            matches.claimed_by(tx, keys)
        selects = [one for one in asked if one[0].lstrip().startswith("SELECT")]
        assert len(selects) > 8
        with reading(office.engine) as tx:
            for statement, parameters in selects:
                plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
                scans = [row[3] for row in plan if row[3].startswith("SCAN")]
                assert scans == [], (statement, scans)
