"""Read cases as ``intake read`` reads files, two at a time, and compare each with its truth."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, TypeVar

from intake.message import Attachment
from parsers.extract import sureness
from parsers.sandbox import Sandbox
from pipeline.measuring.comparing import CaseResult, compared
from pipeline.measuring.corpus import Case
from pipeline.stages import read_file

Result = TypeVar("Result")

AT_ONCE = 2
"""Files read side by side: reading is done by child processes, so threads are enough to keep two processors busy."""


def read_cases(
    cases: Iterable[Case], sandbox: Sandbox, *, raw: bool = False, at_once: int = AT_ONCE
) -> Iterator[CaseResult]:
    """Yield what was read of every case beside its truth, in the order of the cases; ``raw`` keeps the raw scores."""
    return side_by_side(cases, lambda case: read_case(case, sandbox, raw=raw), at_once=at_once)


def side_by_side(cases: Iterable[Any], read: Callable[[Any], Result], *, at_once: int = AT_ONCE) -> Iterator[Result]:
    """Yield what ``read`` makes of every case, in the order of the cases, so many at a time."""
    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[Result]] = deque()
        for case in cases:
            waiting.append(pool.submit(read, case))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_case(case: Case, sandbox: Sandbox, *, raw: bool = False) -> CaseResult:
    """Read one case and compare it with its truth; the seconds are those on the clock."""
    started = time.perf_counter()
    with sureness.raw_scores() if raw else nullcontext():
        file = read_file(attachment(case.file_name, case.file), reader=sandbox)
    return compared(case, file.parts, seconds=time.perf_counter() - started)


def attachment(name: str, content: bytes) -> Attachment:
    """Return a file as a mail brings it."""
    return Attachment(
        name=name,
        media_type="application/octet-stream",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        path=(name,),
    )
