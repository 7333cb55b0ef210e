"""What ties a message to a conversation: ids it answers, our reply tokens, our numbers, and its bare subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from intake import addresses, delivered
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import InboundMessage

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{6,128}")
_NUMBER: Final = re.compile(r"(?<![A-Z0-9])SUB[-\s\u2010-\u2015]?(\d{2})[-\s\u2010-\u2015]?(\d{6})(?!\d)", re.I)
_PREFIX: Final = re.compile(
    r"(?:(?:re|aw|antw|sv|vs|ré|réf|res|rif|fw|fwd|wg|tr|rv|enc|doorst|automatic reply|automatische antwort"
    r"|réponse automatique|respuesta automática)\s{0,2}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,2}:"
    r"|[\[(*{]{1,3}\s{0,2}(?:external|ext|externe|extern|externo|secure|encrypt(?:ed)?)"
    r"(?:\s(?:e-?mail|sender|message))?\s{0,2}[\])*}]{1,3}:?"
    r"|external:)\s{0,5}",
    re.I,
)
_SUBJECT_CHARS: Final = 500
_BODY_CHARS: Final = 200_000
_PREFIXES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadKeys:
    """Keys for matching, strongest first within each list.

    ``message_ids`` are the ids answered to, newest first; ``tokens`` the plus parts of our reply address;
    ``references`` our submission numbers, subject before body; ``subject`` without prefixes, in folded case.
    """

    message_ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""


def keys(message: InboundMessage, *, new_text: str, token_domain: str) -> ThreadKeys:
    """Return the keys of a message; ``new_text`` is its unquoted text, ``token_domain`` our reply address's domain.

    Numbers are taken from the subject and the new text only: a quoted number belongs to an older mail.
    """
    numbers = [*_numbers(message.subject[:_SUBJECT_CHARS]), *_numbers(new_text[:_BODY_CHARS])]
    return ThreadKeys(
        message_ids=tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references)))),
        tokens=tuple(dict.fromkeys(_tokens(message, token_domain.lower().lstrip("@")))),
        references=tuple(dict.fromkeys(numbers)),
        subject=bare_subject(message.subject),
    )


def bare_subject(subject: str) -> str:
    """Return a subject without reply, forward and outside-mail prefixes of several languages, in folded case."""
    rest = " ".join(subject[:_SUBJECT_CHARS].split())
    for _ in range(_PREFIXES):
        match = _PREFIX.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return rest.strip().casefold()


def _tokens(message: InboundMessage, domain: str) -> Iterator[str]:
    noted = (value for name in delivered.NOTED for value in message.header_all(name))
    extra = addresses.parse(", ".join(noted), Meter(DEFAULT_BUDGET), "Delivered-To")
    for address in (*message.to, *message.cc, *extra):
        local, plus, token = address.email.rpartition("@")[0].partition("+")
        if local and plus and address.domain == domain and _TOKEN.fullmatch(token):
            yield token


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        yield f"SUB-{match.group(1)}-{match.group(2)}"
