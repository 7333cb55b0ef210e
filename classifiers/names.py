"""What a file's name suggests. Names lie, so a name only ever tips a judgement that was already close."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_FORM = re.compile(r"\bacord ?(\d{1,3})\b|^(125|126|127|130|131|137|140)\b")
_HINTS: tuple[tuple[str, str], ...] = (
    ("loss_summary_agent", r"\bloss (?:summary|recap)\b"),
    ("loss_run", r"\b(?:loss|losses|claims?) ?(?:runs?|history|hist|experience)\b|\blr\b|\bcvlr\b"),
    ("no_known_loss_letter", r"\bno (?:known )?loss(?:es)?\b|\bnkll?\b"),
    ("sov", r"\bsov\b|\b(?:schedule|statement) of (?:values|locations)\b|\bproperty schedule\b"),
    ("driver_list", r"\bdrivers?\b"),
    ("equipment_schedule", r"\bequip(?:ment)?\b"),
    ("vehicle_schedule", r"\b(?:vehicles?|fleet|autos?)\b"),
    ("payroll_schedule", r"\bpayrolls?\b"),
    ("exmod_worksheet", r"\b(?:ex ?mod|emr|experience mod|mod (?:worksheet|sheet))\b"),
    ("narrative", r"\b(?:narrative|cover letter|overview)\b"),
    ("bor_letter", r"\b(?:bor|broker of record|aor)\b"),
    ("dec_page", r"\bdecs?\b|\bdeclarations?\b"),
    ("supplemental_app", r"\bsupp(?:lement(?:al)?)?\b|\bquestionnaire\b"),
    ("quote_proposal", r"\b(?:quote|proposal|indication)\b"),
    ("prior_carriers", r"\b(?:prior (?:carriers?|insurance|coverage)|coverage history)\b"),
    ("inspection_report", r"\b(?:inspection|loss control|survey) ?(?:report)?\b"),
    ("resume", r"\bresumes?\b"),
    ("id_image", r"\b(?:dl|cdl|drivers? licen[cs]e|license front|licence front)\b"),
    ("w9", r"\bw ?9\b"),
    ("financial_statement", r"\b(?:financials?|balance sheet|p and l)\b"),
    ("photo", r"\b(?:img|dsc|pxl|photos?|pics?)\b ?\d*|^\d{8} \d{6}"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _HINTS)


def suggests(name: str) -> str | None:
    """Return the kind a file name points to, or None."""
    stem = name.rsplit(".", 1)[0] if "." in name else name
    plain = _SEPARATORS.sub(" ", stem.lower()).strip()
    if form := _FORM.search(plain):
        return f"acord_{form[1] or form[2]}"
    return next((kind for kind, pattern in _COMPILED if pattern.search(plain)), None)
