"""Real servers for tests, started from installed binaries on free ports in temporary folders."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POSTGRES_HOME = Path("/usr/lib/postgresql")
START_SECONDS = 60.0
IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: where it listens, its process, and the folder it lives in."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    folder: Path


def start_postgres() -> Server:
    """Start a PostgreSQL cluster of its own, with fsync off; fail with a sentence when it is not installed."""
    binaries = _postgres_binaries()
    folder = quick_folder("intake-postgres-")
    data = folder / "data"
    user = _unprivileged(folder)
    made = [*user, str(binaries / "initdb"), "-D", str(data), "-U", "intake", "-A", "trust", "-E", "UTF8", "-N"]
    initialised = subprocess.run(made, cwd=folder, capture_output=True, check=False)
    if initialised.returncode:
        raise RuntimeError(f"initdb failed: {initialised.stderr.decode(errors='replace')}")
    port = free_port()
    options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    command = [*user, str(binaries / "postgres"), "-D", str(data), *options, "-c", "max_connections=60"]
    process = _spawn(command, folder)
    server = Server(url=f"postgresql://intake@127.0.0.1:{port}/postgres", port=port, process=process, folder=folder)
    ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "intake"]
    _await(server, lambda: subprocess.run(ready, check=False).returncode == 0)
    return server


def fresh_database(url: str) -> str:
    """Make an empty database beside that of a PostgreSQL URL and return its URL."""
    import psycopg

    name = f"fresh_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return f"{url.rpartition('/')[0]}/{name}"


def start_redis() -> Server:
    """Start a Redis server without persistence; fail with a sentence when it is not installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise RuntimeError("redis-server is not installed: the tests need it (Debian: redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="intake-redis-"))
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = Server(
        url=f"redis://127.0.0.1:{port}/0", port=port, process=_spawn([binary, *options], folder), folder=folder
    )
    _await(server, lambda: _answers(port))
    return server


def stop(server: Server) -> None:
    """Stop a server and remove its folder."""
    server.process.terminate()
    try:
        server.process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
    shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Stop a server when the block ends."""
    try:
        yield server
    finally:
        stop(server)


def quick_folder(prefix: str) -> Path:
    """Make a folder for a server's files: in memory where there is room, since no test asks them back after a crash."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=IN_MEMORY if roomy else None))


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_binaries() -> Path:
    found = sorted(POSTGRES_HOME.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError(f"no PostgreSQL server under {POSTGRES_HOME}: the tests need it (Debian: postgresql)")
    return found[-1].parent


def _unprivileged(folder: Path) -> list[str]:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return []
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        raise RuntimeError("as root the tests run PostgreSQL as the user postgres, which does not exist") from None
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _spawn(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    # The child keeps its own copy of the log's descriptor.
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def _await(server: Server, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if server.process.poll() is not None or time.monotonic() > deadline:
            said = (server.folder / "server.log").read_text(errors="replace")
            stop(server)
            raise RuntimeError(f"the server did not start: {said}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
