"""Lock up the process that reads a stranger's file: no network, no new processes, no writing, little of everything.

Order matters: limits first, then privileges, then the file system, and the call filter last, because it refuses the
calls that put the others in place.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parsers import landlock, seccomp

if TYPE_CHECKING:
    from parsers.limits import Limits

_PR_SET_PDEATHSIG = 1
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_CAPABILITY_VERSION_3 = 0x20080522
_OPEN_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What really holds a reading process on this machine.

    ``network`` and ``processes`` are refused by the call filter, or the network by an empty namespace; ``files`` tells
    whether other files can be read (``landlock``: no; ``seccomp``: read but never written; ``none``: limits only).
    """

    network: Literal["seccomp", "namespace", "none"]
    files: Literal["landlock", "seccomp", "none"]
    processes: Literal["seccomp", "none"]

    @property
    def complete(self) -> bool:
        """Tell whether a reader has neither network, nor other files, nor children."""
        return self.network != "none" and self.files == "landlock" and self.processes == "seccomp"


def prepare() -> None:
    """Build once, before processes are forked, what each of them would build again."""
    libc = seccomp.calls()
    _ = libc.prctl, libc.syscall, libc.capset
    if machine := seccomp.MACHINES.get(platform.machine()):
        seccomp.packed(*machine)


def confine(limits: Limits, *, rules: int | None, parent: int) -> Confinement:
    """Confine this process for good, and report what took hold. ``parent`` is the process whose death ends this one.

    ``rules`` is a descriptor of ``landlock.ruleset``. Raises nothing where a protection is missing: what is missing
    shows in the answer.
    """
    libc = seccomp.calls()
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    _set_limits(limits)
    libc.prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    shut = rules is not None and landlock.restrict(rules)
    _drop_capabilities(libc)
    if seccomp.install(os.getpid()):
        return Confinement(network="seccomp", files="landlock" if shut else "seccomp", processes="seccomp")
    alone = _leave_network(libc)
    return Confinement(network="namespace" if alone else "none", files="landlock" if shut else "none", processes="none")


def _set_limits(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)
    _lower(resource.RLIMIT_AS, limits.memory, limits.memory)


def _lower(kind: int, soft: int, hard: int) -> None:
    """Set a limit, but never above the one this process was started with."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up root's powers, where the service was started as root; a plain user has none to give up."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move into an empty network namespace: as root directly, else inside a user namespace of one's own."""
    return bool(libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
