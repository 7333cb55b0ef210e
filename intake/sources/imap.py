"""One connection to one mailbox: imapclient behind a session that notices when nobody is there any more.

What the bare client does not do and this does: every wait has an end; an IDLE that falls silent is asked whether it
still lives; a message that was expunged is told apart from an empty one; bodies are asked for by size; every error of
the server, the line or the client becomes one of the package's own. BODYSTRUCTURE is never asked for, bodies are only
peeked at, nothing is ever deleted.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

from intake.errors import FolderMissing, Unreachable, Vanished
from intake.sources import idling
from intake.sources.account import Account, Bearer, Password
from intake.sources.server_words import translated

#: Seconds to connect and to wait for any answer: a server that stands still would hang an unlimited read for ever.
CONNECT: Final = 15.0
ANSWER: Final = 60.0
_GOODBYE: Final = 2.0
#: Messages up to this size are fetched together; larger ones one by one, in parts.
PART_BYTES: Final = 2 * 1024 * 1024
_BATCH_BYTES: Final = 4 * 1024 * 1024
_BATCH: Final = 200
_SIZES: Final = 1000
#: A search that may answer with more UIDs than this is asked in pieces: the client refuses lines over 1 MB.
_SEARCHED: Final = 50_000
#: An IDLE that ends itself this soon, this often in a row, is no IDLE.
_EARLY: Final = 1.0
_EARLY_IDLES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as it stood when selected. ``modseq`` is None where the server offers no CONDSTORE."""

    name: str
    uid_validity: int
    uid_next: int | None
    messages: int
    modseq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One message: its bytes in parts of at most ``PART_BYTES``, or None when it was gone before it could be read."""

    uid: int
    parts: Iterable[bytes] | None


class ImapSession:
    """A logged-in connection. Close it, or use it as a context manager; one thread at a time."""

    def __init__(self, account: Account, secret: Password | Bearer, *, answer: float = ANSWER) -> None:
        """Connect and log in; no answer is waited for longer than ``answer`` seconds.

        Raises:
            Untrusted, Unreachable, Throttled, Refused: see ``intake.errors``.
        """
        self._early = 0
        with translated():
            context = ssl.create_default_context(cafile=str(account.authority) if account.authority else None)
            patience = SocketTimeout(connect=min(CONNECT, answer), read=answer)
            self._client = IMAPClient(account.host, account.port, ssl=True, ssl_context=context, timeout=patience)
        # The client logs every literal it reads, as text: twenty times the cost of reading it.
        self._client._imap.debug = 0
        self._client.normalise_times = False
        try:
            with translated(hidden=secret.token if isinstance(secret, Bearer) else secret.text):
                _keep_alive(self._client.socket())
                self._log_in(account, secret)
        except BaseException:
            self._drop()
            raise

    def _log_in(self, account: Account, secret: Password | Bearer) -> None:
        if isinstance(secret, Bearer):
            self._client.oauth2_login(account.user, secret.token)
        else:
            self._client.login(account.user, secret.text)
        if self._client.has_capability("ENABLE") and self._client.has_capability("CONDSTORE"):
            self._client.enable("CONDSTORE")

    def __enter__(self) -> ImapSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        # On a line that broke nobody listens to a goodbye.
        if kind is not None and issubclass(kind, Unreachable):
            self._drop()
        else:
            self.close()

    def close(self) -> None:
        """Say goodbye if anybody listens, and hang up."""
        try:
            self._client.socket().settimeout(_GOODBYE)
            self._client.logout()
        except (IMAPClientError, OSError, ValueError, AttributeError):
            self._drop()

    def _drop(self) -> None:
        try:
            self._client.shutdown()
        except (IMAPClientError, OSError, AttributeError):
            return

    def offers(self, capability: str) -> bool:
        """Tell whether the server offers something, such as ``IDLE``, ``CONDSTORE`` or ``MOVE``."""
        with translated():
            return bool(self._client.has_capability(capability))

    def select(self, folder: str, *, readonly: bool = True) -> Folder:
        """Select a folder; reading needs no more than ``readonly``. Raises ``FolderMissing``."""
        with translated():
            told = self._selected(folder, readonly)
            if b"UIDVALIDITY" not in told:
                raise Unreachable(f"The server does not say whether the UIDs of {folder} still hold.")
            return Folder(
                name=folder,
                uid_validity=int(told[b"UIDVALIDITY"]),
                uid_next=_number(told.get(b"UIDNEXT")),
                messages=int(told[b"EXISTS"]),
                modseq=_number(told.get(b"HIGHESTMODSEQ")),
            )

    def _selected(self, folder: str, readonly: bool) -> dict[bytes, Any]:
        try:
            return dict(self._client.select_folder(folder, readonly=readonly))
        except IMAPClientError:
            # Servers say in many words that a folder is not there; a list of the folders is sure.
            if not self._client.folder_exists(folder):
                raise FolderMissing(f"There is no folder {folder} in the mailbox: it was renamed or deleted.") from None
            raise

    def uids(self, folder: Folder, *, above: int = 0, since: date | None = None) -> tuple[int, ...]:
        """Return the UIDs above one, ascending; ``since`` leaves out what arrived before that day."""
        new = None if folder.uid_next is None else folder.uid_next - above - 1
        if folder.messages <= _SEARCHED or (new is not None and new <= _SEARCHED):
            found = self._search(None, above, since)
        else:
            found = [uid for window in _windows(folder.messages) for uid in self._search(window, above, since)]
        return tuple(sorted({uid for uid in found if uid > above}))

    def _search(self, sequence: str | None, above: int, since: date | None) -> list[int]:
        criteria: list[Any] = [sequence] if sequence else []
        criteria += ["UID", f"{above + 1}:*"]
        if since:
            criteria += ["SINCE", since]
        with translated():
            return [int(uid) for uid in self._client.search(criteria)]

    def bodies(self, uids: Iterable[int]) -> Iterator[Body]:
        """Yield the messages whole, in order: small ones fetched together, large ones part by part.

        Every UID asked for is answered. The parts of a large message must be taken before the next message is; taking
        them raises ``Vanished`` when somebody deletes the message in between.
        """
        asked = iter(uids)
        while batch := list(islice(asked, _SIZES)):
            sizes = self._sizes(batch)
            for some in _batches(batch, sizes):
                size = sizes.get(some[0], 0)
                yield from self._together(some) if size <= PART_BYTES else self._alone(some[0], size)

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        with translated():
            told = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(one[b"RFC822.SIZE"]) for uid, one in told.items() if b"RFC822.SIZE" in one}

    def _together(self, uids: Sequence[int]) -> Iterator[Body]:
        with translated():
            told = self._client.fetch(uids, ["BODY.PEEK[]"])
        for uid in uids:
            # An expunged message is missing from the answer, or comes as NIL: neither is an empty mail.
            raw = told[uid].get(b"BODY[]") if uid in told else None
            yield Body(uid=uid, parts=None if raw is None else (raw,))

    def _alone(self, uid: int, size: int) -> Iterator[Body]:
        first = self._part(uid, 0)
        yield Body(uid=uid, parts=None if first is None else self._parts(uid, first, size))

    def _parts(self, uid: int, part: bytes, size: int) -> Iterator[bytes]:
        at = 0
        while part:
            yield part
            at += len(part)
            # Servers round sizes and cut parts short: only both together, or a part without bytes, are the end.
            if len(part) < PART_BYTES and at >= size:
                return
            following = self._part(uid, at)
            if following is None:
                raise Vanished(f"Message {uid} vanished while it was being read.")
            part = following

    def _part(self, uid: int, at: int) -> bytes | None:
        with translated():
            found = self._client.fetch([uid], [f"BODY.PEEK[]<{at}.{PART_BYTES}>"]).get(uid, {})
        return next((value for key, value in found.items() if key.startswith(b"BODY[]") and value is not None), None)

    def flag(self, uids: Sequence[int], flag: str) -> None:
        """Set a flag or keyword; the folder must not be selected read-only."""
        with translated():
            for batch in _chunks(uids, _SIZES):
                self._client.add_flags(batch, [flag.encode()], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages to another folder; the server must offer MOVE, since nothing is ever deleted here."""
        with translated():
            for batch in _chunks(uids, _SIZES):
                self._client.move(batch, folder)

    def noop(self) -> None:
        """Ask whether the server is still there."""
        with translated():
            self._client.noop()

    @property
    def tells_news(self) -> bool:
        """Return whether ``wait`` is any good here: without IDLE, or with one that does not hold, ask for news."""
        return self._early < _EARLY_IDLES and self.offers("IDLE")

    def wait(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> bool:
        """Wait in IDLE until mail may have come, the time is over or ``until`` holds; return whether it may have come.

        Call it with five minutes at most: a line that is open at our end only is found when IDLE is left. Raises
        ``Unreachable`` when the server went away.
        """
        began = time.monotonic()
        with translated():
            if not idling.is_begun(self._client):
                self._early = _EARLY_IDLES
                return False
            heard = idling.listen(self._client, began + seconds, until)
            self._client.idle_done()
        soon = not heard and not until() and time.monotonic() - began < min(_EARLY, seconds)
        self._early = self._early + 1 if soon else 0
        return heard


def _number(told: int | Sequence[int] | None) -> int | None:
    """Return a number that the client gives bare or in a list, or None where the server told none."""
    if told is None:
        return None
    return int(told) if isinstance(told, int) else int(told[0])


def _windows(messages: int) -> Iterator[str]:
    """Cut a folder into pieces by place, the newest first.

    What another client expunges meanwhile moves messages to lower places: going down they are met twice, never missed.
    """
    firsts = range(1, messages + 1, _SEARCHED)
    last = "*"
    for first in reversed(firsts):
        yield f"{first}:{last}"
        last = str(first - 1)


def _batches(uids: Iterable[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Cut the messages into batches by bytes and number; one over ``PART_BYTES`` is a batch of its own."""
    batch: list[int] = []
    held = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if batch and (held + size > _BATCH_BYTES or len(batch) == _BATCH or size > PART_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(uid)
        held += size
        if size > PART_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (uids[at : at + size] for at in range(0, len(uids), size))


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
