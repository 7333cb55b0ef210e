"""Serve the pages: take the address before any work begins, tell where they are, end when told to."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, create_server, socket
from threading import Event
from typing import NoReturn
from urllib.parse import urlsplit

from pipeline.office import Office
from pipeline.settings import Settings
from portal.cli.output import Problem

WAITING = 2048


def checked(listen: str) -> str:
    """Return an address as it was given, or say that it is none."""
    _host_and_port(listen)
    return listen


@contextmanager
def opened(listen: str) -> Iterator[socket]:
    """Take ``host:port`` for us, or say why it cannot be had."""
    host, port = _host_and_port(listen)
    try:
        door = create_server((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=WAITING)
    except OSError as error:
        why = (error.strerror or "unknown").partition(" (")[0]
        raise Problem(f"{listen} cannot be served: {why}; name another address with --listen") from error
    with door:
        yield door


def _host_and_port(listen: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{listen}")
        if parts.port is not None and parts.netloc == listen and "@" not in listen:
            return parts.hostname or "127.0.0.1", parts.port
    except ValueError:
        pass
    raise Problem(f"--listen takes host:port, such as 127.0.0.1:8000, and not {listen}", exit_code=2)


def address(door: socket) -> str:
    """Return the address of the pages for a browser on this machine."""
    host, port = door.getsockname()[:2]
    if ip_address(host).is_unspecified:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def reachable(settings: Settings, url: str) -> Settings:
    """Return the settings with links that lead to ``url``, where nobody has said where they should lead."""
    if "public_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"public_url": url})


def serve(office: Office, door: socket, ring: Callable[[], object]) -> None:
    """Serve the pages until told to end: Ctrl+C raises KeyboardInterrupt, SIGTERM is the usual way and ends well."""
    import uvicorn

    from portal.app import create_app

    signal.signal(signal.SIGTERM, _end)
    server = uvicorn.Server(uvicorn.Config(create_app(office, ring), log_level="warning"))
    server.run(sockets=[door])


def wait() -> None:
    """Wait until told to end, in the same two ways."""
    signal.signal(signal.SIGTERM, _end)
    Event().wait()


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)
