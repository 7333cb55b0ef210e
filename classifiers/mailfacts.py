"""Facts in the words of a mail that settle what it wants: a policy number, who insures today, a value, a question."""

from __future__ import annotations

import re

_POLICY = re.compile(
    r"\b(?:policy|pol)(?: no\.?| number| ?#)?\s*#?\s*(?:[A-Z]{1,4}[\s-]?)?\d{4,}|"
    # A number by its shape alone: letters of a line before it, or a term behind it; no zip code, quote or FEIN.
    r"\b(?:BA|BAP|BOP|BP|CA|CAP|CGL|CP|CPP|CU|GL|IM|PKG|UMB|WC|XS)[\s-]?\d{6,}(?:-\d{1,2})?\b|"
    r"(?<![\w-])\d{6,}-\d{1,2}(?![\w-])",
    re.IGNORECASE,
)
_RENEWS = re.compile(r"\brenew|\brnl\b|\brnwl\b", re.IGNORECASE)
_WITH_US = re.compile(
    r"\byour (?:(?:expiring|current|existing|own) )?(?:policy|renewal)\b|"
    r"\byou (?:are the (?:incumbent|expiring|current|present)|(?:already |currently |now )?(?:write|wrote|insure)|"
    r"are on (?:it|this|the risk))\b|"
    r"\b(?:expir\w+|insured|written|now|today|currently|placed|policy|renewal|is|are) (?:with|by) "
    r"you(?:r company| guys| folks| all)?\b(?! and)",
    re.IGNORECASE,
)
_MARKET = r"(?:carrier|market|insurer|company|coverage|policy)"
_ELSEWHERE = re.compile(
    rf"\bincumbent\b|\b(?:current|present|expiring|existing|other|prior) (?:carrier|market|insurer)\b|"
    r"\bcurrently (?:with|insured|written|placed)\b|\b(?:is|are|and|they're|been) (?:out )?shopping\b|"
    r"\b(?:re-?market|remarketing|alternatives)\b|"
    r"\b(?:written|insured|placed|covered) (?:by|with|through) (?!you\b)|\b(?:moving|move|away) from (?!you\b)|"
    rf"(?<!you )(?<!we )(?<!who )(?<!one )(?<!body )\b(?:writes|insures|has|holds|carries) "
    rf"(?:it|this|them|this one|the {_MARKET}|the account)\b(?! been\b)|"
    r"\brenewal with (?!you\b|us\b)(?-i:[A-Z][a-z]+)|\bis leaving (?!you\b|us\b)|"
    r"(?<!you )(?<!you have )\bnon-?renew(?:ed|ing|s) (?:them|him|her|it|the)\b|"
    r"\b(?:is|are|they're|been) (?:now |today |currently )?with (?!you\b|us\b)[\w&' ]{2,40}? (?:now|today|currently)\b",
    re.IGNORECASE,
)
_CHASE = re.compile(
    r"\b(?:status|any (?:updates?|news|word|progress|movement)|eta|where (?:are|do) (?:we|you)|checking (?:in|on)|"
    r"follow(?:ing)?[ -]?up|\dnd request|\drd request|second request|third request|anything (?:yet|new)|"
    r"how (?:is|are|far) \w+|when (?:can|will|may|should|do) (?:we|i)|have(?:n'?t| not) heard)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b|\b\d{4}-\d\d-\d\d\b|"
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?:, ?\d{4})?\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\b\d{2}-\d{7}\b|\b(?=[A-Z]*\d)[A-HJ-NPR-Z\d]{17}\b", re.IGNORECASE)
_VALUE = re.compile(
    r"\b(?:19|20)\d\d\b|\$\s?\d|^\s*(?:q\s?)?\d{1,2}[.):]\s|\b(?:yes|none)\b|"
    r"\b\d[\d,]* (?:sq|employees|units|vehicles|drivers|stor(?:y|ies))\b",
    re.IGNORECASE | re.MULTILINE,
)
_LEAVES = re.compile(
    r"\bwithdr|\bclos(?:e|ed|ing)\b|\bcancel|\b(?:not|no longer|n't) (?:be )?(?:need|mov|go|tak|interest)|\bstop|"
    r"\b(?:went|gone|goes|going|stay\w*|renewed|placed) (?:with|where|else\w*|another)|\blost\b|\bbeaten\b|"
    r"\belsewhere\b|\bdecided\b|\bchose\b|\bdeclin|\bpass(?:ed|ing)? on\b|\barchive\b|\bdead\b|\bdrop\b|\bforget\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\bsubmission|\bquot(?:e|es|ed|ing)\b|\bapplication|\bproposal\b", re.IGNORECASE)
_ISSUE = re.compile(
    r"(?<!\byou )(?<!\bas )\b(?:issue|needs?|send (?:us|me|one|a|it|them|over)|requests?|requesting|required?|"
    r"prepare|provide|revise|correct|reissue|"
    r"(?:can|could|would|will) you|(?:asks?|asking) for|wants? (?:one|a|to see))\b",
    re.IGNORECASE,
)


def names_policy(text: str) -> bool:
    """Return whether a policy number stands in the text."""
    return _POLICY.search(text) is not None


def renews(text: str) -> bool:
    """Return whether the text speaks of a renewal, whoever's."""
    return _RENEWS.search(text) is not None


def insured_with_us(text: str) -> bool:
    """Return whether the text says that the reader insures today."""
    return _WITH_US.search(text) is not None


def insured_elsewhere(text: str) -> bool:
    """Return whether the text says that somebody else insures today."""
    return _ELSEWHERE.search(text) is not None


def chases(text: str) -> bool:
    """Return whether the text asks how far things are."""
    return _CHASE.search(text) is not None


def names_object(text: str) -> bool:
    """Return whether a tax number or a vehicle is named: nobody does so who asks or leaves."""
    return _OBJECT.search(text) is not None


def gives_value(text: str) -> bool:
    """Return whether the text gives a value that may close an open item; a day alone is none."""
    return names_object(text) or _VALUE.search(_DATE.sub(" ", text)) is not None


def leaves(text: str) -> bool:
    """Return whether any word of the text ends something."""
    return _LEAVES.search(text) is not None


def speaks_of_a_quote(text: str) -> bool:
    """Return whether the text is about what is not in force yet."""
    return _QUOTE.search(text) is not None


def asks_for_paper(text: str) -> bool:
    """Return whether the text wants something made or sent, instead of bringing it."""
    return _ISSUE.search(text) is not None
