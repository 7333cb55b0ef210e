"""An IMAP server that plays a script: for what no real server does on demand, such as the sentences of Exchange."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.certificates import make_certificate

GREETING: Final = b"* OK ready\r\n"
_DEFAULTS: Final = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
    b"LOGIN": b"{tag} OK in\r\n",
    b"LOGOUT": b"* BYE going\r\n{tag} OK bye\r\n",
    b"NOOP": b"{tag} OK done\r\n",
    b"LIST": b'* LIST () "/" "INBOX"\r\n{tag} OK done\r\n',
    b"SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 2] n\r\n{tag} OK [READ-WRITE] s\r\n",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 2] n\r\n{tag} OK [READ-ONLY] s\r\n",
    b"UID SEARCH": b"* SEARCH 1\r\n{tag} OK done\r\n",
}


class OddServer:
    """Answers each command by its first words from the script, else as a plain server would."""

    def __init__(self, folder: Path, script: Mapping[bytes, bytes], *, greeting: bytes = GREETING) -> None:
        made = make_certificate(folder)
        self.authority = made.certificate
        self.heard: list[bytes] = []
        self._script = {**_DEFAULTS, **script}
        self._greeting = greeting
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(made.certificate, made.key)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(raw,), daemon=True).start()

    def _talk(self, raw: socket.socket) -> None:
        try:
            with self._context.wrap_socket(raw, server_side=True) as line, line.makefile("rb") as heard:
                line.sendall(self._greeting)
                idle = b""
                for command in heard:
                    self.heard.append(command)
                    if b" IDLE" in command.upper():
                        idle = command.partition(b" ")[0]
                    answer = self._answer(command).replace(b"{idle}", idle)
                    line.sendall(answer)
                    if not answer or answer.startswith(b"* BYE"):
                        return
        except OSError:
            return

    def _answer(self, command: bytes) -> bytes:
        tag, _, rest = command.strip().rpartition(b" ") if command == b"DONE\r\n" else command.strip().partition(b" ")
        words = re.sub(rb"\s+", b" ", rest).upper()
        known = sorted((name for name in self._script if words.startswith(name)), key=len)
        return self._script[known[-1]].replace(b"{tag}", tag) if known else tag + b" BAD what\r\n"
