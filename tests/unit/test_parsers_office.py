"""Old word-processor files go through LibreOffice where it is; where it hangs, nothing of it is left."""

from __future__ import annotations

import os
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from parsers.limits import Limits
from parsers.readers import office
from parsers.sandbox import Sandbox

RTF = rb"{\rtf1\ansi Delmar Sheet Metal has been in business since 1974.\par}"
_STUB = """#!{python}
import os, sys, pathlib, time
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
profile = next(one for one in sys.argv if one.startswith("-env:UserInstallation="))
target = sys.argv[sys.argv.index("--convert-to") + 1]
goal = out / ("file." + target)
{body}
"""


def stub(folder: Path, body: str) -> str:
    """Write a program that takes LibreOffice's arguments."""
    path = folder / "soffice"
    path.write_text(_STUB.format(python=sys.executable, body=body))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def convert(program: str, *, seconds: float = 30.0) -> office.Converted:
    return office.convert(RTF, suffix="rtf", target="docx", program=program, limits=Limits(), seconds=seconds)


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def gone(pid: int) -> bool:
    """Tell whether a process has ended, be it buried or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def scratch() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("intake-office-*")}


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    made = docx.Document()
    made.add_paragraph("Delmar Sheet Metal has been in business since 1974.")
    path = tmp_path / "made.docx"
    made.save(str(path))
    return path


def test_what_comes_out_is_read_like_any_other_file(
    tmp_path: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = stub(tmp_path, f"goal.write_bytes(pathlib.Path({str(letter)!r}).read_bytes())")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert office.found() == program
    with Sandbox(ocr="none") as box:
        document = box.read(RTF, name="narrative.rtf")
    assert document.status == "read"
    assert document.media_type == "application/rtf"
    assert "since 1974" in document.text


def test_without_libreoffice_the_file_is_unsupported_and_the_fix_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Sandbox(ocr="none") as box:
        document = box.read(RTF, name="narrative.rtf")
    assert (document.status, document.reason) == ("unreadable", "unsupported")
    assert document.defects[0].detail == "save it as .docx or PDF"


def test_a_program_that_hangs_is_killed_with_all_it_started(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    body = f"""
child = os.fork()
if child == 0:
    time.sleep(600)
pathlib.Path({str(told)!r} + ".part").write_text(f"{{os.getpid()}} {{child}}")
os.rename({str(told)!r} + ".part", {str(told)!r})
time.sleep(600)
"""
    before = scratch()
    assert convert(stub(tmp_path, body), seconds=4.0).reason == "timeout"
    pids = [int(pid) for pid in told.read_text().split()]
    assert len(pids) == 2
    assert soon(lambda: all(gone(pid) for pid in pids))
    assert scratch() == before


def test_a_child_left_behind_by_a_program_that_ended_is_killed_too(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    body = f"""
child = os.fork()
if child == 0:
    time.sleep(600)
pathlib.Path({str(told)!r}).write_text(str(child))
goal.write_bytes(b"made")
"""
    assert convert(stub(tmp_path, body)).content == b"made"
    assert soon(lambda: gone(int(told.read_text())))


def test_the_profile_is_its_own_and_goes_away(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    body = f"""
where = profile.split("file://")[1]
(pathlib.Path(where) / "registrymodifications.xcu").write_text("x")
pathlib.Path({str(seen)!r}).write_text(where)
goal.write_bytes(b"made")
"""
    program = stub(tmp_path, body)
    assert convert(program).reason is None
    first = seen.read_text()
    assert convert(program).reason is None
    assert first != seen.read_text()
    assert not Path(first).parent.exists()


def test_no_secret_of_ours_reaches_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SECRET", "hush")
    made = convert(stub(tmp_path, 'goal.write_text(" ".join(sorted(os.environ)))')).content.decode()
    assert "HOME" in made
    assert "INTAKE" not in made


def test_the_program_has_limits(tmp_path: Path) -> None:
    body = "import resource\ngoal.write_text(str(resource.getrlimit(resource.RLIMIT_FSIZE)[0]))"
    assert 0 < int(convert(stub(tmp_path, body)).content) <= 256 * 1024 * 1024


@pytest.mark.parametrize(
    "body",
    ["sys.exit(0)", "goal.touch()", "os.symlink('/etc/hostname', goal)", "os.mkfifo(goal)", "goal.mkdir()"],
    ids=["nothing", "empty", "link", "pipe", "folder"],
)
def test_an_outcome_that_is_no_file_is_a_damaged_file(tmp_path: Path, body: str) -> None:
    assert convert(stub(tmp_path, body)) == office.Converted(reason="damaged")


def test_an_outcome_larger_than_what_is_read_is_refused(tmp_path: Path) -> None:
    program = stub(tmp_path, "goal.write_bytes(bytes(2000))")
    made = office.convert(RTF, suffix="rtf", target="docx", program=program, limits=Limits(input=1000), seconds=30.0)
    assert made == office.Converted(reason="output_too_large")


REAL = pytest.mark.skipif(office.found() is None, reason="LibreOffice is not installed")
ROWS = (("Driver Name", "DOB", "License #"), ("Dana Kessler", "01/14/1990", "C5255587"), ("Luis Okafor", "", "T5"))
FORMATS = {"doc": "application/msword", "rtf": "application/rtf", "odt": "application/vnd.oasis.opendocument.text"}


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter with a table, as LibreOffice itself writes it in each of the old formats."""
    folder = tmp_path_factory.mktemp("roster")
    made = docx.Document()
    made.add_paragraph("Delmar Sheet Metal has been in business since 1974.")
    grid = made.add_table(rows=len(ROWS), cols=len(ROWS[0]))
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            grid.cell(number, column).text = text
    made.add_paragraph("Thank you.")
    made.save(str(folder / "made.docx"))
    content, program = (folder / "made.docx").read_bytes(), office.found()
    assert program is not None
    for suffix in FORMATS:
        told = office.convert(content, suffix="docx", target=suffix, program=program, limits=Limits())
        assert told.reason is None, (suffix, told.reason)
        (folder / f"roster.{suffix}").write_bytes(told.content)
    return folder


@REAL
@pytest.mark.parametrize("suffix", FORMATS)
def test_libreoffice_itself_makes_old_files_readable_inside_its_limits(roster: Path, suffix: str) -> None:
    before = scratch()
    with Sandbox(ocr="none") as box:
        document = box.read((roster / f"roster.{suffix}").read_bytes(), name=f"roster.{suffix}")
    assert (document.status, document.media_type) == ("read", FORMATS[suffix])
    assert "since 1974" in document.text
    assert [tuple(cell.text for cell in row) for row in document.tables[0].rows] == list(ROWS)
    assert scratch() == before


@REAL
def test_what_libreoffice_cannot_open_is_damaged() -> None:
    with Sandbox(ocr="none") as box:
        document = box.read(rb"{\rtf1\ansi " + b"{" * 100_000, name="deep.rtf")
    assert (document.status, document.reason) == ("unreadable", "damaged")


@REAL
def test_libreoffice_fetches_nothing_that_a_file_points_to() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        door.settimeout(0.2)
        address = f"http://127.0.0.1:{door.getsockname()[1]}/seen.png"
        field = rb'{\field{\*\fldinst INCLUDEPICTURE "' + address.encode() + rb'" \\d}}'
        with Sandbox(ocr="none") as box:
            document = box.read(rb"{\rtf1\ansi Delmar since 1974. " + field + rb"\par}", name="remote.rtf")
        with pytest.raises(TimeoutError):
            door.accept()
    assert document.status == "read" and "since 1974" in document.text
