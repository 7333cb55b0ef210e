"""The same bytes give the same JSON, byte for byte, whatever order a process keeps its sets in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from fixtures import formcases, lists

ROOT = Path(__file__).parents[2]
MAILBOX = ROOT / "fixtures" / "mailbox"
SEEDS = ("1", "20261122")

READ_HERE = """
import importlib, sys
from pathlib import Path
from parsers import registry
from parsers.limits import Limits
from parsers.sniff import sniff
for path in sorted(Path(sys.argv[1]).iterdir()):
    content = path.read_bytes()
    found = registry.READERS.get(sniff(content))
    if found and path.suffix != ".eml":
        document = importlib.import_module(found[0]).read(content, path.name, Limits())
        print(path.name, repr(document).replace(repr(document.seconds), "0.0"))
"""
"""Reads in the process itself: children that read have a hash seed of their own, always the same."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a file of each sort that takes another road."""
    made = tmp_path_factory.mktemp("varied")
    forms = [next(formcases.cases("tune", rung, 1)) for rung in ("widget_d2", "flattened", "scan_200")]
    styles = [("loss_run", name) for name in ("harborline", "two_line", "key_value", "blue_prairie_xlsx", "docx")]
    styles += [
        ("sov", "xlsx_rich"),
        ("sov", "pdf_plain"),
        ("drivers", "html"),
        ("vehicles", "csv"),
        ("drivers", "scan_plain"),
        ("sov", "scan_ruled"),
    ]
    drawn = [next(lists.cases("tune", family, 1, style=style)) for family, style in styles]
    for number, case in enumerate([*forms, *drawn]):
        (made / f"{number:02} {case.file_name}").write_bytes(case.file)
    for mail in islice(sorted(MAILBOX.glob("*.eml")), 3):
        (made / mail.name).write_bytes(mail.read_bytes())
    return made


def _out_of(seed: str, *command: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def _without_seconds(out: str) -> list[str]:
    """Return the lines as printed, but for the seconds each took."""
    lines = []
    for line in out.splitlines():
        told = json.loads(line)
        seconds = f'"seconds": {json.dumps(told["seconds"])}'
        assert line.count(seconds) >= 1
        lines.append(line.replace(seconds, '"seconds": 0', 1))
    return lines


@pytest.mark.parametrize("command", ["read", "preflight"])
def test_two_processes_print_the_same_bytes(command: str, folder: Path, tmp_path: Path) -> None:
    intake = ("-c", "from portal.cli.main import main; main()", command, "--json", "--reveal", str(folder))

    one, other = (_without_seconds(_out_of(seed, *intake, folder=tmp_path)) for seed in SEEDS)

    assert len(one) == len(list(folder.iterdir() if command == "read" else folder.glob("*.eml")))
    assert sum(len(line) for line in one) > 20_000
    assert one == other


def test_readers_find_the_same_in_the_same_order(folder: Path, tmp_path: Path) -> None:
    one, other = (_out_of(seed, "-c", READ_HERE, str(folder), folder=tmp_path).splitlines() for seed in SEEDS)

    assert len(one) >= 11
    for line, same in zip(one, other, strict=True):
        assert line == same, line[:200]
