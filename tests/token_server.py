"""A token service that rotates refresh tokens, over TLS, and the word a mail server asks it for about access tokens."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.certificates import make_certificate


class TokenServer:
    """One user's tokens. A refresh token is good once; ``said`` is answered instead when it is set."""

    def __init__(self, folder: Path, *, user: str, rotates: bool = True) -> None:
        made = make_certificate(folder)
        self.authority = made.certificate
        self.user = user
        self.rotates = rotates
        self.refresh = "refresh-0"
        self.good: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self.said: dict[str, Any] | None = None
        #: Whether the access tokens that are given are any good.
        self.gives = True
        self._https = _serve(self._answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.key)
        self._https.socket = context.wrap_socket(self._https.socket, server_side=True)
        self._http = _serve(self._introspect)
        for server in (self._https, self._http):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"https://localhost:{self._https.server_port}"
        self.introspection = f"http://127.0.0.1:{self._http.server_port}/introspect"

    def close(self) -> None:
        """Stop answering."""
        for server in (self._https, self._http):
            server.shutdown()
            server.server_close()

    def _answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if "openid-configuration" in path and not path.startswith("/tenant/"):
            return 400, {"error": "invalid_tenant", "error_description": "there is none"}
        if "openid-configuration" in path:
            place = f"{self.url}/tenant"
            return 200, {
                "issuer": place,
                "token_endpoint": f"{place}/token",
                "authorization_endpoint": f"{place}/authorize",
                "device_authorization_endpoint": f"{place}/devicecode",
            }
        self.asked.append(form)
        if self.said is not None:
            return 400, self.said
        if path.endswith("/devicecode"):
            where = f"{self.url}/device"
            return 200, {"device_code": "device-1", "user_code": "ABCD-EFGH", "verification_uri": where, "interval": 1}
        if form["grant_type"].endswith(":device_code"):
            return self._sign_in()
        if form["grant_type"] == "refresh_token":
            return self._refresh(form)
        return 200, self._granted()

    def _sign_in(self) -> tuple[int, dict[str, Any]]:
        """Be asked once in vain, as while somebody still types the code."""
        if sum(form.get("device_code") == "device-1" for form in self.asked) < 2:
            return 400, {"error": "authorization_pending", "error_description": "not yet"}
        return 200, self._granted() | {"refresh_token": self.refresh}

    def _refresh(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form["refresh_token"] != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "the token was used before"}
        granted = self._granted()
        if self.rotates:
            self.refresh = f"refresh-{len(self.asked)}"
            granted["refresh_token"] = self.refresh
        return 200, granted

    def _granted(self) -> dict[str, Any]:
        token = f"access-{len(self.asked)}"
        self.good = {token} if self.gives else set()
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def _introspect(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        active = form.get("token") in self.good
        return 200, {"active": "true" if active else "false", "user": self.user}


def _serve(answer: Any) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*answer(self.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._say(*answer(self.path, {key: values[0] for key, values in parse_qs(body).items()}))

        def _say(self, status: int, words: dict[str, Any]) -> None:
            raw = json.dumps(words).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *arguments: object) -> None:
            return

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
