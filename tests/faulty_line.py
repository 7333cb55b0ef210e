"""A TCP line with faults: what it carries is cut, delayed, frozen or half closed, as a seed says."""

from __future__ import annotations

import random
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.servers import free_port

Fault = Literal["none", "cut", "freeze", "half", "delay"]
_BLOCK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happens to one connection: the fault strikes after so many bytes from the server."""

    fault: Fault = "none"
    after: int = 0
    seconds: float = 0.0


def drawn(rng: random.Random, *, largest: int = 60_000) -> Fate:
    """Return a fate: half of all connections break somewhere, a few are slow, the others are well."""
    fault: Fault = rng.choices(("none", "cut", "freeze", "half", "delay"), weights=(40, 35, 8, 7, 10))[0]
    # Most breaks strike early, in the greeting or the first answers.
    after = int(largest * rng.random() ** 3)
    return Fate(fault=fault, after=after, seconds=rng.uniform(0.01, 0.2))


class FaultyLine:
    """A proxy in front of a server; ``fate`` is asked once for every connection."""

    def __init__(self, target: int, fate: Callable[[], Fate]) -> None:
        self._target = target
        self._fate = fate
        self._ended = threading.Event()
        self.port = free_port()
        self._door = socket.create_server(("127.0.0.1", self.port))
        self._door.settimeout(0.2)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections and drop those that are open."""
        self._ended.set()

    def _accept(self) -> None:
        with self._door:
            while not self._ended.is_set():
                try:
                    near, _ = self._door.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=self._carry, args=(near, self._fate()), daemon=True).start()

    def _carry(self, near: socket.socket, fate: Fate) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            near.close()
            return
        with near, far, selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            carried = 0
            while not self._ended.is_set():
                for key, _ in ready.select(timeout=0.2):
                    source, sink = key.fileobj, key.data
                    block = _taken(source)
                    if not block:
                        return
                    if source is far:
                        carried += len(block)
                        if carried > fate.after and fate.fault != "none" and self._struck(fate, near, far):
                            return
                    if not _given(sink, block):
                        return

    def _struck(self, fate: Fate, near: socket.socket, far: socket.socket) -> bool:
        """Let the fault happen; return whether the connection is over."""
        if fate.fault == "delay":
            time.sleep(fate.seconds)
            return False
        if fate.fault == "half":
            near.shutdown(socket.SHUT_WR)
        if fate.fault in ("freeze", "half"):
            self._ended.wait(fate.seconds * 20)
        return True


def _taken(source: socket.socket) -> bytes:
    try:
        return source.recv(_BLOCK)
    except OSError:
        return b""


def _given(sink: socket.socket, block: bytes) -> bool:
    try:
        sink.sendall(block)
    except OSError:
        return False
    return True
