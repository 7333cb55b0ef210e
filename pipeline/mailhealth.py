"""How a mailbox is: watched, silent longer than usual, its token ageing; said in one line with the remedy. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from pipeline.records.mailboxes import Mailbox, StoredToken

#: A watcher speaks to its server every minute; so long without a word means that none runs.
UNWATCHED: Final = timedelta(minutes=15)
#: Silence is unusual when it is three times the longest of late, and never under two hours.
_LONGER: Final = 3
_LEAST: Final = timedelta(hours=2)
_ARRIVALS: Final = 20
#: Microsoft's refresh tokens end after 90 days without use; a person needs some weeks to notice.
OLD_TOKEN: Final = timedelta(days=60)

Mark = Literal["✓", "!", "✗"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One line about a mailbox; ``fix`` is empty when nothing is to be done."""

    mark: Mark
    what: str
    fix: str = ""


def health(
    mailbox: Mailbox, arrivals: Sequence[datetime], token: StoredToken | None, *, rotates: bool, now: datetime
) -> Health:
    """Return how a mailbox is; ``arrivals`` newest first, ``rotates`` when it lives on stored refresh tokens."""
    name = f"mailbox {mailbox.name}"
    if mailbox.trouble is not None and mailbox.trouble_since is not None:
        since = f"{name}: since {mailbox.trouble_since:%Y-%m-%d %H:%M} UTC: {mailbox.trouble}"
        return Health(mark="✗", what=since, fix="mend what it says; intake watch tries again by itself")
    if mailbox.contact_at is None:
        return Health(mark="!", what=f"{name}: never spoken to", fix="start intake watch or intake up")
    contact = f"{name}: last contact {told(now - mailbox.contact_at)} ago"
    if now - mailbox.contact_at > UNWATCHED:
        return Health(mark="✗", what=contact, fix="nobody watches it: start intake watch or intake up")
    last = f"{contact}, last mail {told(now - arrivals[0])} ago" if arrivals else f"{contact}, no mail yet"
    if is_unusually_silent(arrivals, now):
        return Health(mark="!", what=f"{last}, longer than usual", fix="send a mail there and see whether it comes")
    if rotates and token is not None and now - token.stored_at > OLD_TOKEN:
        age = f"{last}; its token is {(now - token.stored_at).days} days old"
        return Health(mark="!", what=age, fix="sign in again for a new refresh_token before it ends")
    return Health(mark="✓", what=last)


def is_unusually_silent(arrivals: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a mailbox that gets mail regularly has got none for much longer than ever of late."""
    if len(arrivals) < _ARRIVALS:
        return False
    longest = max(later - earlier for later, earlier in pairwise(arrivals))
    return now - arrivals[0] > max(_LEAST, longest * _LONGER)


def told(span: timedelta) -> str:
    """Return a span of time as people say it."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
