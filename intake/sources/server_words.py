"""What an IMAP server, the line to it or the client says when it fails, as one of this package's errors."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imapclient.exceptions import IMAPClientError, LoginError  # type: ignore[import-untyped]

from intake.errors import FolderMissing, IntakeError, Refused, SourceError, Throttled, Unreachable, Untrusted

#: Sentences of servers that ask for patience; Exchange refuses a good token so when it is asked too often.
_PATIENCE: Final = re.compile(
    r"\[(?:LIMIT|THROTTLED|UNAVAILABLE|INUSE|OVERQUOTA)\]|throttl|too many|try again|temporar|backoff|server busy"
    r"|authenticated but not connected|maximum number of connections|bandwidth",
    re.I,
)
_GONE: Final = re.compile(
    r"\[(?:NONEXISTENT|TRYCREATE)\]|(?:mailbox|folder) (?:doesn't|does not) exist|unknown mailbox", re.I
)
_BROKEN: Final = re.compile(r"EOF|BYE|socket|connection|abort|logged ?out", re.I)
#: Secrets, and what an answer out of place holds: that may be a line of somebody's mail.
_SECRET: Final = re.compile(r"(?:Bearer\s+|user=)\S+|(?<=unexpected response: ).*", re.I)
_SAID: Final = 200


@contextmanager
def translated(*, hidden: str = "") -> Iterator[None]:
    """Turn what the client raises inside the block into ``intake.errors``; our own errors pass as they are.

    ``hidden`` is a secret that was sent: servers repeat commands that they do not understand.
    """
    try:
        yield
    except IntakeError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"The server's certificate does not hold: {error.verify_message}.") from error
    except LoginError as error:
        raise _login(_without(hidden, error)) from error
    except IMAPClientError as error:
        raise _server(_without(hidden, error)) from error
    except (OSError, ValueError, LookupError, AttributeError) as error:
        # The client leaves its socket None and its buffers half read when the line breaks: what it raises then varies.
        raise Unreachable(f"The line to the mail server broke: {said(error)}.") from error


def _without(hidden: str, error: Exception) -> str:
    return str(error).replace(hidden, "…") if hidden else str(error)


def said(error: object) -> str:
    """Return an error's words on one line, cut short and without secrets."""
    words = " ".join(str(error).split()) or type(error).__name__
    return _SECRET.sub("…", words)[:_SAID].rstrip(".")


def _login(words: str) -> SourceError:
    if _PATIENCE.search(words):
        return Throttled(f"The mail server asks for patience: {said(words)}.")
    if _BROKEN.search(words):
        return Unreachable(f"The line broke at the login: {said(words)}.")
    return Refused(f"The mail server refuses our login: {said(words)}. Look at user, password or token.")


def _server(words: str) -> SourceError:
    if _GONE.search(words):
        return FolderMissing(f"The folder cannot be opened: {said(words)}.")
    if _PATIENCE.search(words):
        return Throttled(f"The mail server asks for patience: {said(words)}.")
    return Unreachable(f"The mail server answers with trouble: {said(words)}.")
