"""Names among the people on record, agencies by address and signature, and the figures of the measuring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.forwards import Unwound
from intake.message import Address, InboundMessage
from intake.screen import screen
from pipeline import producer, vouching
from pipeline.measuring.mail_who import measure_who
from pipeline.migrations import upgrade
from pipeline.records import agencies, people
from pipeline.records.session import Transaction, open_engine, transaction
from pipeline.stages import ReadMessage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Transaction]:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    upgrade(engine)
    with transaction(engine) as opened:
        yield opened
    engine.dispose()


def read(
    named: str = "", *, author: Address | None = None, text: str = "x", below: Address | None = None
) -> ReadMessage:
    sender = author or Address(email="pat@house.example", name="Pat")
    message = InboundMessage(sha256="0" * 64, size=1, message_id=None, subject="FW: x", sender=sender, text=text)
    unwound = Unwound(
        kind="forward" if named else "original",
        new_text=text,
        new_ranges=((0, len(text)),),
        quoted=(),
        true_sender=below if named else author,
        confidence=0.5 if below else 0.0 if named else 0.95,
        named=named,
    )
    screening = screen(message, own_addresses=[], own_domain="house.example")
    return ReadMessage(message=message, screening=screening, received_at=NOW, content_sha256="", unwound=unwound)


def agent(tx: Transaction, email: str, name: str) -> None:
    people.find_or_create_agent(tx, email, name=name, at=NOW)


@pytest.mark.parametrize("named", ["Ann Field", "Field, Ann", "ann field"])
def test_a_name_that_one_person_on_record_bears_is_that_person(tx: Transaction, named: str) -> None:
    agent(tx, "ann@field.example", "Ann Field")
    agent(tx, "bert@field.example", "Bert Field")
    found = vouching.settled(tx, 1, read(named))
    assert found.author == Address(email="ann@field.example", name="Ann Field")
    assert not found.text.is_unclear


def test_a_name_that_two_bear_or_nobody_stays_open_with_its_rivals(tx: Transaction) -> None:
    agent(tx, "ann@field.example", "Ann Field")
    agent(tx, "ann@other.example", "Field, Ann")
    found = vouching.settled(tx, 1, read("Ann Field"))
    assert found.text.is_unclear
    assert [one.email for one in found.text.rivals] == ["ann@field.example", "ann@other.example"]
    assert vouching.settled(tx, 1, read("Zoe Nobody")).text.is_unclear


def test_a_name_of_one_of_us_means_whoever_stands_below(tx: Transaction) -> None:
    people.create_staff(tx, "lee@house.example", name="Lee Dow", role="intake", password_hash="x", at=NOW)
    below = Address(email="ann@field.example")
    found = vouching.settled(tx, 1, read("Lee Dow", below=below))
    assert (found.author, found.text.is_unclear) == (below, False)
    assert vouching.settled(tx, 1, read("Lee Dow")).text.is_unclear


def test_an_agency_is_found_by_domain_by_the_domain_above_and_by_membership(tx: Transaction) -> None:
    known = agencies.create_agency(tx, name="Field", status="active", domains=("field.example",), at=NOW)
    stranger = agencies.create_agency(tx, name="open.example", domains=("open.example",), at=NOW)
    person, _ = people.find_or_create_agent(tx, "ann@gmail.com", name="Ann", at=NOW, agency_id=known)
    assert person.id

    def agency(email: str) -> int | None:
        found = producer.agency_of(tx, Address(email=email), on=NOW.date())
        return found.id if found else None

    assert agency("x@field.example") == agency("x@mail.field.example") == agency("ann@gmail.com") == known
    assert agency("x@open.example") == stranger
    assert agency("x@sub.open.example") is None
    assert agency("bert@gmail.com") is None


HOUSES = {"field.example": "Field Insurance Group", "moss.example": "Moss & Partners", "xy.example": "XY"}


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Please quote.\n\nThanks,\nAnn Lark\nField Insurance Group\n555", "field.example"),
        ("Please quote.\n\nAnn Lark | AVP\nRegards\nAnn Lark\nwww.field.example\n", "field.example"),
        ("Please quote.\n-- \nAnn Lark\nann@moss.example", "moss.example"),
        ("Field Insurance Group had it before.\n\nThanks,\nAnn Lark\n555", None),
        ("x\n\nThanks,\nAnn Lark\nField Insurance Group\nMoss & Partners\n", None),
        ("x\n\nThanks,\nAnn Lark\nXY\n", None),
        ("Field Insurance Group", None),
        ("", None),
    ],
)
def test_a_signature_names_one_registered_house_or_none(text: str, domain: str | None) -> None:
    message = read(author=Address(email="ann@gmail.com", name="Ann Lark"), text=text)
    assert producer.signed_house(message, HOUSES) == domain


def test_a_nameless_author_signs_for_nobody() -> None:
    message = read(author=Address(email="ann@gmail.com"), text="Thanks,\nAnn\nField Insurance Group")
    assert producer.signed_house(message, HOUSES) is None
    assert producer.signed_house(replace(message, unwound=None), HOUSES) is None


def test_the_measuring_gives_shares_with_their_n_and_reaches_its_goals_on_what_it_was_tuned_on() -> None:
    found = {one.name: one for one in measure_who("tune", 45)}
    assert found["true sender right, or rightly asked"].values()["n"] == 45
    assert all(one.met for one in found.values())
