"""Measure and print: ``python -m tests.bench [forms|lists|mailbox] [--runs N]``. Nothing here passes or fails."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import forms, lists, mailbox, tables
from tests.bench.columns import careful, floor, naive
from tests.bench.mails import Measured, measured
from tests.bench.memory import measured as memory_of
from tests.bench.product import isolation, ready, whole_mail
from tests.bench.tables import Report


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every mail in every column."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    kinds = ("mails", "forms", "lists", "mailbox")
    parser.add_argument("what", nargs="?", choices=kinds, default="mails", help="what to measure")
    parser.add_argument("--runs", type=int, default=15, help="runs of the product and of the floor (default 15)")
    parser.add_argument("--slow-runs", type=int, default=3, help="runs of the popular stacks (default 3)")
    parser.add_argument("--mail", choices=[mail.name for mail in measured()], help="measure this mail only")
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    parser.add_argument("--plot", type=Path, help="write the cost of lists by pages as SVG, one file a style")
    chosen = parser.parse_args(arguments)
    if chosen.what == "forms":
        forms.main(chosen.runs)
        return
    if chosen.what == "lists":
        lists.main(chosen.runs, chosen.plot)
        return
    if chosen.what == "mailbox":
        mailbox.main(chosen.runs)
        return
    reports = []
    for mail in measured():
        if chosen.mail in (None, mail.name):
            report = _report(mail, chosen.runs, chosen.slow_runs)
            sys.stdout.write(tables.shown(report) + "\n\n")
            sys.stdout.flush()
            reports.append(report)
    if chosen.json:
        chosen.json.write_text(json.dumps([tables.values(report) for report in reports], indent=1) + "\n")


def _report(mail: Measured, runs: int, slow_runs: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as name:
        folder = Path(name)
        with ready(folder / "data") as office:
            product = whole_mail(office, mail, runs=runs)
            here, apart = isolation(office.sandbox, mail, runs=runs)
        path = folder / "mail.eml"
        path.write_bytes(mail.raw)
        return Report(
            mail=mail,
            product=product,
            floor=floor(mail, folder, runs=runs),
            careful=careful(mail, folder, runs=slow_runs),
            naive=naive(mail, folder, runs=slow_runs),
            read_here=here,
            read_apart=apart,
            memory=memory_of(str(path), runs),
        )


if __name__ == "__main__":
    main()
