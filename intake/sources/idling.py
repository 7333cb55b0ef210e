"""Waiting in IDLE: what the client hears, what it overhears, and whether the server lets it wait at all."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

from intake.errors import Unreachable

#: How long the socket is listened to at a time, in seconds.
_SLICE: Final = 1.0


def is_begun(client: IMAPClient) -> bool:
    """Begin to wait; False when the server does not let us, whatever it offers, and all else goes on."""
    try:
        client.idle()
    except IMAPClientError:
        if client._imap.tagged_commands.pop(client._idle_tag, None) is None:
            raise
        return False
    return True


def listen(client: IMAPClient, deadline: float, until: Callable[[], bool]) -> bool:
    """Wait until mail may have come, ``until`` holds or the monotonic ``deadline`` passes; return whether it may have.

    Raises:
        Unreachable: the server said goodbye.
    """
    while _has_words(client):
        line = client._imap._get_line()
        if _is_farewell(tuple(line.split()[1:])):
            raise Unreachable("The server ends the session.")
        if _is_news(tuple(line.split()[1:])):
            return True
    while (left := deadline - time.monotonic()) > 0 and not until():
        began = time.monotonic()
        told = client.idle_check(timeout=min(left, _SLICE))
        if not told and time.monotonic() - began < min(left, _SLICE) / 2:
            # The server hung up, or the client woke for nothing: leaving IDLE tells which.
            return False
        if any(_is_farewell(line) for line in told):
            raise Unreachable("The server ends the session.")
        if any(_is_news(line) for line in told):
            return True
    return False


def _is_news(line: tuple[Any, ...]) -> bool:
    return len(line) > 1 and line[1] in (b"EXISTS", b"RECENT")


def _is_farewell(line: tuple[Any, ...]) -> bool:
    return bool(line) and line[0] == b"BYE"


def _has_words(client: IMAPClient) -> bool:
    """Tell whether words came along with the server's consent to IDLE: the socket will not report them again."""
    sock = client.socket()
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    if not select.select([sock], [], [], 0)[0]:
        with _unblocked(sock):
            try:
                return bool(client._imap.file.peek(1))
            except OSError:
                return False
    return False


@contextmanager
def _unblocked(sock: socket.socket) -> Iterator[None]:
    before = sock.gettimeout()
    sock.settimeout(0)
    try:
        yield
    finally:
        sock.settimeout(before)
