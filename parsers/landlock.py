"""Shut the file system with Landlock: a process sees the interpreter and its libraries, and not one file more.

Rules and constants: linux/landlock.h; the three call numbers are the same on every machine.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path
from typing import Final

from parsers.seccomp import calls

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_QUERY = 1
_PATH_BENEATH = 1
_READ = 1 << 2 | 1 << 3
"""READ_FILE and READ_DIR."""
_ALL: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""First version of the interface → every file right it knows."""
_TCP = 0b11
_SCOPES = 0b11
"""No abstract sockets, no signals outside (version 6)."""


def ruleset() -> int | None:
    """Prepare the rules once; return their descriptor, or None where the kernel has no Landlock."""
    libc = calls()
    version = libc.syscall(_CREATE, None, 0, _VERSION_QUERY)
    if version < 1:
        return None
    rights = _ALL[max(first for first in _ALL if first <= version)]
    attributes = struct.pack("<QQQ", rights, _TCP, _SCOPES)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = libc.syscall(_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return None
    for folder in readable_folders():
        _allow(libc, rules, folder)
    return int(rules)


def readable_folders() -> tuple[str, ...]:
    """List what a reader needs from the disk: this package, the interpreter, shared libraries, fonts, chance."""
    here = str(Path(__file__).resolve().parent)
    libraries = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages", "lib-dynload"))]
    standard = str(Path(os.__file__).parent)
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/fonts", "/usr/share/zoneinfo", "/etc/ld.so.cache"]
    # Opening a file with AES-256 seeds a generator of random numbers, password or none.
    wanted = [here, standard, *libraries, *system, "/dev/urandom"]
    return tuple(dict.fromkeys(folder for folder in wanted if Path(folder).exists()))


def _allow(libc: ctypes.CDLL, rules: int, path: str) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ if Path(path).is_dir() else 1 << 2
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("<Qi", rights, handle), 0)
    finally:
        os.close(handle)


def restrict(rules: int) -> bool:
    """Put this process, for good, behind ``rules``; it must have given up new privileges before."""
    return bool(calls().syscall(_RESTRICT, rules, 0) == 0)
