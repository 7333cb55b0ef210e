"""Confidentiality texts are cut off, and never the sender's own words with them."""

from __future__ import annotations

import pytest

from intake import forwards, mime

WORDS = "Please quote Lakeline Mechanical LLC, GL and auto, effective 1/15/2027."
LEGAL = (
    "This e-mail is confidential and may be privileged. If you are not the intended recipient, notify the sender and "
    "delete this message."
)
WRAPPED = (
    "This e-mail is confidential and may be privileged.\nIf you are not the intended recipient, notify the\nsender and "
    "delete this message."
)


def new_text(body: str) -> str:
    head = "From: ann@agency.example\r\nTo: submissions@intake.example\r\nSubject: Lakeline\r\n\r\n"
    return forwards.unwind(mime.parse((head + body).encode()), own_domain="intake.example").new_text


@pytest.mark.parametrize("legal", [LEGAL, WRAPPED, f"CONFIDENTIALITY NOTICE: {LEGAL}"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "in one paragraph"])
def test_only_the_confidentiality_text_is_cut(gap: str, legal: str) -> None:
    assert new_text(WORDS + gap + legal) == WORDS


def test_a_line_that_ends_in_one_is_kept_whole() -> None:
    assert new_text(f"{WORDS} {LEGAL}") == f"{WORDS} {LEGAL}"


def test_a_paragraph_that_only_mentions_such_words_is_kept() -> None:
    said = (
        "Their old agent sent the loss runs in error, please delete the file you got from him on Monday and use this."
    )
    assert new_text(said) == said


def test_words_behind_the_paragraph_are_kept() -> None:
    assert new_text(f"{WORDS}\n\n{LEGAL}\n\nAnn Ryder").split("\n") == [WORDS, "", "", "Ann Ryder"]
