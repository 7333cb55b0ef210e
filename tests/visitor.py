"""A browser without a screen: cookies, forms and redirects over the application itself, no network, no scripts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from html import unescape

import httpx
from fastapi import FastAPI

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
FORM = re.compile(r'<form method="post" action="([^"]+)".*?</form>', re.S)

Files = Sequence[tuple[str, bytes]]


class Visitor:
    """One browser. It follows redirects after a post, as browsers do, and keeps the cookies."""

    def __init__(self, app: FastAPI, *, origin: str = "http://127.0.0.1:8000") -> None:
        self.app = app
        self.origin = origin
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **more: object) -> httpx.Response:
        """Send one request and follow nothing."""
        return asyncio.run(self._send(method, path, **more))

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._follow(self.request("GET", path))

    def post(
        self, path: str, fields: Mapping[str, str], *, files: Files = (), headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form and return the page it leads to."""
        sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
        more = {"files": sent} if sent else {}
        site = {"sec-fetch-site": "same-origin", "origin": "null", **(headers or {})}
        return self._follow(self.request("POST", path, data=dict(fields), headers=site, **more))

    def submit(
        self, page: httpx.Response, action: str, fields: Mapping[str, str] | None = None, *, files: Files = ()
    ) -> httpx.Response:
        """Fill in the form of a page whose address ends with ``action``, and send it."""
        path, hidden = form_of(page, action)
        return self.post(path, {**hidden, **(fields or {})}, files=files)

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code != 303:
            return answer
        return self._follow(self.request("GET", answer.headers["location"]))

    async def _send(self, method: str, path: str, **more: object) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.origin, cookies=self.cookies) as client:
            answer = await client.request(method, path, **more)  # type: ignore[arg-type]
            self.cookies = client.cookies
        return answer


def form_of(page: httpx.Response, action: str) -> tuple[str, dict[str, str]]:
    """Return address and hidden fields of the form whose address ends with ``action``."""
    for found in FORM.finditer(page.text):
        if found[1].endswith(action):
            return unescape(found[1]), {name: unescape(value) for name, value in HIDDEN.findall(found[0])}
    raise AssertionError(f"the page has no form {action}: {[found[1] for found in FORM.finditer(page.text)]}")
