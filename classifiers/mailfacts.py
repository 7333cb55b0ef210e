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
    r"how (?:is|are|far|does) \w+|when (?:can|will|may|should|do) (?:we|i)|have(?:n'?t| not) heard|bump\w*|"
    r"holding (?:this|it|things) up|have you (?:been able|had|looked|started|got\w*)|did you (?:get|have|see)|"
    r"current state|still (?:waiting|open)|"
    r"(?:latest|news|word) (?:on|about|from)|what(?: i|')s the (?:latest|holdup|hold-up|story)|"
    r"expect (?:the|a|your|to))\b",
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
    r"\b\d[\d,]* (?:sq|employees|units|vehicles|drivers|stor(?:y|ies)|full|part|people|feet|acres|locations)\b|"
    r"\b\d+(?:\.\d+)?\s?[km]\b|\b\d{1,3}(?:,\d{3})+\b|\b(?:prior|current|previous) carrier (?:was|is)\b|"
    r"^\s*(?:no|never),? (?:\w+ )",
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
_NEW_ONE = re.compile(
    r"\b(?:new (?:submission|one|account|biz|business|insured|risk|prospect|venture)|different (?:insured|account)|"
    r"another (?:account|client|customer|insured|one|submission)|separate (?:account|submission)|unrelated|"
    r"diff insured|"
    r"new (?:client|customer|file|sub)|next one|(?:other|earlier|another|different) (?:client|customer)|"
    r"no connection)\b",
    re.IGNORECASE,
)
_BINDABLE = re.compile(
    r"\bbindable\b|\b(?:quote|terms|pricing) (?:we|i|they) can bind\b|\bready to bind\?", re.IGNORECASE
)
_BIND_ORDER = re.compile(
    r"\b(?:please|pls|kindly|go ahead and|ok to) bind\b|\bbind (?:order|effective|eff|as quoted)\b|\bwe accept\b|"
    r"\baccepts? your\b|\bhave the order\b",
    re.IGNORECASE,
)
_PAST_LOSS = re.compile(r"\bclosed\b.*\$?\d|\bclaim (?:was|were) .*(?:closed|paid|settled)", re.IGNORECASE)
_UNDO = re.compile(
    r"\brescission\b|\bcounter letter\b|"
    r"\b(?:rescind\w*|revok\w+|disregard|retract\w*|void|withdr[ae]w\w*)\b(?:\W+\w+){0,4}?\W+"
    r"(?:bor|aor|letter|broker|appointment|change)\b|\b(?:bor|aor|letter|appointment)\b(?:\W+\w+){0,4}?\W+"
    r"(?:rescinded|revoked|void|withdrawn)\b",
    re.IGNORECASE,
)
_NO_PRICE = re.compile(
    r"\bbind\w*\b(?:\W+\w+){0,8}?\W+(?:whoever|as soon as you|once you|when you|if you|if the)\b|"
    r"\b(?:what|which) (?:premium|price|number)\b|\bfirst (?:firm )?(?:number|quote|price)\b|"
    r"\b(?:once|as soon as|after|when) (?:you |we (?:get|have) (?:your |a )?)(?:price|quote|number)",
    re.IGNORECASE,
)
_OWN_CODE = re.compile(
    r"\bproducer(?:'s)?(?: of record)? codes?\b|\b(?:agency|sub|new|under|to) (?:codes?|code no\.?)\b|"
    r"\bchange (?:of|the) (?:the )?producer\b|\bproducer on\b|"
    r"\b(?:move|run|put|transfer) \S+(?: \S+){0,4} (?:to|under) \d{3,}",
    re.IGNORECASE,
)
_IN_HOUSE = re.compile(
    r"\b(?:within|inside|internal\w*|in-?house)\b|\bour (?:own )?"
    r"(?:bookkeeping|records|side|other (?:office|branch))\b|"
    r"\b(?:retired|colleague|takes? over (?:the|his|her) (?:book|accounts?|desk)|hands? (?:the|his|her) accounts?)\b|"
    r"\b(?:stays?|remains?) (?:with|at) (?:us|our (?:agency|office))\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\b(?:insured|owner|client|he|she|they)(?:'s)? (?:\w+ ){0,3}"
    r"(?:signed|letter|directs?|appoint\w*|letterhead|in writing|chose|wants us)\b|"
    r"\bletterhead\b|\bappoint\w*\b|\bsigned (?:letter|bor|by)\b",
    re.IGNORECASE,
)
_BROKER = re.compile(
    r"\bbor\b|\baor\b|\bbrok\w+|\bagents?\b|\bagency\b|\bletters?\b|\bappoint\w*|\brecord\b|\brescis\w+|\brescind\w*|"
    r"\brevo[ck]\w+|\bproducers?\b|\bstay\w* with us\b|\bkeep\w* us\b|\bremain\w* (?:with us|our)\b|\brepresent\w*",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\b(?:add(?:ed)?|amend|endors\w+|schedul\w+|endt|attach)\b", re.IGNORECASE)
_CERTIFICATE = re.compile(r"\b(?:certs?|certif(?:icates?|y)|cois?)\b", re.IGNORECASE)


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


def is_another(text: str) -> bool:
    """Return whether the text says that it is about another insured than the mails before."""
    return _NEW_ONE.search(text) is not None


def wants_bindable(text: str) -> bool:
    """Return whether terms are wanted that can be bound."""
    return _BINDABLE.search(text) is not None


def orders_to_bind(text: str) -> bool:
    """Return whether the text orders to bind, or accepts."""
    return _BIND_ORDER.search(text) is not None


def has_no_price_yet(text: str) -> bool:
    """Return whether binding waits for a price that nobody has named."""
    return _NO_PRICE.search(text) is not None


def tells_past_loss(text: str) -> bool:
    """Return whether a loss is told that is over."""
    return _PAST_LOSS.search(text) is not None


def takes_back(text: str) -> bool:
    """Return whether the appointment of a broker is taken back."""
    return _UNDO.search(text) is not None


def speaks_of_brokers(text: str) -> bool:
    """Return whether a broker, an agency or a letter is named at all."""
    return _BROKER.search(text) is not None


def changes_own_producer(text: str) -> bool:
    """Return whether an agency gives an account to another producer or code of its own."""
    return _OWN_CODE.search(text) is not None and _IN_HOUSE.search(text) is not None


def insured_signed(text: str) -> bool:
    """Return whether the insured is said to have signed or directed something."""
    return _SIGNED.search(text) is not None


def certifies_a_change(text: str) -> bool:
    """Return whether a policy is to be changed and a certificate made."""
    return names_policy(text) and _CHANGES.search(text) is not None and _CERTIFICATE.search(text) is not None
