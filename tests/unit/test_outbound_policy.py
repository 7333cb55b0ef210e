"""When an automatic mail may go out."""

from dataclasses import replace

import pytest

from outbound.policy import Occasion, judge, judge_resend

ASKING = Occasion(recipient="priya@copperfield.example", intent="new_business")


def test_a_new_submission_is_answered() -> None:
    assert judge(ASKING).send


@pytest.mark.parametrize(
    ("occasion", "reason"),
    [
        (replace(ASKING, recipient=None), "no_recipient"),
        (replace(ASKING, recipient="not an address"), "no_recipient"),
        (replace(ASKING, recipient="No-Reply@ams.example"), "no_reply_address"),
        (replace(ASKING, recipient="mailer-daemon@copperfield.example"), "no_reply_address"),
        (replace(ASKING, recipient="us@intake.example", own_addresses=frozenset({"us@intake.example"})), "own_address"),
        (replace(ASKING, answerable=False), "machine_sender"),
        (replace(ASKING, is_party=False), "other_sender"),
        (replace(ASKING, by_page=True, gate_moved=False), "shown_on_page"),
        (replace(ASKING, agency_do_not_mail=True), "agency_do_not_mail"),
        (replace(ASKING, intent="unknown"), "intent_not_answered"),
        (replace(ASKING, intent="certificate_request"), "intent_not_answered"),
        (replace(ASKING, intent="claim_notice"), "intent_not_answered"),
        (replace(ASKING, sent_last_day=3), "daily_cap"),
        (replace(ASKING, sent_to_domain_last_hour=20), "domain_cap"),
    ],
)
def test_what_stops_a_mail_is_named(occasion: Occasion, reason: str) -> None:
    verdict = judge(occasion)
    assert (verdict.send, verdict.reason) == (False, reason)


SEALED = Occasion(recipient="priya@copperfield.example", intent="encrypted")


@pytest.mark.parametrize(
    ("occasion", "before", "reason"),
    [
        (SEALED, False, None),
        (SEALED, True, "asked_before"),
        (replace(SEALED, sender_vouched=False), False, "sender_unproven"),
        (replace(SEALED, recipient="noreply@ams.example"), False, "no_reply_address"),
        (replace(SEALED, agency_do_not_mail=True), False, "agency_do_not_mail"),
        (replace(SEALED, sent_to_domain_last_hour=20), False, "domain_cap"),
    ],
)
def test_who_sends_encrypted_mail_is_asked_once_and_only_when_known(
    occasion: Occasion, before: bool, reason: str | None
) -> None:
    verdict = judge_resend(occasion, asked_before=before)
    assert (verdict.send, verdict.reason) == (reason is None, reason)
