"""What is known of a field by its name alone: its printed label, its value type, its choices and how much hangs on it.

The form maps say it for what stands on forms, the table of headers for the columns of schedules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from parsers import values
from parsers.extract.headers import vocabulary
from parsers.forms import FORMS, FormField, form_map
from pipeline.schedules import TABLES
from pipeline.submission import ResolvedField

_INDEX = re.compile(r"\[\d+\]")
_IMPACT = {"B": 1.0, "Q": 0.7, "I": 0.3, "O": 0.3, "-": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWord:
    """One field of the vocabulary. ``type`` is a value type; ``impact`` is 1 for what holds a quote up, down to 0.2."""

    type: str = "text"
    label: str = ""
    choices: tuple[str, ...] = ()
    impact: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a person typed for a field, to be read as ``type``; ``reason`` says why it cannot be."""

    raw: str
    type: str
    reason: str | None = None


def word_of(field: str) -> FieldWord:
    """Return what is known of a field such as ``vehicles[0].vin``; one nobody knows is a date by its name, or text."""
    return _words().get(_INDEX.sub("[]", field)) or FieldWord(type="date" if field.endswith("_date") else "text")


def entered(field: str, text: str) -> Entered:
    """Read what a person typed for a field; an empty text is an answer too: the document does not say."""
    known, plain = word_of(field), text.strip()
    if not plain:
        return Entered(raw="", type=known.type)
    if known.choices:
        chosen = plain.lower().replace(" ", "_")
        return Entered(raw=chosen, type="text", reason=None if chosen in known.choices else "unknown_code")
    parsed = values.parse(known.type, plain)
    reason = parsed.defect.reason if parsed.value is None and parsed.defect else None
    return Entered(raw=plain, type=known.type, reason=reason)


def accepted(fact: ResolvedField) -> Entered:
    """Return a fact's own value as a person would type it, with a type that reads it back unchanged."""
    known = "yn" if isinstance(fact.value, bool) else word_of(fact.field).type
    raw = _typed(fact)
    kinds = (known, "text")
    kept = next((kind for kind in kinds if values.parse(kind, raw).value == fact.value), known)
    return Entered(raw=raw, type=kept)


def ticked(fact: ResolvedField) -> str | None:
    """Return what a tick in the box a fact stood in would say, as a person types it; None where it is no tick box."""
    form = (fact.source.kind or "").removeprefix("acord_")
    boxes = form_map(form) if form in FORMS else None
    box = boxes.fields.get(fact.source.elabel or "") if boxes else None
    if box is None or box.type != "tick":
        return None
    return box.value if isinstance(box.value, str) else "yes"


def _typed(fact: ResolvedField) -> str:
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return fact.raw if fact.value is None else str(fact.value)


@cache
def _words() -> dict[str, FieldWord]:
    found: dict[str, FieldWord] = {}
    for table, (group, renamed) in TABLES.items():
        for name, column in vocabulary(table).items():
            found[f"{group}[].{renamed.get(name, name)}"] = FieldWord(type=column.type)
    for form in FORMS:
        boxes = form_map(form)
        for box in boxes.fields.values() if boxes else ():
            name = _INDEX.sub("[]", box.field)
            found[name] = _with(found.get(name), box)
    return found


def _with(known: FieldWord | None, box: FormField) -> FieldWord:
    """Add one box to what is known of its field: the first label stays, a tick adds a choice."""
    impact = max(_IMPACT[box.need], known.impact if known else 0.0)
    if box.type == "tick" and isinstance(box.value, str):
        choices = (*(known.choices if known else ()), box.value)
        return FieldWord(type="text", choices=tuple(dict.fromkeys(choices)), impact=impact)
    if known is not None and known.label:
        return replace(known, impact=impact)
    kind = {"tick": "yn", "signature": "text"}.get(box.type, box.type)
    return FieldWord(type=kind, label=box.label, impact=impact)
