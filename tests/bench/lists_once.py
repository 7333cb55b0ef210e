"""Read one list in a process of its own: ``python -m tests.bench.lists_once FILE WARM`` prints what it cost as JSON.

Reading happens in a child, meaning is found here, as in a worker. The second file is read before, so that loading
models and libraries is not counted; its memory is.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from classifiers import pages
from parsers import extract, verdict
from parsers.document import ExtractedTable, ParsedDocument
from parsers.limits import Limits
from parsers.sandbox import Sandbox
from tests.bench.cpu import descendants, of_others

PATIENT = Limits(cpu_seconds=600, wall_seconds=900.0, pages=2000, output=1 << 30)


def main(path: Path, warm: Path) -> None:
    """Read the file once and print pages, rows, processor seconds and peak memory of both processes."""
    peaks: list[int] = [0]
    ended = verdict._fate

    def noted(*arguments: Any) -> Any:
        fate = ended(*arguments)
        peaks.append(fate.peak if fate else 0)
        return fate

    verdict._fate = noted
    with Sandbox() as sandbox:
        _tables(sandbox.read(warm.read_bytes(), name=warm.name), warm.name)
        before = of_others(descendants(os.getpid())) + time.process_time()
        found = sandbox.read(path.read_bytes(), name=path.name, limits=PATIENT)
        read = of_others(descendants(os.getpid())) + time.process_time()
        tables = _tables(found, path.name)
        after = of_others(descendants(os.getpid())) + time.process_time()
    rows = max(tables, key=lambda table: len(table.rows), default=None)
    told = {
        "status": found.status,
        "reason": found.reason,
        "pages": len(found.pages),
        "rows": len(rows.rows) if rows else 0,
        "proven": bool(rows and rows.proof.proven),
        "reading": read - before,
        "meaning": after - read,
        "child_peak": max(peaks),
        "own_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    sys.stdout.write(json.dumps(told))


def _tables(document: ParsedDocument, name: str) -> list[ExtractedTable]:
    return [
        table
        for kind in pages.classify(document, name=name)
        for table in extract.extract(
            document, kind=kind.kind, pages=kind.pages, form=kind.form, edition=kind.edition, state=kind.state
        ).tables
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
