"""Read cases as ``intake read`` reads files, two at a time, and compare each with its truth."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext

from intake.message import Attachment
from parsers.extract import sureness
from parsers.sandbox import Sandbox
from pipeline.measuring.comparing import CaseResult, compared
from pipeline.measuring.corpus import Case
from pipeline.stages import read_file

AT_ONCE = 2
"""Files read side by side: reading is done by child processes, so threads are enough to keep two processors busy."""


def read_cases(
    cases: Iterable[Case], sandbox: Sandbox, *, raw: bool = False, at_once: int = AT_ONCE
) -> Iterator[CaseResult]:
    """Yield what was read of every case beside its truth, in the order of the cases; ``raw`` keeps the raw scores."""
    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[CaseResult]] = deque()
        for case in cases:
            waiting.append(pool.submit(read_case, case, sandbox, raw=raw))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_case(case: Case, sandbox: Sandbox, *, raw: bool = False) -> CaseResult:
    """Read one case and compare it with its truth; the seconds are those on the clock."""
    started = time.perf_counter()
    with sureness.raw_scores() if raw else nullcontext():
        file = read_file(_attachment(case), reader=sandbox)
    return compared(case, file.parts, seconds=time.perf_counter() - started)


def _attachment(case: Case) -> Attachment:
    return Attachment(
        name=case.file_name,
        media_type="application/octet-stream",
        content=case.file,
        sha256=hashlib.sha256(case.file).hexdigest(),
        path=(case.file_name,),
    )
