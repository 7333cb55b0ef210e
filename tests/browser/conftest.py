"""A running installation with the sample mailbox worked off, and a real Chromium to visit it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 90


@dataclass(frozen=True)
class Site:
    """A demonstration that is being served."""

    address: str
    data: Path
    password: str

    def link(self, ref: str) -> str:
        """Return the private link in the newest mail about a submission."""
        newest = sorted((self.data / "outgoing").glob(f"{ref.lower()}.*.eml"))[-1]
        body = message_from_bytes(newest.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        found = re.search(rf"{self.address}/l/\S+", body.get_content())
        assert found is not None
        return found[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site") / "data"
    address = f"127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "portal.cli", "demo", "--serve", "--data", str(data), "--listen", address]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    output = data.parent / "output.txt"
    with output.open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            yield Site(address=f"http://{address}", data=data, password=_password(server, output, address))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def _password(server: subprocess.Popen[bytes], output: Path, address: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        printed = output.read_text(errors="replace")
        found = re.search(r"reviewer@intake\.example\s+(\S+)", printed)
        if found and _answers(address):
            return found[1]
        if server.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"the demonstration did not start:\n{output.read_text(errors='replace')[-3000:]}")


def _answers(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing; install the Debian package chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()
