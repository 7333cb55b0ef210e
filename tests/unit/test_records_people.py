"""Agencies, people, accounts and what a message may belong to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.records import accounts, agencies, documents, ledger, matches, outbox, people, submissions
from pipeline.records.accounts import AccountDetails
from pipeline.records.agencies import Appointment
from pipeline.records.documents import Filing
from pipeline.records.matches import MatchKeys
from pipeline.records.outbox import NewOutgoing
from pipeline.records.people import Licence
from pipeline.records.session import Engine, RecordsError, Transaction, transaction

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)
DUNLAP = AccountDetails(name="Dunlap Mechanical LLC", name_key="dunlap mechanical", fein="860000001", state="AZ")


def new_submission(tx: Transaction, **more: Any) -> int:
    return submissions.create(tx, ref=submissions.next_ref(tx, 2026), received_at=NOW, at=NOW, **more)


def how(tx: Transaction, **keys: Any) -> dict[int, set[str]]:
    found = matches.candidates_for(tx, MatchKeys(at=NOW, of_house="sender" not in keys, **keys))
    return {candidate.submission.id: set(candidate.how) for candidate in found}


def test_a_sender_is_one_person_however_the_address_is_written(engine: Engine) -> None:
    with transaction(engine) as tx:
        agency = agencies.create_agency(tx, name="Oak Agency", at=NOW, domains=["Oak.example"])
        person, created = people.find_or_create_agent(tx, "Kim@oak.example", name="Kim", at=NOW, agency_id=agency)
        again, anew = people.find_or_create_agent(tx, "kim@OAK.example", name="Kimberly", at=NOW)
        members = people.members_on(tx, agency, DAY)
        found = agencies.agency_by_domain(tx, "OAK.EXAMPLE")
    assert (created, anew, again) == (True, False, person)
    assert [(member.person_id, member.role) for member in members] == [(person.id, "producer")]
    assert found is not None
    assert (found.id, found.domains, found.status) == (agency, ("oak.example",), "unknown")


def test_a_domain_belongs_to_one_agency(engine: Engine) -> None:
    with transaction(engine) as tx:
        first = agencies.create_agency(tx, name="A", at=NOW, domains=["a.example"])
        agencies.create_agency(tx, name="B", at=NOW, domains=["a.example"])
        found = agencies.agency_by_domain(tx, "a.example")
    assert found is not None
    assert found.id == first


def test_an_administrator_sees_the_agencies_below_even_when_they_point_in_a_circle(engine: Engine) -> None:
    with transaction(engine) as tx:
        top = agencies.create_agency(tx, name="Top", at=NOW)
        middle = agencies.create_agency(tx, name="Middle", at=NOW, parent_id=top)
        low = agencies.create_agency(tx, name="Low", at=NOW, parent_id=middle)
        assert set(agencies.agency_family(tx, middle)) == {middle, low}
        tx.exec_driver_sql(f"UPDATE agencies SET parent_id = {low} WHERE id = {top}")
        assert set(agencies.agency_family(tx, middle)) == {top, middle, low}


def test_moving_to_another_agency_leaves_submissions_where_they_were(engine: Engine) -> None:
    with transaction(engine) as tx:
        old, new = (agencies.create_agency(tx, name=name, at=NOW) for name in ("Old", "New"))
        person, _ = people.find_or_create_agent(tx, "k@o.example", name="K", at=NOW, agency_id=old)
        submission = new_submission(tx, agency_id=old, agent_id=person.id)
        people.end_membership(tx, person.id, old, ends_on=DAY + timedelta(days=1))
        people.add_membership(tx, person.id, new, role="producer", starts_on=DAY + timedelta(days=1))

        def of(day: date) -> list[int]:
            return [member.agency_id for member in people.memberships_on(tx, person.id, day)]

        assert (of(DAY), of(DAY + timedelta(days=1))) == ([old], [new])
        found = submissions.existing(tx, submission)
    assert (found.agency_id, found.agency_name, found.agent_name) == (old, "Old", "K")


def test_standing_appointments_and_licences_are_kept_with_their_dates(engine: Engine) -> None:
    with transaction(engine) as tx:
        agency = agencies.create_agency(tx, name="Oak", at=NOW)
        agencies.set_standing(tx, agency, status="suspended", tier="A", do_not_mail=True, flags=["b", "a"])
        ended = Appointment(line="cyber", state=None, ends_on=DAY)
        holds = Appointment(line=None, state="AZ", starts_on=DAY)
        agencies.set_appointments(tx, agency, [ended, holds])
        assert agencies.appointments_on(tx, agency, DAY) == (holds,)
        found = agencies.agency_by_id(tx, agency)
        person, _ = people.find_or_create_agent(tx, "k@o.example", name="K", at=NOW)
        people.set_licence(tx, person.id, Licence(state="AZ", number="1", expires_on=DAY))
        renewed = Licence(state="AZ", number="1", expires_on=date(2028, 1, 1))
        people.set_licence(tx, person.id, renewed)
        assert people.licences_of(tx, person.id) == (renewed,)
    assert found is not None
    assert (found.status, found.do_not_mail, found.flags) == ("suspended", True, ("a", "b"))


def test_staff_are_found_by_address_while_they_are_active(engine: Engine) -> None:
    with transaction(engine) as tx:
        person = people.create_staff(tx, "Ana@intake.example", name="Ana", role="admin", password_hash="h", at=NOW)
        assert people.password_hash_of(tx, "ana@intake.example") == (person, "h")
        assert [member.name for member in people.staff(tx)] == ["Ana"]
        people.set_active(tx, person, False)
        assert people.password_hash_of(tx, "ana@intake.example") is None
        with pytest.raises(RecordsError, match="used by another"):
            people.create_staff(tx, "ana@intake.example", name="B", role="ops", password_hash="h", at=NOW)


def test_an_agent_has_no_way_in_by_password(engine: Engine) -> None:
    with transaction(engine) as tx:
        person, _ = people.find_or_create_agent(tx, "k@o.example", name="K", at=NOW)
        people.set_password_hash(tx, person.id, "h")
        assert people.password_hash_of(tx, "k@o.example") is None


def test_an_account_is_found_by_fein_name_or_alias_until_it_is_merged(engine: Engine) -> None:
    with transaction(engine) as tx:
        account = accounts.create_account(tx, DUNLAP, at=NOW)
        other = accounts.create_account(tx, AccountDetails(name="D Mech", name_key="d mech"), at=NOW)
        accounts.add_alias(tx, account, "Valley Air", "valley air", "dba")
        accounts.add_alias(tx, account, "Valley Air", "valley air", "dba")

        def found(fein: str | None = None, *keys: str) -> list[int]:
            return [known.id for known in accounts.accounts_like(tx, fein=fein, name_keys=keys)]

        assert found("860000001") == found(None, "valley air") == found(None, "dunlap mechanical") == [account]
        assert found("860000001", "d mech") == [account, other]
        accounts.merge_account(tx, other, account, at=NOW)
        assert found(None, "d mech") == []
        assert accounts.account_family(tx, account) == (account, other)
        accounts.merge_account(tx, other, None, at=NOW)
        assert found(None, "d mech") == [other]


def test_completing_an_account_keeps_what_is_known_and_adds_other_names(engine: Engine) -> None:
    with transaction(engine) as tx:
        account = accounts.create_account(tx, DUNLAP, at=NOW)
        told = AccountDetails(name="Dunlap Mech", name_key="dunlap mech", state="NV", city="Mesa")
        accounts.complete_account(tx, account, told, at=NOW)
        found = accounts.account_by_id(tx, account)
    assert found is not None
    assert (found.details.name, found.details.state, found.details.city) == ("Dunlap Mechanical LLC", "AZ", "Mesa")
    assert found.alias_keys == ("dunlap mech",)


def test_a_message_is_matched_by_each_key_it_offers(engine: Engine) -> None:
    with transaction(engine) as tx:
        account = accounts.create_account(tx, DUNLAP, at=NOW)
        mine = new_submission(tx, account_id=account, reply_token="t0k")
        new_submission(tx)
        message, _ = ledger.record_received(tx, source="b", source_key="1", sha256="a", size=1, received_at=NOW)
        ledger.describe_message(
            tx,
            message,
            content_sha256="c",
            message_id="in@oak.example",
            sender="kim@oak.example",
            sender_name=None,
            subject="Dunlap",
            thread_key="dunlap",
            references=[],
            intents=[],
            disposition="accept",
        )
        filing = Filing(message_id=message, how="new", lines=(), mentions=(), candidates=(), at=NOW)
        documents.file_message(tx, mine, filing)
        mail = NewOutgoing(
            submission_id=mine,
            kind="checklist",
            revision=1,
            message_id="out@intake.example",
            to_address="kim@oak.example",
            subject="",
            content={},
        )
        outbox.queue_outgoing(tx, mail, at=NOW)

        assert how(tx) == {}
        assert how(tx, reply_tokens=("t0k",)) == {mine: {"token"}}
        assert how(tx, refs=("sub-26-000001",)) == {mine: {"ref"}}
        assert how(tx, message_ids=("out@intake.example",)) == {mine: {"our_mail"}}
        assert how(tx, message_ids=("in@oak.example",)) == {mine: {"thread"}}
        assert how(tx, fein="860000001") == {mine: {"fein"}}
        assert how(tx, name_keys=("dunlap mechanical",)) == {mine: {"name"}}
        assert how(tx, thread_key="dunlap", sender="kim@oak.example") == {mine: {"subject"}}
        assert how(tx, thread_key="dunlap", sender="other@oak.example") == {}
        late = MatchKeys(at=NOW + timedelta(days=31), thread_key="dunlap", sender="kim@oak.example")
        assert matches.candidates_for(tx, late) == ()
        stranger = {"sender": "mallory@elm.example", "agency": None}
        assert how(tx, reply_tokens=("t0k",), refs=("SUB-26-000001",), fein="860000001", **stranger) == {}
        assert how(tx, refs=("SUB-26-000001",), sender="kim@oak.example") == {mine: {"ref"}}
        everything = MatchKeys(at=NOW, of_house=True, reply_tokens=("t0k",), refs=("SUB-26-000002",), fein="860000001")
        second, first = matches.candidates_for(tx, everything)
    assert (first.how, first.account and first.account.id) == ({"token", "fein"}, account)
    assert (second.how, second.account) == ({"ref"}, None)
