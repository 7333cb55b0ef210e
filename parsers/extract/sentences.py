"""Whether words are a sentence told to a reader or the name of something."""

from __future__ import annotations

_PLAIN_WORDS = frozenset(
    {
        "the", "of", "and", "or", "are", "is", "be", "been", "not", "for", "from", "with", "without", "any", "all",
        "as", "at", "by", "per", "to", "if", "see", "please", "this", "that", "these", "it", "our", "has", "have",
        "will", "may", "must", "only", "where", "when", "which", "same", "following", "attached", "above", "below",
    }
)  # fmt: skip
"""Words of sentences; names and streets have none of them, or one."""


def is_sentence(text: str) -> bool:
    """Return whether words are told to a reader: they end as a sentence does, or have the small words of one."""
    words = text.casefold().replace(",", " ").split()
    small = sum(word.strip(".;:()") in _PLAIN_WORDS for word in words)
    return text.endswith(":") or (text.endswith(".") and len(words) > 3) or (len(words) > 3 and small >= 2)
