"""Learn how sure readings are: ``python -m pipeline.measuring.calibrate [--count N] [--out FILE]``.

Reads the drawn forms of the split ``calibrate``, which nothing else uses, and writes ``confidence.json`` of the parsers
(``make models`` does the same). The split ``test`` is never looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parsers import extract
from parsers.sandbox import Sandbox
from pipeline.measuring import goals, learning
from pipeline.measuring.comparing import BoxResult, CaseResult
from pipeline.measuring.corpus import drawn, generated
from pipeline.measuring.reading import read_cases

OUT = Path(extract.__file__).with_name("confidence.json")
TIMES = 2
"""Cases of a rung for each that ``intake bench forms`` reads: a step needs more values than a share."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the cases, learn the tables, write them with what they rest on."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.measuring.calibrate", description=__doc__)
    parser.add_argument("--count", type=int, help="files of each rung")
    parser.add_argument("--rung", action="append", help="a rung to learn from; all unless named")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the tables")
    chosen = parser.parse_args(arguments)
    corpus = generated()
    files = goals.shipped().files
    counts = {rung: chosen.count or TIMES * files(rung) for rung in chosen.rung or corpus.RUNGS}
    with Sandbox() as sandbox:
        boxes = _boxes(read_cases(drawn(corpus, "calibrate", counts), sandbox, raw=True), sum(counts.values()))
    chosen.out.write_text(json.dumps(tables(boxes, counts), indent=1) + "\n")
    sys.stdout.write(f"{chosen.out}: {sum(box.reported for box in boxes)} values\n")


def tables(boxes: Sequence[BoxResult], counts: dict[str, int]) -> dict[str, Any]:
    """Return what is written: where the tables come from, how well they held, and the tables."""
    reported = [box for box in boxes if box.reported]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "split": "calibrate",
        "files": counts,
        "data_sha256": learning.data_hash(reported),
        "values": len(reported),
        "methods": dict(sorted(Counter(box.method for box in reported).items())),
        "held_out_calibration_error": round(learning.held_out_error(reported), 4),
        "tables": learning.written(learning.learned(reported), learning.grouped(reported)),
    }


def _boxes(results: Iterable[CaseResult], total: int) -> list[BoxResult]:
    """Return the boxes of all files; a person at a terminal is told how far it is."""
    boxes: list[BoxResult] = []
    for number, result in enumerate(results, start=1):
        boxes.extend(result.boxes)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number} of {total} files, {result.rung:<20}")
    return boxes


if __name__ == "__main__":
    main()
