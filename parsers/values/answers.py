"""Yes and no, and the texts that look like values but answer nothing or point elsewhere."""

from __future__ import annotations

import re

from parsers.values.parsed import Context, Parsed, refused

_NON_ANSWER_WORDS = """tbd tba tbc unknown unk ? ?? ??? various pending na n/a none/na not_applicable not_available
not_known to_be_determined to_be_advised to_be_provided to_follow to_come will_advise will_provide will_send
x xx xxx xxxx xxxxx 0000 00000 - -- --- _ __ ___ . .. ... ask_insured need_info waiting_on_insured
same_as_last_year to_be_confirmed awaiting working_on_it tbd_at_binding asap"""
_NON_ANSWERS = frozenset(_NON_ANSWER_WORDS.split())
_POINTER = re.compile(
    r"^(please\s+)?(see|per|refer(\s+to)?|as\s+per|attached|on\s+file|same\s+as|incl(uded)?\s+in|shown\s+on|on)\b"
    r"(?=.*\b(attach\w*|sov|schedules?d?|101|acord|file|expiring|remarks?|spreadsheet|list|supp\w*|narrative|loss\s+runs?"
    r"|enclosed|below|above|notes?|application|previous|prior|addendum|statement)\b).{0,60}$"
    r"|^(see\s+)?attached\.?$|^on\s+file\.?$|^per\s+expiring\.?$|^as\s+expiring\.?$|^(please\s+)?see\s+(attached|below)\b.{0,40}$",
    re.IGNORECASE | re.DOTALL,
)
_TOOLTIP = re.compile(
    r"^(enter\s+(text|date|code|amount|number|year|limit|percentage|rate|identifier|time|count|deductible|y\s+for)\b"
    r"|check\s+the\s+box\b|select\s+(one|from)\b|choose\s+an\s+item\b|click\s+(here|or\s+tap)\b|mm/dd/y)",
    re.IGNORECASE,
)
_YES = frozenset({"y", "yes", "true", "1", "si", "sí", "yep", "yeah"})
_TYPED_TICKS = frozenset({"x", "xx", "✓", "✔", "☒", "✗"})
_NO = frozenset({"n", "no", "false", "0", "none", "nope"})


def unanswered(raw: str) -> Parsed | None:
    """Return a refusal when all of ``raw`` answers nothing (TBD, N/A), points elsewhere or is a tooltip; else None."""
    text = " ".join(raw.split())
    if not text:
        return refused("non_answer", "blank")
    folded = text.casefold().strip(" .!*")
    if folded.replace(" ", "_") in _NON_ANSWERS or not folded:
        return refused("non_answer", text[:40])
    if _TOOLTIP.match(text):
        return refused("tooltip", text[:40])
    if len(text) <= 90 and _POINTER.match(text):
        return refused("pointer", text[:60])
    return None


def yes_no(raw: str, context: Context) -> Parsed:
    """Read Y, Yes, 1, true or their opposites; an X typed in a text box and a Y with an N are not an answer."""
    text = raw.strip().casefold().rstrip(".")
    if text in _YES:
        return Parsed(value=True)
    if text in _NO:
        return Parsed(value=False)
    if text in {"n/a", "na", "not applicable"}:
        return refused("non_answer", "n/a")
    if text in {"x", "✓", "✗"}:
        return refused("ambiguous", "a mark where Y or N was wanted")
    letters = set(re.findall(r"[a-z]+", text))
    if letters & _YES and letters & _NO:
        return refused("contradictory", "both yes and no")
    first = re.match(r"(yes|no|y|n)\b[\s,;:.–-]+\S", text)
    if first:
        return Parsed(value=first.group(1)[0] == "y", note="more text follows the answer")
    return unanswered(raw) or refused("bad_format", "not yes or no")


def marked(raw: str, context: Context) -> Parsed:
    """Read a text box that is ticked by typing in it: an X or a check mark is yes, as are the words of ``yes_no``."""
    if raw.strip().casefold() in _TYPED_TICKS:
        return Parsed(value=True)
    return yes_no(raw, context)


def included_excluded(raw: str, context: Context) -> Parsed:
    """Read whether a person is included in or excluded from workers compensation: ``INC`` or ``EXC``."""
    text = raw.strip().casefold()
    if re.match(r"(inc|i$|included|cov|yes$|y$)", text):
        return Parsed(value="INC")
    if re.match(r"(exc|e$|excluded|no$|n$|x$)", text):
        return Parsed(value="EXC")
    return unanswered(raw) or refused("bad_format", "not INC or EXC")
