"""What a message wants, from the words that count and the facts about it, and what of that people must see at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from classifiers import intents
from classifiers.judgement import Intent
from intake.forwards import Unwound
from intake.message import InboundMessage
from intake.threads import ThreadKeys

PLAYBOOK: Mapping[str, str] = {
    "claim_notice": "Pass it to claims now and call the agent back: no claim waits among submissions.",
    "bind_request": "An underwriter decides now: nothing is bound, and nobody is told so, before one says it.",
}
"""What people must see at once, the most urgent first, with what to do; no automatic mail answers it."""


def wanted(
    message: InboundMessage,
    unwound: Unwound,
    keys: ThreadKeys,
    kinds: Sequence[str],
    *,
    own_domain: str,
    expires_with_us: bool = False,
    sure: float | None = None,
) -> tuple[Intent, ...]:
    """Return what a message wants, likeliest first, with the guesses behind; ``kinds`` are those of its papers.

    ``expires_with_us`` is whether it or a paper says that the policy which expires is ours.
    ``sure`` is the confidence below which nothing is named, that of the model when not given.
    """
    ours = any(known.endswith(f"@{own_domain}") for known in keys.message_ids)
    inside = message.sender is not None and message.sender.domain == own_domain
    return intents.judge(
        subject=message.subject,
        new_text=words(unwound),
        attachment_kinds=kinds,
        has_our_reference=bool(keys.references or keys.tokens or ours),
        is_reply=unwound.kind == "reply",
        is_forward=unwound.kind == "forward",
        is_internal=inside and unwound.kind == "forward",
        expires_with_us=expires_with_us,
        sure=sure,
    )


def words(unwound: Unwound) -> str:
    """Return the words that count: what the sender wrote, and in a forward what the true sender wrote."""
    return "\n\n".join(text for text in (unwound.new_text, unwound.forwarded_text) if text)


def urgent(told: Iterable[Intent]) -> str | None:
    """Return what people must see at once, be it named or the best guess; None for what can wait."""
    looked_at, guesses = [], 0
    for one in told:
        guesses += one.guess
        if not one.guess or guesses == 1:
            looked_at.append(one.intent)
    return next((intent for intent in PLAYBOOK if intent in looked_at), None)
