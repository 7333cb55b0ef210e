"""Turn old word-processor files into ones that are read, where LibreOffice is installed.

LibreOffice starts processes and writes files, which no reading process may do, so it runs beside them: in a session of
its own, with limits, without network where the kernel lets go of it, and in a folder of its own that holds its profile,
the file and the outcome. When its time is up the whole process group is killed; the folder is removed whatever happens.
What comes out is a stranger's file still, and goes to a reading process like any other.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parsers.limits import Limits

SECONDS: Final = 60.0
"""Longest wait for one file; the first start of LibreOffice on a slow machine takes fifteen."""
_PROGRAMS = ("soffice", "libreoffice")
_ASK_TO_END = 2.0
"""Seconds for a killed group to be gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The outcome: the new file's bytes, or the reason from ``parsers.limits`` why there is none."""

    content: bytes = b""
    reason: str | None = None


def found() -> str | None:
    """Return the path of LibreOffice's program, or None where it is not installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def convert(
    content: bytes, *, suffix: str, target: str, program: str, limits: Limits, seconds: float = SECONDS
) -> Converted:
    """Convert a file named by its ``suffix`` to ``target`` (``docx`` or ``pdf``); never raises for what it holds."""
    with tempfile.TemporaryDirectory(prefix="intake-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("profile", "out"):
            (folder / part).mkdir(mode=0o700)
        source = folder / f"file.{suffix}"
        source.write_bytes(content)
        reason = _run(_command(program, folder, source, target), folder, seconds)
        return Converted(reason=reason) if reason else _outcome(folder / "out" / f"file.{target}", limits)


def _command(program: str, folder: Path, source: Path, target: str) -> list[str]:
    told = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    goal = ["--convert-to", target, "--outdir", str(folder / "out"), str(source)]
    return [sys.executable, "-m", "parsers.readers.office_start", program, profile, *told, *goal]


def _run(command: list[str], folder: Path, seconds: float) -> str | None:
    """Run the program to its end or to the end of its time; return why it failed, or None."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, which starts the program that was found
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        _end(process)
    return "parser_crashed" if code < 0 else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the group: LibreOffice's own starter leaves its child behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ASK_TO_END)


def _environment(folder: Path) -> dict[str, str]:
    """Give it a home and a place for scratch files that go with the folder, and no secret of ours."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    home = str(folder)
    return {
        "HOME": home,
        "TMPDIR": home,
        "XDG_RUNTIME_DIR": home,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": path,
        "SAL_USE_VCLPLUGIN": "svp",
    }


def _outcome(path: Path, limits: Limits) -> Converted:
    """Return the file that was written, if it is an ordinary one and no larger than what is read.

    Whoever wrote it is dead by now, so that it stays what it is while it is looked at.
    """
    try:
        told = path.lstat()
    except OSError:
        return Converted(reason="damaged")
    if not stat.S_ISREG(told.st_mode) or not told.st_size:
        return Converted(reason="damaged")
    if told.st_size > limits.input:
        return Converted(reason="output_too_large")
    return Converted(content=path.read_bytes())
