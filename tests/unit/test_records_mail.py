"""What goes out goes out once; links and sessions are good until they are not; notes reach their audience only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from pipeline import events
from pipeline.records import access, correspondence, ledger, outbox, people, regroupings, resends, submissions
from pipeline.records.correspondence import Communication, HumanDecision
from pipeline.records.outbox import NewOutgoing
from pipeline.records.session import Engine, RecordsError, Transaction, reading, transaction
from pipeline.records.timeline import timeline

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
MONTH = NOW + timedelta(days=30)


def new_submission(tx: Transaction) -> int:
    return submissions.create(tx, ref=submissions.next_ref(tx, 2026), received_at=NOW, at=NOW)


def mail(submission: int, **more: Any) -> NewOutgoing:
    given = {"kind": "checklist", "revision": 1, "to_address": "Kim@Oak.example", "subject": "Three items", **more}
    given.setdefault("message_id", f"{submission}.{given['kind']}.{given['revision']}@intake.example")
    return NewOutgoing(submission_id=submission, content={"body": "Hello"}, **given)


def test_the_same_revision_goes_into_the_outbox_once(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        first, created = outbox.queue_outgoing(tx, mail(submission), at=NOW)
    with transaction(engine) as tx:
        again = outbox.queue_outgoing(tx, mail(submission, subject="Other words"), at=SOON)
        (found,) = outbox.outgoing_of(tx, submission)
    assert created
    assert again == (first, False)
    assert (found.subject, found.content, found.state) == ("Three items", {"body": "Hello"}, "queued")


def test_a_message_id_is_used_once(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        outbox.queue_outgoing(tx, mail(submission), at=NOW)
        with pytest.raises(RecordsError, match="belongs to another mail"):
            outbox.queue_outgoing(
                tx, mail(submission, revision=2, message_id=f"{submission}.checklist.1@intake.example"), at=NOW
            )


def test_a_mail_that_was_sent_stays_sent_unless_it_bounces(engine: Engine) -> None:
    with transaction(engine) as tx:
        outgoing, _ = outbox.queue_outgoing(tx, mail(new_submission(tx)), at=NOW)
        assert outbox.begin_attempt(tx, outgoing, at=NOW) == 1
        outbox.record_delivery(tx, outgoing, "ambiguous", at=NOW, reason="connection lost after DATA")
        assert outbox.begin_attempt(tx, outgoing, at=SOON) == 2
        outbox.record_delivery(tx, outgoing, "sent", at=SOON)
        outbox.record_delivery(tx, outgoing, "failed", at=SOON, permanent=True, reason="late worker")
        found = outbox.outgoing_by_id(tx, outgoing)
        assert found is not None
        assert (found.state, found.reason, found.sent_at, found.attempts) == ("sent", None, SOON, 2)
        outbox.record_bounce(tx, outgoing, permanent=True, reason="5.1.1")
        found = outbox.outgoing_by_message_id(tx, found.message_id)
    assert found is not None
    assert (found.state, found.permanent, found.sent_at) == ("failed", True, SOON)


def test_the_loop_breaker_counts_what_was_queued_and_not_what_was_suppressed(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        outbox.queue_outgoing(tx, mail(submission), at=NOW)
        outbox.queue_outgoing(tx, mail(submission, revision=2), at=SOON)
        outbox.queue_outgoing(tx, mail(submission, revision=3), at=SOON, suppressed="too many today")
        assert outbox.sent_to_domain(tx, "OAK.example", since=NOW) == 2
        assert outbox.sent_to_domain(tx, "oak.example", since=SOON) == 1
        assert outbox.outbox_counts(tx) == {"queued": 2, "suppressed": 1}
        assert [row.reason for row in outbox.outgoing_in(tx, "suppressed")] == ["too many today"]


def test_only_the_hash_of_a_token_is_kept(engine: Engine) -> None:
    with transaction(engine) as tx:
        link = access.create_link(tx, "s3cret", submission_id=new_submission(tx), expires_at=MONTH, at=NOW)
        access.create_session(tx, "c00kie", csrf_secret="x", level="link", expires_at=MONTH, at=NOW, link_id=link)
        stored = [str(tx.execute(text(f"SELECT * FROM {name}")).all()) for name in ("links", "web_sessions")]
    assert not any(token in rows for token in ("s3cret", "c00kie") for rows in stored)


def test_a_link_opens_until_it_expires_or_is_revoked(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        link = access.create_link(tx, "t", submission_id=submission, expires_at=MONTH, at=NOW, revision=1)
        for moment in (NOW, SOON):
            access.open_link(tx, link, at=moment)
        found = access.link_by_token(tx, "t")
        assert access.link_by_token(tx, "T") is None
        access.revoke_links(tx, submission, at=SOON)
        revoked = access.link_by_id(tx, link)
    assert found is not None
    assert revoked is not None
    assert (found.opened_at, found.opens) == (NOW, 2)
    assert (found.valid(NOW), found.valid(MONTH), revoked.valid(NOW)) == (True, False, False)


def test_a_session_ends_with_its_link(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        link = access.create_link(tx, "t", submission_id=submission, expires_at=SOON, at=NOW)
        access.create_session(tx, "c", csrf_secret="x", level="link", expires_at=MONTH, at=NOW, link_id=link)
        assert access.session_by_token(tx, "c", now=NOW) is not None
        assert access.session_by_token(tx, "c", now=SOON) is None
        access.revoke_links(tx, submission, at=NOW)
        assert access.session_by_token(tx, "c", now=NOW) is None


@pytest.mark.parametrize("end", ["expired", "revoked", "all revoked", "inactive"])
def test_a_session_of_staff_ends(engine: Engine, end: str) -> None:
    with transaction(engine) as tx:
        person = people.create_staff(tx, "a@intake.example", name="A", role="ops", password_hash="h", at=NOW)
        session = access.create_session(
            tx, "c", csrf_secret="x", level="staff", expires_at=SOON, at=NOW, person_id=person
        )
        assert access.session_by_token(tx, "c", now=NOW) is not None
        if end == "revoked":
            access.revoke_session(tx, session, at=NOW)
        if end == "all revoked":
            access.revoke_sessions_of(tx, person, at=NOW)
        if end == "inactive":
            people.set_active(tx, person, False)
        assert access.session_by_token(tx, "c", now=SOON if end == "expired" else NOW) is None


def test_a_session_belongs_to_somebody(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        access.create_session(tx, "c", csrf_secret="x", level="staff", expires_at=SOON, at=NOW)


def test_a_checklist_revision_is_frozen(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        for revision, words in ((1, "a"), (2, "b"), (2, "c")):
            saved = correspondence.save_checklist(
                tx, submission, revision=revision, content={"asks": [words]}, content_hash=words, at=NOW
            )
            assert saved == (words != "c")
        latest = correspondence.latest_checklist(tx, submission)
        first = correspondence.checklist_revision(tx, submission, 1)
    assert latest is not None
    assert first is not None
    assert (latest.revision, latest.content, first.content) == (2, {"asks": ["b"]}, {"asks": ["a"]})


def note(audience: Any, body: str, **more: Any) -> Communication:
    return Communication(kind="note", audience=audience, by="Ana", body=body, at=NOW, **more)


def test_each_audience_sees_its_own_communications_only(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        for audience in ("agent", "agency", "internal", "underwriting"):
            correspondence.add_communication(tx, submission, note(audience, audience))
        events.append(tx, f"submission:{submission}", "item.opened", {}, actor="rules", at=NOW)
    with reading(engine) as tx:
        seen = timeline(tx, submission, ("agent", "agency"))
        everything = timeline(tx, submission, ("agent", "agency", "internal", "underwriting"))
    assert [entry.payload["body"] for entry in seen] == ["agent", "agency"]
    assert [entry.kind for entry in everything] == ["item.opened", "note", "note", "note", "note"]


def test_a_communication_without_an_audience_is_refused_by_the_database(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        correspondence.add_communication(tx, new_submission(tx), note("everybody", "x"))
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        correspondence.add_communication(tx, new_submission(tx), note(None, "x"))


def test_a_mail_stands_on_the_record_once(engine: Engine) -> None:
    with transaction(engine) as tx:
        submission = new_submission(tx)
        outgoing, _ = outbox.queue_outgoing(tx, mail(submission), at=NOW)
        sent = Communication(kind="mail_out", audience="agency", by="us", body="b", at=NOW, outgoing_id=outgoing)
        assert correspondence.add_communication(tx, submission, sent)
        assert not correspondence.add_communication(tx, submission, sent)
        assert correspondence.communications_of(tx, submission, ["agency"]) == (sent,)


def test_a_decision_keeps_its_inputs_as_they_were_seen(engine: Engine) -> None:
    decision = HumanDecision(
        kind="decline", approver_id=None, reason="class", at=NOW, conditions=("a",), inputs={"score": 74}
    )
    with transaction(engine) as tx:
        submission = new_submission(tx)
        correspondence.record_decision(tx, submission, decision)
        assert correspondence.decisions_of(tx, submission) == (decision,)


def test_the_sender_of_an_encrypted_message_is_asked_once_and_what_was_kept_back_may_be_let_go(engine: Engine) -> None:
    with transaction(engine) as tx:
        one, two = (
            ledger.record_received(tx, source="t", source_key=key, sha256=key * 64, size=1, received_at=NOW)[0]
            for key in ("a", "b")
        )
        for message, at in ((one, NOW), (two, SOON)):
            made = resends.add(
                tx, message, submission=None, to_address="Kim@Oak.example", content={"subject": "x\x00"}, at=at
            )
            assert made
        assert not resends.add(tx, one, submission=None, to_address="eve@x.example", content={}, at=SOON)
        first, second = resends.by_message(tx, one), resends.by_message(tx, two)
        assert (first.to_address, first.to_domain, first.state) == ("kim@oak.example", "oak.example", "queued")
        assert [resends.asked_before(tx, each, since=NOW) for each in (first, second)] == [False, True]
        assert not resends.asked_before(tx, second, since=SOON)
        resends.record(tx, two, "suppressed", at=SOON, reason="sender_unproven")
        assert [resends.asked_from(tx, each, since=NOW) for each in (first, second)] == [0, 1]
        assert [resends.release(tx, two, why) for why in ("asked_before", "sender_unproven", "sender_unproven")] == [
            False,
            True,
            False,
        ]
        assert [resends.begin_attempt(tx, two) for _ in range(2)] == [1, 2]
        resends.record(tx, two, "sent", at=SOON)
        resends.record(tx, two, "failed", at=SOON, reason="late worker")
        assert (resends.by_message(tx, two).state, resends.by_message(tx, two).sent_at) == ("sent", SOON)
        # The earlier one goes later, as one that was kept back and released does; what counts is when mail went out.
        assert resends.asked_before(tx, first, since=NOW)
        assert resends.asked_before(tx, first, since=SOON)
        assert not resends.asked_before(tx, first, since=SOON + timedelta(seconds=1))
        with pytest.raises(RecordsError, match="nobody is to be asked"):
            resends.by_message(tx, 77)


def test_moves_of_a_submission_are_listed_newest_first(engine: Engine) -> None:
    with transaction(engine) as tx:
        one, two, three = (new_submission(tx) for _ in range(3))
        kept = [
            regroupings.record_regrouping(
                tx, kind="merge", source=source, target=target, by="person:1", reason="x", at=NOW, detail={}
            )
            for source, target in ((one, two), (two, three))
        ]
        assert [each.id for each in regroupings.regroupings_of(tx, two)] == kept[::-1]
        assert [each.id for each in regroupings.regroupings_of(tx, one)] == kept[:1]
