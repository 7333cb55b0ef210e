"""Whether a checklist may go out by itself: pure rules, each with the reason it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

DAILY_CAP = "daily_cap"
MAILS_A_DAY = 3
"""Automatic mails to one submission within 24 hours; more looks like two robots talking (PD)."""

DOMAIN_CAP = "domain_cap"
MAILS_AN_HOUR = 20
"""Automatic mails to one domain within an hour; more looks like a storm, and waits for its end."""

UNPROVEN = "sender_unproven"
"""Nobody has said that the mail to be answered is from whom it says: neither a trusted server nor one of us."""

_WAITS = {DAILY_CAP: timedelta(days=1), DOMAIN_CAP: timedelta(hours=1)}

ANSWERED_INTENTS = frozenset({"new_business", "renewal", "missing_info_reply", "internal_forward"})
"""What a message must want for us to answer it by ourselves; everything else waits for a person."""

HUMAN_NOW = frozenset({"claim_notice", "bind_request"})
"""What only a person answers, whatever else the message wants: no mail of ours may sound like a promise."""

DRAFTS_A_DAY = 5
"""Reports within 24 hours to one address that nobody has proven or registered: enough to try it, useless to abuse."""

ASKED_BEFORE = "asked_before"
ASK_AGAIN_AFTER = timedelta(days=30)
"""Days within which a sender of encrypted mail is asked once: who goes on encrypting needs a person, not a robot."""

NO_REPLY = ("no-reply", "noreply", "do-not-reply", "donotreply", "mailer-daemon", "postmaster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What led to the checklist: who wrote, what they wanted, and what went out lately."""

    recipient: str | None
    intent: str
    answerable: bool = True
    is_party: bool = True
    sender_vouched: bool = True
    by_page: bool = False
    gate_moved: bool = True
    agency_do_not_mail: bool = False
    sent_last_day: int = 0
    sent_to_domain_last_hour: int = 0
    own_addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Send or not; ``reason`` names the rule that stopped it."""

    send: bool
    reason: str | None = None

    @property
    def wait(self) -> timedelta | None:
        """Return how long a mail waits that may go later, or None for one that goes now or never."""
        return _WAITS.get(self.reason or "")


def judge(occasion: Occasion) -> Verdict:
    """Return whether this checklist may be mailed automatically."""
    reason = _refusal(occasion)
    return Verdict(send=reason is None, reason=reason)


def judge_asked(occasion: Occasion) -> Verdict:
    """Return whether a mail may go that a party asked for by the word STATUS: at once, or never."""
    unproven = None if occasion.sender_vouched else UNPROVEN
    reason = _never(occasion) or unproven or _capped(occasion)
    return Verdict(send=reason is None, reason=reason)


def judge_draft(occasion: Occasion, *, drafts_last_day: int) -> Verdict:
    """Return whether the report on a draft may go to who sent it; nobody has to be known, but few a day are answered.

    ``sender_vouched`` is whether the sender is proven and of an agency of ours; ``drafts_last_day`` counts this one.
    """
    reason = _never(occasion)
    if reason is None and not occasion.sender_vouched and drafts_last_day > DRAFTS_A_DAY:
        reason = DAILY_CAP
    if reason is None and occasion.sent_to_domain_last_hour >= MAILS_AN_HOUR:
        reason = DOMAIN_CAP
    return Verdict(send=reason is None, reason=reason)


def judge_resend(occasion: Occasion, *, asked_before: bool) -> Verdict:
    """Return whether the sender of an encrypted mail may be asked to send it again.

    ``sender_vouched`` is whether the sender is proven and known to us, as an agency's or as a party to the submission.
    """
    unproven = None if occasion.sender_vouched else UNPROVEN
    reason = _never(occasion) or unproven or (ASKED_BEFORE if asked_before else None)
    if reason is None and occasion.sent_to_domain_last_hour >= MAILS_AN_HOUR:
        reason = DOMAIN_CAP
    return Verdict(send=reason is None, reason=reason)


def _refusal(occasion: Occasion) -> str | None:
    never = _never(occasion)
    if never is not None:
        return never
    if occasion.by_page and not occasion.gate_moved:
        return "shown_on_page"
    if occasion.intent not in ANSWERED_INTENTS:
        return "intent_not_answered"
    if not occasion.sender_vouched:
        return UNPROVEN
    return _capped(occasion)


def _capped(occasion: Occasion) -> str | None:
    if occasion.sent_last_day >= MAILS_A_DAY:
        return DAILY_CAP
    if occasion.sent_to_domain_last_hour >= MAILS_AN_HOUR:
        return DOMAIN_CAP
    return None


def _never(occasion: Occasion) -> str | None:
    """Return why this recipient gets no automatic mail at all."""
    recipient = (occasion.recipient or "").lower()
    if not recipient or "@" not in recipient:
        return "no_recipient"
    if not occasion.answerable:
        return "machine_sender"
    if recipient in occasion.own_addresses:
        return "own_address"
    if not occasion.is_party:
        return "other_sender"
    if recipient.partition("@")[0].startswith(NO_REPLY):
        return "no_reply_address"
    if occasion.agency_do_not_mail:
        return "agency_do_not_mail"
    return None
