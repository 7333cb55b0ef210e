"""Facts in the words of a mail: a policy number, who insures today, a value, a wish for a paper."""

from __future__ import annotations

import pytest

from classifiers import mailfacts


@pytest.mark.parametrize(
    "text", ["policy BP 4471820", "CPP4471820", "4471820-3", "wc-447182", "BP 447182-02", "Pol # 88213"]
)
def test_a_policy_number_is_known_by_its_word_or_its_shape(text: str) -> None:
    assert mailfacts.names_policy(text)


@pytest.mark.parametrize(
    "text", ["Fresno, CA 93701", "quote Q44718", "FEIN 47-1839204", "(479) 555-0131", "[SUB-26-004512]", "$1,250,000"]
)
def test_other_numbers_are_no_policy(text: str) -> None:
    assert not mailfacts.names_policy(text)


@pytest.mark.parametrize(
    "text",
    [
        "You write it today.",
        "The expiring policy is with you.",
        "your current policy",
        "You are the incumbent.",
        "insured with your company",
    ],
)
def test_who_says_you_insure_says_we_do(text: str) -> None:
    assert mailfacts.insured_with_us(text)


@pytest.mark.parametrize(
    "text",
    [
        "Harborline writes it now.",
        "Present insurer: Northgate.",
        "Northgate has it today.",
        "The renewal with Blue Prairie is 5/20.",
        "They are with Northgate today.",
        "Northgate non-renewed them.",
    ],
)
def test_who_names_another_carrier_says_we_do_not(text: str) -> None:
    assert mailfacts.insured_elsewhere(text)
    assert not mailfacts.insured_with_us(text)


@pytest.mark.parametrize(
    "text", ["We value the relationship with your company.", "Has it been assigned?", "renewal with the same limits"]
)
def test_courtesies_say_nothing_of_who_insures(text: str) -> None:
    assert not mailfacts.insured_elsewhere(text)
    assert not mailfacts.insured_with_us(text)


def test_a_day_is_no_value_and_a_year_is_one() -> None:
    assert not mailfacts.gives_value("I sent it on January 22, 2026 and again on 2/3/2026, any news?")
    assert mailfacts.gives_value("Built in 1987. Any news?")
    assert mailfacts.gives_value("Sprinklers yes. Any news?")


def test_a_thing_asked_for_by_us_is_no_wish_of_the_sender() -> None:
    assert not mailfacts.asks_for_paper("Attached is the certificate you requested, as requested.")
    assert mailfacts.asks_for_paper("We need one for the landlord, please issue.")
    assert mailfacts.asks_for_paper("Please revise the certificate you did.")


def test_a_question_who_has_a_mail_names_no_carrier() -> None:
    assert not mailfacts.insured_elsewhere("Can we check who has it?")
