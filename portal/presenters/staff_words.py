"""Words that our staff read for fields, values, confidence, severities and states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from pipeline.records.facts import MASK
from pipeline.submission import LINES, Finding, ResolvedField, Source
from pipeline.vocabulary import word_of

Value = str | bool | int | None

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Insured", ("named_insureds[", "operations_description", "business_", "other_ni_")),
    ("Policy", ("proposed_", "transaction_", "lob_", "policy_", "billing_", "payment_", "deposit_", "audit_")),
    ("Terms asked for", ("need_by_", "target_", "expiring_", "minimum_")),
    ("Locations", ("locations[",)),
    ("Buildings", ("buildings[", "blankets[", "pr_")),
    ("Property amounts", ("subjects[",)),
    (
        "General liability",
        ("gl_", "gq_", "pq_", "con_", "cm_", "ebl_", "hazards[", "products[", "leased_labor[", "alcohol_"),
    ),
    ("Drivers", ("drivers[", "convictions[")),
    ("Vehicles", ("vehicles[",)),
    ("Auto coverage", ("ca_", "aq_", "au_")),
    ("Workers compensation", ("wc_", "wq_", "class_rows[", "individuals[")),
    ("Losses and prior carriers", ("losses[", "loss_", "prior_")),
    ("Questions", ("q_",)),
    ("Agency and contacts", ("agency_", "contacts[", "producer_", "underwriter_", "carrier_", "program_")),
    ("Additional interests", ("additional_interests[",)),
    ("Papers and signatures", ("attachments_", "applicant_", "form_", "document_", "remarks", "privacy_")),
)
"""Heading and the starts of the field names under it."""

ROWS: Mapping[str, str] = {
    "named_insureds": "Named insured",
    "contacts": "Contact",
    "locations": "Location",
    "buildings": "Building",
    "blankets": "Blanket",
    "subjects": "Amount",
    "hazards": "Class",
    "products": "Product",
    "drivers": "Driver",
    "convictions": "Conviction",
    "vehicles": "Vehicle",
    "individuals": "Owner or officer",
    "class_rows": "Class",
    "wc_prior": "Prior year",
    "prior_carriers": "Prior year",
    "losses": "Loss",
    "additional_interests": "Interest",
    "lob_other": "Other line",
    "attachments_other": "Other attachment",
}
"""Group of rows → what one of its rows is called."""

SHORT = frozenset(
    {"gl", "wc", "vin", "fein", "naics", "sic", "zip", "gvw", "csl", "bi", "pd", "dba", "ssn", "pai", "ebl", "npn"}
    | {"naic", "ocp", "um", "tiv", "llc", "mvr", "osha", "sov", "iso", "us"}
)
"""Words of field names that people write in capitals."""

SPELLED: Mapping[str, str] = {
    "dob": "date of birth",
    "q": "question:",
    "gq": "GL question:",
    "pq": "products question:",
    "aq": "auto question:",
    "wq": "WC question:",
    "ca": "auto",
    "au": "auto",
    "pr": "property",
    "con": "contractor",
    "cm": "claims-made",
    "ded": "deductible",
    "comp": "comprehensive",
    "coll": "collision",
    "lob": "line",
    "pct": "percent",
    "ft": "full-time staff",
    "pt": "part-time staff",
    "el": "employers liability",
    "reg": "registration",
    "line1": "line 1",
    "line2": "line 2",
    "ni": "named insured",
    "med": "medical",
    "exp": "expense",
    "agg": "aggregate",
}

CONFIDENCE = ((0.95, "high"), (0.85, "good"), (0.6, "low"), (0.0, "very low"))
"""From this number on, this word."""

SEVERITY: Mapping[str, str] = {
    "blocking": "Blocks the quote",
    "needed_to_quote": "Needed to quote",
    "needed_to_bind": "Needed to bind",
    "nice": "Helpful",
    "internal": "For us",
}
ITEM_STATES: Mapping[str, str] = {
    "open": "open",
    "requested": "asked for",
    "partially_received": "partly received",
    "received_unverified": "received, not checked",
    "satisfied": "closed",
    "waived": "waived",
    "not_applicable": "does not apply",
    "superseded": "replaced",
}
GATE: Mapping[str | None, str] = {
    "blocked": "blocked",
    "quotable": "quotable",
    "complete": "complete",
    None: "not scored yet",
}
STANDING: Mapping[str, str] = {
    "extracted": "as read",
    "derived": "worked out",
    "agent_confirmed": "the agent's word",
    "uw_overridden": "our word",
    "conflict": "sources differ",
}
DEFECTS: Mapping[str, str] = {
    "non_answer": "it answers nothing",
    "pointer": "it points to another paper",
    "tooltip": "it is the form's own prompt",
    "bad_format": "it has the wrong form",
    "out_of_range": "it is out of range",
    "ambiguous": "it can be read in two ways",
    "impossible_date": "there is no such date",
    "unknown_code": "it is no code we know",
    "out_of_scope": "it is for another state or program",
    "check_digit": "its check digit fails",
    "contradictory": "it contradicts itself",
}
DOUBTS: Mapping[str, str] = {
    "value_differs": "The form's field says one thing, the page shows another.",
    "doubtful_tick": "The mark in this box is too faint to tell, or no mark at all.",
    "unclear": "The writing could not be read with certainty.",
}
"""Defects that are no failure to understand, each with its own sentence."""


def defect_sentence(defect: str) -> str:
    """Return why a value is doubted, as a sentence."""
    if defect in DOUBTS:
        return DOUBTS[defect]
    return f"It was not understood: {DEFECTS.get(defect, defect.replace('_', ' '))}."


FINDINGS: Mapping[str, str] = {
    "new_edition": "an edition we have not seen before: every value of it is for review",
    "unexplained_ink": "writing that stands in no box",
    "no_layout": "a form whose layout nobody knows, read by its captions",
    "value_differs": "a field that says one thing while the page shows another",
    "no_text": "nothing legible",
    "no_ocr_engine": "scanned, and no reader of scans is installed",
    "doubtful_tick": "a mark too faint to tell",
    "unclear": "writing that could not be read with certainty",
}
"""What readers found wrong with a document, in words."""


def finding_words(finding: Finding) -> str:
    """Return one finding as listed under a document: ``p. 2: writing that stands in no box (3 words)``."""
    said = FINDINGS.get(finding.reason, finding.reason.replace("_", " "))
    page = f"p. {finding.page}: " if finding.page else ""
    detail = f" ({finding.detail})" if finding.detail else ""
    return f"{page}{said}{detail}"


_NAME = re.compile(r"^(?P<group>\w+)\[(?P<index>\d+)\](?:\.(?P<rest>.+))?$")
_MONEY = frozenset({"money", "limit", "cents"})


def row_of(field: str) -> tuple[str, int] | None:
    """Return group and index of a field that belongs to a row: ``vehicles[2].vin`` → (``vehicles``, 2)."""
    match = _NAME.match(field)
    return (match["group"], int(match["index"])) if match else None


def row_words(group: str, index: int) -> str:
    """Return what people call a row: ``Vehicle 3``."""
    return f"{ROWS.get(group, _capital(_spell(group)))} {index + 1}"


def column_words(field: str) -> str:
    """Return a field's name in words, without its row: ``Garage ZIP``."""
    match = _NAME.match(field)
    rest = (match["rest"] or match["group"]) if match else field
    if "." in rest:
        head, _, tail = rest.partition(".")
        return f"{_capital(_spell(head))}: {LINES.get(tail, _spell(tail))}"
    return _capital(_spell(rest))


