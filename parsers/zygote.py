"""The process that waits with the engines loaded and forks one reading process for each message's files.

It never looks at content: it receives requests with three descriptors (content, answer pipe, fate socket), imports and
warms each reader's module once, forks, and tells the fate socket how the child ended. A closed fate socket means that
nobody waits any more, and the child's whole process group is killed. When the control socket closes, everything ends.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from parsers import child, confine, landlock, warmth
from parsers.wire import Fate, Request

_MESSAGE = 65_536
_GONE = select.POLLHUP | select.POLLERR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    pid: int
    handle: int
    fate: socket.socket


class Zygote:
    """Serve requests from one control socket until it closes."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._by_handle: dict[int, _Running] = {}
        self._by_fate: dict[int, _Running] = {}
        self._rules = landlock.ruleset()
        self._decoder = msgspec.msgpack.Decoder(tuple[Request, ...])
        self._warm: set[str] = set()
        confine.prepare()

    def serve(self) -> None:
        """Take requests, watch children, until the other side closes."""
        while True:
            for descriptor, _event in self._poll.poll():
                if descriptor == self._control.fileno():
                    if not self._take():
                        return
                elif running := self._by_handle.get(descriptor):
                    self._bury(running)
                elif running := self._by_fate.get(descriptor):
                    _kill(running)
                    self._poll.unregister(descriptor)

    def end(self) -> None:
        """Kill every child that still runs."""
        for running in self._by_handle.values():
            _kill(running)

    def _take(self) -> bool:
        message, descriptors, _flags, _address = socket.recv_fds(self._control, _MESSAGE, 3)
        if not message:
            return False
        requests = self._decoder.decode(message)
        self._prepare({request.reader for request in requests if request.reader} - self._warm)
        content, answer, fate = descriptors
        with suppress(OSError):
            self._fork(requests, content, answer, socket.socket(fileno=fate))
        os.close(content)
        os.close(answer)
        return True

    def _prepare(self, cold: set[str]) -> None:
        if cold:
            for reader in sorted(cold):
                warmth.warm(reader)
            self._warm |= cold
            gc.collect()
            gc.freeze()

    def _fork(self, requests: tuple[Request, ...], content: int, answer: int, fate: socket.socket) -> None:
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            child.run(requests, content=content, answer=answer, rules=self._rules, parent=zygote)
        running = _Running(pid=pid, handle=os.pidfd_open(pid), fate=fate)
        self._by_handle[running.handle] = running
        self._by_fate[fate.fileno()] = running
        self._poll.register(running.handle, select.POLLIN)
        self._poll.register(fate, 0)

    def _bury(self, running: _Running) -> None:
        _pid, status, usage = os.wait4(running.pid, 0)
        with suppress(KeyError):
            self._poll.unregister(running.fate)
        self._poll.unregister(running.handle)
        del self._by_handle[running.handle], self._by_fate[running.fate.fileno()]
        os.close(running.handle)
        with suppress(OSError):
            spent = usage.ru_utime + usage.ru_stime
            running.fate.send(msgspec.msgpack.encode(Fate(status=status, peak=usage.ru_maxrss * 1024, cpu=spent)))
        running.fate.close()


def _kill(running: _Running) -> None:
    # The child makes its own group first thing; before that the group does not exist and the pid must do.
    for target in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            target(running.pid, signal.SIGKILL)


def main(descriptor: int) -> None:
    """Serve the control socket that was inherited under ``descriptor``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    gc.freeze()
    zygote = Zygote(socket.socket(fileno=descriptor))
    try:
        zygote.serve()
    finally:
        zygote.end()


if __name__ == "__main__":
    main(int(sys.argv[1]))
