"""Whatever ``read``, ``preflight`` and ``ingest`` are given gets its line, and none of it steers the terminal."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from parsers.limits import MIB, REASONS
from portal.cli import main as command_line
from portal.cli.output import plain, shown

MESSAGE = (
    b"From: ann@agency.example\nTo: submissions@intake.example\nSubject: %s\nMessage-ID: <%d@agency.example>\n\n%s\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one command said, and how it ended."""

    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Intake = Callable[..., Said]


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Intake]:
    """Return the command line, run in this process with its data in a fresh folder."""
    logging = structlog.get_config()
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path / "data"))

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["intake", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        said = capsys.readouterr()
        return Said(out=said.out, err=said.err, code=int(ended.value.code or 0))

    yield run
    structlog.configure(**logging)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Return a folder of things no reader may open, with one honest message among them."""
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "dangling.eml").symlink_to("nowhere")
    (folder / "device.eml").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.eml")
    os.mkfifo(folder / "pipe.mbox")
    os.mkfifo(folder / "pipe")
    with (folder / "huge.eml").open("wb") as file:
        file.truncate(300 * MIB)
    (folder / "fine.eml").write_bytes(MESSAGE % (b"hello", 1, b"hello"))
    return folder


TROUBLED = ["dangling.eml", "device.eml", "huge.eml", "pipe.eml", "pipe.mbox"]


def test_every_file_given_to_read_gets_a_line_and_no_pipe_is_opened(intake: Intake, odd: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.path.relpath(odd / "socket"))
        said = intake("read", "--json", odd, odd / "dangling.eml")
    assert said.code == 1
    reasons = {Path(str(line["file"])).name: line["reason"] for line in said.lines}
    assert reasons == {
        **dict.fromkeys(TROUBLED, "unreadable_file"),
        "pipe": "unreadable_file",
        "socket": "unreadable_file",
        "huge.eml": "too_large",
        "fine.eml": None,
    }
    assert len(said.lines) == len(reasons) + 1
    assert set(reasons.values()) - {None} <= set(REASONS)
    shapes = {frozenset(line) for line in said.lines}
    assert len(shapes) == 1


def test_a_file_that_vanishes_gets_a_line(intake: Intake, odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [odd / "gone.pdf", odd / "fine.eml"]
    monkeypatch.setattr("pipeline.preview.files_in", lambda paths: found)
    assert [line["status"] for line in intake("read", "--json", odd).lines] == ["unreadable", "read"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_file_and_a_closed_folder_get_a_line(intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "in" / "folder").mkdir(parents=True)
    (tmp_path / "in" / "file.pdf").touch(mode=0)
    (tmp_path / "in" / "folder").chmod(0)
    assert [line["reason"] for line in intake("read", "--json", tmp_path / "in").lines] == ["unreadable_file"] * 2


def test_preflight_reports_what_it_cannot_open_and_says_so_with_its_exit_code(intake: Intake, odd: Path) -> None:
    said = intake("preflight", "--json", odd)
    assert said.code == 1
    held = [Path(str(line["file"])).name for line in said.lines if line["disposition"] == "hold"]
    assert held == TROUBLED
    assert len({frozenset(line) for line in said.lines}) == 1
    assert intake("preflight", "--json", odd / "fine.eml").code == 0
    assert intake("preflight", "--json", odd / "dangling.eml").code == 1


def test_a_message_held_because_it_is_encrypted_is_a_problem(intake: Intake, tmp_path: Path) -> None:
    sealed = tmp_path / "sealed.eml"
    sealed.write_bytes(
        b"From: ann@agency.example\nSubject: x\nMIME-Version: 1.0\n"
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\nMIIB\n"
    )
    said = intake("preflight", "--json", sealed)
    assert (said.lines[0]["disposition"], said.lines[0]["reason"], said.code) == ("hold", "encrypted", 1)
    assert intake("ingest", sealed).code == 1


def test_ingest_complains_on_standard_error_and_keeps_its_json_clean(intake: Intake, odd: Path) -> None:
    said = intake("ingest", "--json", odd)
    assert said.code == 1
    assert [line.split(":")[1].strip() for line in said.err.splitlines()] == TROUBLED
    assert [str(line.get("source_key", "")).partition("#")[0] for line in said.lines] == ["fine.eml", ""]
    assert intake("ingest", "--json", odd / "fine.eml").code == 0


def test_brackets_and_escapes_of_strangers_print_themselves(intake: Intake, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x[bold]y.txt").write_text("hello")
    (folder / "\x1b[31mred.txt").write_text("hello")
    (folder / os.fsdecode(b"broken\xff.txt")).write_text("hello")
    said = intake("read", folder)
    assert "x[bold]y.txt" in said.out
    assert "\x1b" not in said.out
    assert "broken\N{REPLACEMENT CHARACTER}.txt" in said.out
    names = [Path(str(line["file"])).name for line in intake("read", "--json", folder).lines]
    assert os.fsdecode(b"broken\xff.txt") in names


def test_an_insured_with_brackets_crashes_nothing(intake: Intake, tmp_path: Path) -> None:
    words = b"Insured: Acme [/x] LLC\nPlease quote general liability effective 1/1/2027."
    (tmp_path / "m.eml").write_bytes(MESSAGE % (b"[/x] new business", 2, words))
    said = intake("preflight", tmp_path / "m.eml")
    assert "Acme [/x] LLC" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("foreign", "printed"),
    [
        ("a\x1b[2Jb", "a\N{REPLACEMENT CHARACTER}[2Jb"),
        ("two\nlines\tof it", "two lines of it"),
        ("fdp\u202eexe", "fdp\N{REPLACEMENT CHARACTER}exe"),
        ("Müller & Söhne – 50 %", "Müller & Söhne – 50 %"),
        (None, "–"),
    ],
)
def test_foreign_text_is_made_harmless(foreign: object, printed: str) -> None:
    assert plain(foreign) == printed


def test_foreign_markup_is_escaped() -> None:
    from rich.text import Text

    for text in ("[/]", "[bold]x[/bold]", "ends with \\", "\\[red]"):
        assert Text.from_markup(f"[dim]{shown(text)}[/dim]").plain == text
