"""One submission as a person reads it on a terminal: who, what, how far, and what is asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from rich.markup import escape

from pipeline.submission import LINES
from portal.cli.output import console, plain, shown

GATES = {"blocked": "red", "quotable": "yellow", "complete": "green"}
MARKS = {
    "blocking": "[red]●[/]",
    "needed_to_quote": "[yellow]●[/]",
    "needed_to_bind": "[cyan]○[/]",
    "nice": "[dim]○[/]",
}
INDENT = 2
LABEL = 24
"""Columns of the longest code, its mark and a gap."""
NARROWEST = 30


def show_submission(report: Mapping[str, Any], *, found: str = "", sent: str = "") -> None:
    """Print a submission of ``preflight`` or of the records; ``found`` counts its documents, ``sent`` its mails."""
    name = "  ".join(shown(report[key]) for key in ("ref", "insured") if key in report)
    console.print(f"[bold]{name}[/]", soft_wrap=True)
    lines = ", ".join(LINES.get(line, line) for line in report["lines"]) or "no line named"
    effective, gate = report["effective_date"], report["gate"]
    standing = f"{lines} · effective {plain(effective)} · {report['status']} · score {plain(report['score'])} · "
    console.print(f"  {shown(standing)}[{GATES.get(gate, 'dim')}]{shown(gate)}[/]", soft_wrap=True)
    if found:
        _row("[dim]documents[/]", "documents", found, style="dim")
    for item in report["items"]:
        code = plain(item["code"])
        _row(f"{MARKS.get(item['severity'], '○')} {escape(code)}", f"● {code}", item["ask"])
    if sent:
        _row("[dim]checklists[/]", "checklists", sent, style="dim")


def _row(label: str, bare: str, text: str, *, style: str = "none") -> None:
    """Print a label and a text that wraps under itself; ``bare`` is the label without its colours."""
    width = max(console.width - INDENT - LABEL, NARROWEST)
    first, *rest = textwrap.wrap(plain(text), width, break_on_hyphens=False) or [""]
    gap = " " * max(LABEL - len(bare), 1)
    console.print(f"{' ' * INDENT}{label}{gap}[{style}]{escape(first)}[/]", soft_wrap=True)
    for line in rest:
        console.print(f"{' ' * (INDENT + LABEL)}[{style}]{escape(line)}[/]", soft_wrap=True)
