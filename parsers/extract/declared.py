"""Which kinds of document a mail says are attached. A document somebody will send is not one of them."""

from __future__ import annotations

import re

_ATTACHED = re.compile(
    r"\b(?:attach(?:ed|ing|ments?)|enclosed|enclosing|herewith|inside|are\s+here|come\s+with\s+this|comes\s+with\s+this"
    r"|included|please\s+find|here\s+(?:is|are)\s+(?:the|our|my|all))\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will\s+(?:send|forward|follow|be\s+sent|provide|attach|get)|to\s+follow|not\s+attached|not\s+included|coming|requested"
    r"|working\s+on|once\s+(?:we|i)|when\s+(?:we|i)|pending|ordered|need(?:ed|s)?\s+(?:the|your|a|an)\b|please\s+(?:send|provide)"
    r"|without|no\s+(?:loss|sov|mod))\b",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        ("no_known_loss_letter", r"\bno[\s-]known[\s-]loss"),
        ("loss_run", r"\b(?:loss\s+runs?|loss\s+history|loss\s+experience|runs|clrs?)\b"),
        ("sov", r"\bsovs?\b|\b(?:statement|schedule)\s+of\s+values\b"),
        ("driver_list", r"\bdrivers?['’]?\s+(?:list|schedule|roster|info\w*)\b|\blist\s+of\s+drivers\b"),
        ("vehicle_schedule", r"\b(?:vehicle|fleet|auto)\s+(?:list|schedule)\b|\blist\s+of\s+vehicles\b"),
        ("equipment_schedule", r"\bequipment\s+(?:list|schedule)\b"),
        (
            "exmod_worksheet",
            r"\bmod(?:ification)?\s+(?:work\s?sheet|sheet)\b|\bex-?mod\b|\bexperience\s+mod\b|\bmods?\b",
        ),
        ("payroll_schedule", r"\bpayroll\s+(?:by\s+class|schedule|report|breakdown)\b"),
        ("supplemental_app", r"\bsupplement(?:s|al)?\b|\bsupp(?:s|\s+apps?)?\b"),
        ("narrative", r"\bnarrative\b|\bcover\s+letter\b"),
        ("dec_page", r"\bdec(?:laration)?s?\s+pages?\b|\bdeclarations\b|\bexpiring\s+decs?\b"),
        ("financial_statement", r"\bfinancials?\b|\bfinancial\s+statements?\b"),
        ("wc_exclusion_form", r"\bexclusion\s+forms?\b"),
        ("bor_letter", r"\bbor\b|\bbroker\s+of\s+record\b"),
    )
)
_ACORD = re.compile(
    r"\bacords?\b(?P<list>(?:\s*(?:forms?\s*)?(?:,|and|&|/|\+|s)?\s*\b\d{2,3}(?:\s+[A-Z]{2}\b)?)+)", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")


def declared_attachments(text: str) -> frozenset[str]:
    """Return the kinds that a sentence with "attached" names, or that a list under such a sentence names."""
    found: set[str] = set()
    listing = False
    for line in text.splitlines():
        if _BULLET.match(line):
            if listing and not _NOT_YET.search(line):
                found |= _kinds(line)
            continue
        if line.strip():
            listing = bool(_ATTACHED.search(line)) and line.rstrip().endswith(":")
        if not listing:
            continue
        found |= _kinds(line)
    for sentence in re.split(r"(?<=[.!?])\s+|\n\s*\n|;", " ".join(_joined(text))):
        for clause in re.split(r"\bbut\b|\bhowever\b", sentence, flags=re.IGNORECASE):
            if _ATTACHED.search(clause) and not _NOT_YET.search(clause):
                found |= _kinds(clause)
    return frozenset(found)


def _joined(text: str) -> list[str]:
    """Return the lines with paragraphs and list items kept apart as sentences."""
    return [
        line.strip() + (". " if _BULLET.match(line) or line.rstrip().endswith(":") else "")
        for line in text.splitlines()
        if line.strip()
    ]


def _kinds(text: str) -> set[str]:
    found = {kind for kind, pattern in _KINDS if pattern.search(text)}
    for match in _ACORD.finditer(text):
        found |= {f"acord_{number}" for number in re.findall(r"\d{2,3}", match["list"])}
    return found
