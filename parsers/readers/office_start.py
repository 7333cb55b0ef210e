"""Give up what a converter does not need, then become it: ``python -m parsers.readers.office_start PROGRAM ARGUMENT…``.

A module of its own, because limits set between fork and exec of a process with threads are not safe.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

from parsers import seccomp
from parsers.limits import MIB

_PR_SET_PDEATHSIG = 1
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_CPU_SECONDS = 60
_MEMORY = 4096 * MIB
"""Address space; LibreOffice maps over a gigabyte of libraries and fonts before it opens a file."""
_WRITTEN = 256 * MIB


def start(command: list[str]) -> None:
    """Limit this process, leave the network where that is allowed, and run ``command`` in its place."""
    libc = seccomp.calls()
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _WRITTEN),
    ):
        ceiling = resource.getrlimit(kind)[1]
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(kind, (most, most))
    libc.prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    os.environ.pop("PYTHONPATH", None)
    os.execv(command[0], command)  # noqa: S606 - the program that was found, without a shell


if __name__ == "__main__":
    start(sys.argv[1:])
