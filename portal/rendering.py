"""Templates: one Jinja environment, strict and escaping, and the few things every page is given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from portal import csrf

STATIC = Path(__file__).parent / "static"
DESK = "Submission intake"
"""What agents know us by."""


def page(
    request: Request, template: str, values: Mapping[str, Any], *, status: int = 200, forms: bool = True
) -> HTMLResponse:
    """Return one page. ``forms`` says that it holds forms, which need a token and, for strangers, a visitor cookie."""
    secret, visitor = csrf.page_secret(request) if forms else ("", None)
    given = {
        **values,
        "nonce": request.scope["state"]["nonce"],
        "csrf_field": Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, csrf.token_for(secret)),
        "contact": request.app.state.office.settings.own_address,
    }
    response = HTMLResponse(environment().get_template(template).render(given), status_code=status)
    if visitor:
        csrf.remember_visitor(request, response, visitor)
    return response


@cache
def environment() -> Environment:
    """Return the templates' environment."""
    made = Environment(
        loader=PackageLoader("portal"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static, desk=DESK)
    made.filters.update(us_date=us_date, day=day, iso=iso)
    return made


@cache
def static(name: str) -> str:
    """Return the address of a static file with a digest of its content, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def us_date(moment: date | datetime | None) -> str:
    """Return a day as agents write it, MM/DD/YYYY."""
    return f"{moment:%m/%d/%Y}" if moment else "not given yet"


def day(moment: date | datetime | None) -> str:
    """Return a day in words, ``January 15, 2027``."""
    return f"{moment:%B} {moment.day}, {moment.year}" if moment else "not given yet"


def iso(moment: date | datetime) -> str:
    """Return a moment as ``<time datetime>`` wants it."""
    return moment.isoformat()
