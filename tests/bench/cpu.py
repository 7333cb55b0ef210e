"""Processor time of this process and of the reading processes it starts, and memory, from the kernel's own books."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

TICK = 1 / os.sysconf("SC_CLK_TCK")


def own() -> float:
    """Return the processor seconds this process has used."""
    return time.process_time()


def of_others(pids: Sequence[int]) -> float:
    """Return the processor seconds of these processes and of their children that ended, exact to one tick each."""
    return sum(_spent(pid) for pid in pids)


def descendants(pid: int) -> list[int]:
    """Return the living children of a process, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def peak_memory(pid: int) -> int:
    """Return the largest resident size a process ever had, in bytes."""
    return _status(pid, "VmHWM")


def resident(pid: int) -> int:
    """Return the resident size of a process, in bytes."""
    return _status(pid, "VmRSS")


def cost(call: Callable[[], Any], *, runs: int) -> float:
    """Return the median processor seconds of a call in this process, warmed by one call that does not count."""
    call()
    return median(_once(call) for _ in range(runs))


class Stopwatch:
    """Adds up processor seconds by stage; time inside an inner stage is not counted in the outer one."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done inside the block for that stage."""
        self._settle()
        self._open.append((name, own()))
        try:
            yield
        finally:
            self._settle()
            self._open.pop()
            self._restart()

    def _settle(self) -> None:
        if self._open:
            name, since = self._open[-1]
            self.spent[name] = self.spent.get(name, 0.0) + own() - since

    def _restart(self) -> None:
        if self._open:
            self._open[-1] = (self._open[-1][0], own())


def _once(call: Callable[[], Any]) -> float:
    before = own()
    call()
    return own() - before


def _spent(pid: int) -> float:
    # Fields 14 to 17: user and system time, own and of children waited for.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) * TICK


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
