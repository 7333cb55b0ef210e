"""Legal entity words → the members of the entity choice."""

from __future__ import annotations

import re

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

ENTITIES: tuple[tuple[str, str], ...] = (
    ("s_corporation", r"sub\s*chapter\s*\W?s\b|\bs[\s-]?corp"),
    ("llc", r"\bl\.?\s?l\.?\s?c\b|limited\s+liability\s+co"),
    ("not_for_profit", r"\bnon?t?[\s-]*(?:for[\s-]*)?profit|501\s*\(?c"),
    ("sole_proprietor", r"sole\s+prop"),
    ("joint_venture", r"joint\s+venture|\bjv\b"),
    ("unincorporated_association", r"unincorporated"),
    ("partnership", r"partnership|\bl\.?l?\.?p\b"),
    ("trust", r"\btrust\b"),
    ("individual", r"\bindividual\b|natural\s+person"),
    ("corporation", r"\bcorp(?:oration)?\b|\binc(?:orporated)?\b|\bc[\s-]corp"),
    ("other", r"^other\b"),
)
"""Member and the words for it; the first that fits wins, so the narrow ones stand first."""


def entity(raw: str, context: Context) -> Parsed:
    """Read a legal entity into ``llc``, ``corporation``, ``s_corporation`` and so on."""
    text = raw.strip().replace("_", " ")
    for member, words in ENTITIES:
        if re.search(words, text, re.IGNORECASE):
            return Parsed(value=member)
    return unanswered(raw) or refused("unknown_code", "no such entity")
