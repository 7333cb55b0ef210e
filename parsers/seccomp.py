"""A seccomp filter, built by hand, that leaves a process arithmetic, memory, reading and its one way out.

The filter is a deny list: network, new processes and programs, signals and memory of other processes, every change of
the file system, kernel services. A refused call fails with EPERM, so a reader sees an ordinary error. Calls whose
arguments lie in memory, where a filter cannot look, fail with ENOSYS, and libc falls back to the ones it can see.
Layout and constants: linux/filter.h, linux/seccomp.h, linux/audit.h; call numbers: asm/unistd.h of either machine.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from functools import cache
from typing import Final

MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""uname machine → its audit number and its column in the tables below."""

_DENIED: Final[dict[str, tuple[int | None, int | None]]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "connect": (42, 203),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "setns": (308, 268),
    "unshare": (272, 97),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "creat": (85, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "fsetxattr": (190, 7),
    "lsetxattr": (189, 6),
    "utimensat": (280, 88),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "seccomp": (317, 277),
    "setrlimit": (160, 164),
    "personality": (135, 92),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "capset": (126, 91),
}
_UNSEEN: Final[dict[str, tuple[int, int]]] = {"clone3": (435, 435), "openat2": (437, 437)}
_CLONE: Final = (56, 220)
_TGKILL: Final = (234, 131)
_PRLIMIT: Final = (302, 261)
_OPEN: Final = (2, None)
_OPENAT: Final = (257, 56)

_WRITING = 0o3 | 0o100 | 0o1000
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16

PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_NOBODY = 0xFFFFFFFE
"""Stands for the process's own id until there is one."""

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(pid: int) -> bool:
    """Put this process, for good, behind the filter. Return False where the kernel or the machine has none.

    ``pid`` is the process's own id: it may signal itself (that is how ``abort`` works) and nobody else.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    code, places = packed(*machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    for place in places:
        struct.pack_into("<I", buffer, place, pid)
    filled = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = calls()
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filled), 0, 0) == 0)


@cache
def calls() -> ctypes.CDLL:
    """Return the C library, looked up once."""
    return ctypes.CDLL(None, use_errno=True)


@cache
def packed(audit: int, column: int) -> tuple[bytes, tuple[int, ...]]:
    """Write the filter out for the kernel, once, and say at which bytes the process's own id is still to be put."""
    code = program(audit, column, _NOBODY)
    places = tuple(8 * at + 4 for at, (_kind, _yes, _no, operand) in enumerate(code) if operand == _NOBODY)
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code), places


def program(audit: int, column: int, pid: int) -> list[Instruction]:
    """Write the filter for one machine: refuse foreign call tables, then rule by rule, then let the rest pass."""
    code: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if column == 0:
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _FAIL | errno.EPERM)]
    code += _when_argument(_OPEN[column], 1, _ANY_BIT, _WRITING, refuse=True)
    code += _when_argument(_OPENAT[column], 2, _ANY_BIT, _WRITING, refuse=True)
    code += _when_argument(_CLONE[column], 0, _ANY_BIT, _CLONE_THREAD, refuse=False)
    code += _when_argument(_TGKILL[column], 0, _EQUAL, pid, refuse=False)
    code += _when_argument(_PRLIMIT[column], 2, _EQUAL, 0, refuse=False)
    for numbers in _DENIED.values():
        code += _refusal(numbers[column], errno.EPERM)
    for unseen in _UNSEEN.values():
        code += _refusal(unseen[column], errno.ENOSYS)
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def _refusal(number: int | None, error: int) -> list[Instruction]:
    if number is None:
        return []
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _FAIL | error)]


def _when_argument(number: int | None, argument: int, test: int, operand: int, *, refuse: bool) -> list[Instruction]:
    """Refuse (or allow, and refuse otherwise) one call by the low word of one argument."""
    if number is None:
        return []
    denied = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    allowed = (_RETURN, 0, 0, _ALLOW)
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument),
        (test, 0, 1, operand),
        denied if refuse else allowed,
        allowed if refuse else denied,
    ]
