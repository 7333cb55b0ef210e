"""The generated mails: every intent, disjoint sentences, pairs that differ by their fact, the same mails every time."""

from __future__ import annotations

from collections import Counter

import pytest

from fixtures.mailcases import intent_mail, intents
from fixtures.mailcases.intent_world import read
from fixtures.mailcases.intents import INTENTS, SPLITS, Split, sentences


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_is_said_in_more_than_forty_sentences_and_no_split_shares_one(intent: str) -> None:
    said = {split: set(sentences(split, intent)) for split in SPLITS}
    assert sum(map(len, said.values())) > 40
    assert len(set().union(*said.values())) == sum(map(len, said.values()))


@pytest.mark.parametrize("pair", read("pairs")["pair"], ids=lambda pair: pair["name"])
def test_no_split_shares_a_sentence_of_a_pair(pair: dict[str, list[str]]) -> None:
    assert not {*pair["train"], *pair["more"]} & set(pair["test"])
    assert not set(pair["tune"]) & set(pair["test"])


def test_people_and_insureds_of_the_splits_are_others() -> None:
    world = read("world")
    for slot in ("first", "last", "name", "agency", "carrier", "city"):
        each = [one for split in SPLITS for one in world[split][slot]]
        assert len(each) == len(set(each)), slot


@pytest.mark.parametrize("split", SPLITS)
def test_every_intent_of_the_catalogue_comes_up(split: Split) -> None:
    found = Counter(wish for case in intents.cases(split, 630) for wish in case.wishes)
    assert set(found) >= {*INTENTS, "internal_forward", "auto_reply"}


def test_every_pair_has_sixty_mails_and_both_sides() -> None:
    found = Counter((case.pair, case.wishes) for case in intents.pairs("test", 60))
    assert len({pair for pair, _ in found}) == 13
    assert len(found) == 26
    assert set(found.values()) == {30}


def test_the_same_call_gives_the_same_mails() -> None:
    assert list(intents.cases("tune", 40)) == list(intents.cases("tune", 40))
    assert list(intents.cases("tune", 40)) != list(intents.cases("tune", 40, seed=2))


def test_mails_by_hand_stand_apart_from_all_sentences() -> None:
    said = {one for split in SPLITS for intent in INTENTS for one in sentences(split, intent)}
    assert len(intents.by_hand()) >= 130
    assert not {case.text for case in intents.by_hand()} & said


def test_a_mail_as_bytes_tells_its_facts_in_its_headers() -> None:
    case = next(one for one in intents.pairs("test", 8) if one.automatic)
    raw = intent_mail.raw(case)
    assert b"Auto-Submitted: auto-replied" in raw
    assert b"@intake.example>" in raw.partition(b"In-Reply-To:")[2].partition(b"\n")[0]