def field_words(field: str) -> str:
    """Return a field's whole name in words: ``Vehicle 3, garage ZIP``."""
    row = row_of(field)
    if row is None:
        return column_words(field)
    if field.endswith("]"):
        return row_words(*row)
    column = column_words(field)
    lowered = column if column[:2].isupper() else column[:1].lower() + column[1:]
    return f"{row_words(*row)}, {lowered}"


def group_of(field: str) -> str:
    """Return the heading a field stands under."""
    return next((title for title, starts in GROUPS if field.startswith(starts)), "Everything else")


def value_words(field: str, value: Value) -> str:
    """Return a value as people write it: yes, 01/15/2027, $1,900,000, 12-3456789, not for profit."""
    if value is None:
        return "nothing usable"
    if isinstance(value, bool):
        return "yes" if value else "no"
    known, text = word_of(field), str(value)
    if known.choices and text in known.choices:
        return text.replace("_", " ")
    if known.type in ("date", "dob", "start_date"):
        return _day(text)
    if known.type in _MONEY:
        return _money(text)
    return f"{text[:2]}-{text[2:]}" if known.type == "fein" and len(text) == 9 else text


def shown(fact: ResolvedField, *, reveal: bool = False) -> str:
    """Return a fact's value as people may see it; restricted ones are masked unless revealed."""
    return MASK if fact.restricted and not reveal and fact.value is not None else value_words(fact.field, fact.value)


def confidence_words(number: float) -> str:
    """Return a confidence as a word; the number is always shown beside it."""
    return next(word for least, word in CONFIDENCE if number >= least)


def source_words(source: Source) -> str:
    """Return where a value stood: ``ACORD 125, page 1``."""
    return f"{source.label}, page {source.page}" if source.page else source.label


def short_line(line: str) -> str:
    """Return a line of business in the letters of the desk: ``GL``, ``WC``."""
    return {"general_liability": "GL", "workers_compensation": "WC", "business_owners": "BOP"}.get(
        line, line_words(line)
    )


def line_words(line: str | None) -> str:
    """Return a line of business in words."""
    return LINES.get(line, line) if line else ""


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence: ``auto, property and cyber``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _spell(name: str) -> str:
    words = re.split(r"[_.]+", name)
    return " ".join(word.upper() if word in SHORT else SPELLED.get(word, word) for word in words if word)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%m/%d/%Y}"
    except ValueError:
        return text


def _money(text: str) -> str:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return text
    return f"${amount:,}" if amount.is_finite() else text
