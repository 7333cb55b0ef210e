"""A mailbox that needs somebody says so, with the remedy; one that is well says only that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.mailhealth import health, is_unusually_silent, told
from pipeline.records.mailboxes import Mailbox, StoredToken

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WELL = Mailbox(
    id=1,
    name="main",
    lease_owner="somebody",
    lease_until=NOW,
    contact_at=NOW - timedelta(minutes=1),
    trouble=None,
    trouble_kind=None,
    trouble_since=None,
)
HOURLY = [NOW - timedelta(hours=number) for number in range(30)]


def line(mailbox: Mailbox = WELL, arrivals: list[datetime] = HOURLY, token_days: int | None = None) -> tuple[str, str]:
    token = None
    if token_days is not None:
        token = StoredToken(mailbox="main", sealed="…", stored_at=NOW - timedelta(days=token_days))
    found = health(mailbox, arrivals, token, rotates=token is not None, now=NOW)
    return found.mark, found.what


def test_a_mailbox_that_is_watched_and_gets_mail_is_well() -> None:
    assert line() == ("✓", "mailbox main: last contact 1 min ago, last mail 0 s ago")


def test_a_mailbox_without_mail_so_far_is_well() -> None:
    assert line(arrivals=[]) == ("✓", "mailbox main: last contact 1 min ago, no mail yet")


@pytest.mark.parametrize(
    ("mailbox", "mark", "words"),
    [
        (replace(WELL, contact_at=None), "!", "never spoken to"),
        (replace(WELL, contact_at=NOW - timedelta(hours=1)), "✗", "1 h ago"),
        (replace(WELL, trouble="The password is wrong.", trouble_since=NOW), "✗", "The password is wrong."),
    ],
)
def test_what_stands_in_the_way_is_told_with_a_remedy(mailbox: Mailbox, mark: str, words: str) -> None:
    found = health(mailbox, HOURLY, None, rotates=False, now=NOW)
    assert found.mark == mark
    assert words in found.what
    assert found.fix


def test_a_silence_three_times_the_longest_is_unusual() -> None:
    assert not is_unusually_silent([one - timedelta(hours=2) for one in HOURLY], NOW)
    assert is_unusually_silent([one - timedelta(hours=4) for one in HOURLY], NOW)
    assert line(arrivals=[one - timedelta(hours=4) for one in HOURLY])[0] == "!"


def test_of_a_mailbox_with_little_mail_no_silence_is_unusual() -> None:
    assert not is_unusually_silent([NOW - timedelta(days=300)] * 5, NOW)


def test_a_token_is_told_before_it_ends() -> None:
    assert line(token_days=10)[0] == "✓"
    assert line(token_days=70) == (
        "!",
        "mailbox main: last contact 1 min ago, last mail 0 s ago; its token is 70 days old",
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (200_000, "2 d"), (-5, "0 s")]
)
def test_spans_are_told_in_the_largest_unit(seconds: int, words: str) -> None:
    assert told(timedelta(seconds=seconds)) == words
