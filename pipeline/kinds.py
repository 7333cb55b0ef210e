"""The words people read for document kinds."""

from __future__ import annotations

import re
from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "loss_run": "loss run",
    "loss_summary_agent": "loss summary",
    "no_known_loss_letter": "no-known-loss letter",
    "no_loss_carrier": "carrier's no-loss statement",
    "sov": "statement of values",
    "driver_list": "driver list",
    "vehicle_schedule": "vehicle schedule",
    "equipment_schedule": "equipment schedule",
    "payroll_schedule": "payroll schedule",
    "exmod_worksheet": "experience rating worksheet",
    "wc_exclusion_form": "owner exclusion form",
    "financial_statement": "financial statement",
    "supplemental_app": "supplemental application",
    "carrier_app": "carrier application",
    "narrative": "cover letter",
    "dec_page": "declarations page",
    "quote_proposal": "quote",
    "bor_letter": "broker-of-record letter",
    "inspection_report": "inspection report",
    "w9": "W-9",
    "mvr_report": "motor vehicle record",
    "message": "e-mail",
    "unknown": "document",
}
FORM = re.compile(r"^acord_(\d+)$")


def label(kind: str) -> str:
    """Return what a person calls a kind: ``ACORD 125``, ``loss run``."""
    form = FORM.match(kind)
    if form:
        return f"ACORD {form[1]}"
    return LABELS.get(kind, kind.replace("_", " "))
