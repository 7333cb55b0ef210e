"""Machine mail is told from people's mail by its headers, and nobody answers a machine."""

from __future__ import annotations

import base64

import pytest

from intake.mime import parse
from intake.screen import RULES, Screening, screen

FROM = "From: Ann Field <ann@fieldagency.example>\n"
PDF = (
    "Content-Type: application/pdf; name=acord.pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"%PDF-1.7").decode()
)


def screened(raw: str) -> Screening:
    """Screen a message written with line feeds."""
    message = parse(raw.encode().replace(b"\n", b"\r\n"))
    return screen(message, own_addresses=("submissions@house.example",), own_domain="house.example")


def mail(headers: str = "", body: str = "Please quote.", sender: str = FROM) -> Screening:
    """Screen a plain message with further headers."""
    return screened(f"{sender}Subject: Dunlap GL\n{headers}\n{body}\n")


def with_pdf(headers: str = "", sender: str = FROM) -> Screening:
    """Screen a message that is one PDF."""
    return screened(f"{sender}Subject: Dunlap GL\n{headers}{PDF}\n")


REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: submissions@house.example
Subject: {subject}
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

I could not deliver.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; other@agency.example
Action: {other}
Status: 2.0.0

Original-Recipient: rfc822;j.rivas@agency.example
Final-Recipient: rfc822; j.rivas@relay.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} user unknown

--r
Content-Type: {returned}

From: submissions@house.example
Message-ID: <checklist-1@house.example>
Subject: 3 items needed

--r--
"""


def report(**changes: str) -> Screening:
    """Screen a delivery report."""
    words = {
        "subject": "Undelivered Mail Returned to Sender",
        "other": "delivered",
        "action": "failed",
        "status": "5.1.1",
        "code": "550 5.1.1",
        "returned": "message/rfc822",
    }
    return screened(REPORT.format(**{**words, **changes}))


def test_a_persons_mail_is_accepted_and_every_rule_is_accounted_for() -> None:
    found = mail("X-Auto-Response-Suppress: All\nAuto-Submitted: no\nPrecedence: first-class\n")
    assert (found.disposition, found.reason, found.hits, found.answerable) == ("accept", "", (), True)
    assert found.misses == tuple(rule.id for rule in RULES)


def test_a_bounce_is_discarded_with_recipient_status_and_our_message_id() -> None:
    found = report()
    assert (found.disposition, found.reason, found.answerable) == ("discard", "bounce", False)
    assert found.bounce is not None
    assert (found.bounce.recipient, found.bounce.status, found.bounce.action) == (
        "j.rivas@agency.example",
        "5.1.1",
        "failed",
    )
    assert found.bounce.original_message_id == "checklist-1@house.example"
    assert found.bounce.permanent is True
    assert "user unknown" in found.bounce.diagnostic


def test_a_bounce_with_headers_only_still_names_our_message() -> None:
    found = report(returned="text/rfc822-headers")
    assert found.bounce is not None
    assert found.bounce.original_message_id == "checklist-1@house.example"


@pytest.mark.parametrize(
    ("changes", "permanent"),
    [
        ({"status": "4.2.2", "code": "452 4.2.2"}, False),
        ({"action": "delayed", "status": "4.4.1"}, False),
        ({"action": "relayed", "status": "2.0.0"}, False),
        ({"status": "5.7.1"}, True),
    ],
)
def test_soft_and_late_reports_are_not_permanent(changes: dict[str, str], permanent: bool) -> None:
    found = report(**changes)
    assert found.bounce is not None
    assert found.bounce.permanent is permanent


def test_a_bounce_in_words_is_read_as_well() -> None:
    found = mail(
        "Return-Path: <>\nSubject: Undeliverable: 3 items needed\nReferences: <checklist-2@house.example>\n",
        "Delivery to j.rivas@agency.example failed: 550 5.1.1 user unknown",
        sender="From: postmaster@agency.example\n",
    )
    assert found.bounce is None  # the first Subject counts, and it says nothing
    found = screened(
        "Return-Path: <>\nFrom: postmaster@mx.example\nSubject: Undeliverable: 3 items needed\n"
        "References: <checklist-2@house.example>\n\n550 5.1.1 user unknown j.rivas@agency.example\n"
    )
    assert found.reason == "bounce_words"
    assert found.bounce is not None
    assert found.bounce.recipient == "j.rivas@agency.example"
    assert (found.bounce.status, found.bounce.permanent) == ("5.1.1", True)
    assert found.bounce.original_message_id == "checklist-2@house.example"


def test_a_person_who_writes_about_an_undeliverable_mail_is_heard() -> None:
    found = screened(
        FROM + "Return-Path: <ann@fieldagency.example>\nSubject: Undeliverable mail yesterday\n\nSee above.\n"
    )
    assert found.disposition == "accept"


def test_our_own_mail_coming_back_is_a_loop() -> None:
    assert (mail("X-Intake-Submission: 1\n").reason, mail("X-Intake-Submission: 1\n").disposition) == (
        "loop",
        "discard",
    )
    found = mail(sender="From: House <Submissions+tok123@House.example>\n")
    assert (found.disposition, found.reason, found.answerable) == ("discard", "own_address", False)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ("Auto-Submitted: auto-replied\n", "auto_reply"),
        ("Auto-Submitted: auto-replied (vacation)\n", "auto_reply"),
        ("X-Autoreply: yes\n", "auto_reply"),
        ("X-Autorespond: Dunlap\n", "auto_reply"),
        ("Precedence: auto_reply\n", "auto_reply"),
        ("Auto-Submitted: auto-generated\n", "machine_mail"),
        ("Return-Path: <>\n", "machine_mail"),
        ("Precedence: bulk\n", "list"),
        ("List-Id: <news.leads.example>\n", "list"),
        ("List-Unsubscribe: <mailto:off@leads.example>\n", "list"),
    ],
)
def test_machine_mail_without_documents_is_discarded(headers: str, reason: str) -> None:
    found = mail(headers)
    assert (found.disposition, found.reason, found.answerable) == ("discard", reason, False)


@pytest.mark.parametrize("subject", ["Automatic reply: 3 items", "Out of Office: away", "Abwesenheitsnotiz", "OOO"])
def test_an_absence_subject_counts_only_with_a_header(subject: str) -> None:
    alone = screened(f"{FROM}Return-Path: <a@b.example>\nSubject: {subject}\n\nI am away.\n")
    seconded = screened(f"{FROM}Return-Path: <>\nSubject: {subject}\n\nI am away.\n")
    assert (alone.disposition, seconded.reason) == ("accept", "auto_reply")


def test_auto_response_suppress_is_no_sign_of_an_auto_reply() -> None:
    found = screened(f"{FROM}X-Auto-Response-Suppress: All\nSubject: Automatic reply: x\n\nI am away.\n")
    assert found.disposition == "accept"


@pytest.mark.parametrize("headers", ["Return-Path: <>\n", "Auto-Submitted: auto-generated\n"])
def test_documents_from_a_scanner_are_accepted_and_never_answered(headers: str) -> None:
    found = with_pdf(headers)
    assert (found.disposition, found.reason, found.answerable) == ("accept", "machine_documents", False)


@pytest.mark.parametrize("local", ["no-reply", "noreply", "donotreply", "notifications", "bounces+a=b"])
def test_a_mailbox_nobody_reads_is_never_answered(local: str) -> None:
    found = with_pdf(sender=f"From: Portal <{local}@ams.example>\n")
    assert (found.disposition, found.reason, found.answerable) == ("accept", "robot_sender", False)


def test_a_message_without_a_sender_is_accepted_and_never_answered() -> None:
    found = with_pdf(sender="")
    assert (found.disposition, found.reason, found.answerable) == ("accept", "no_sender", False)


def test_list_mail_with_documents_is_held_for_a_person() -> None:
    assert (with_pdf("List-Id: <x.example>\n").disposition, with_pdf("List-Id: <x.example>\n").reason) == (
        "hold",
        "list_letter",
    )


def test_our_own_group_and_answers_to_our_reply_address_are_no_list_mail() -> None:
    assert mail("List-Id: <submissions.house.example>\nPrecedence: list\n").disposition == "accept"
    assert mail("To: submissions+tok123@house.example\nList-Unsubscribe: <x>\n").disposition == "accept"


def test_a_read_receipt_is_discarded() -> None:
    found = screened(
        f"{FROM}Subject: Read: 3 items\nContent-Type: multipart/report; report-type=disposition-notification; "
        "boundary=r\n\n--r\n\nread\n--r\nContent-Type: message/disposition-notification\n\n"
        "Disposition: x; displayed\n--r--\n"
    )
    assert (found.disposition, found.reason) == ("discard", "read_receipt")


def test_an_invitation_is_discarded_only_when_it_brings_no_documents() -> None:
    invitation = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
    assert screened(f"{FROM}Subject: Call\n{invitation}").reason == "calendar"
    both = f"{FROM}Content-Type: multipart/mixed; boundary=c\n\n--c\n{invitation}--c\n{PDF}\n--c--\n"
    assert screened(both).disposition == "accept"


@pytest.mark.parametrize(
    "raw",
    [
        f"{FROM}Subject: Report Domain: house.example\nContent-Type: application/gzip; name=r.gz\n\nx",
        f"{FROM}Subject: s\nContent-Type: application/gzip; name=mx!house.example!1762128000!1762214399.gz\n\nx",
        f"{FROM}Subject: s\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nx\n--b--",
    ],
)
def test_reports_between_mail_systems_are_discarded(raw: str) -> None:
    assert (screened(raw).disposition, screened(raw).reason) == ("discard", "domain_report")


@pytest.mark.parametrize(
    "raw",
    [
        f"{FROM}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx",
        f"{FROM}Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--",
        f"{FROM}\n-----BEGIN PGP MESSAGE-----\nxx\n",
    ],
)
def test_encrypted_mail_is_held(raw: str) -> None:
    assert (screened(raw).disposition, screened(raw).reason) == ("hold", "encrypted")


@pytest.mark.parametrize(
    ("headers", "held"),
    [
        ("X-Spam-Flag: YES\n", True),
        ("X-Spam-Status: Yes, score=9\n", True),
        ("X-MS-Exchange-Organization-SCL: 6\n", True),
        ("X-MS-Exchange-Organization-SCL: 1\n", False),
        ("X-Spam-Status: No, score=0\n", False),
        ("X-Spam-Flag: NO\n", False),
    ],
)
def test_spam_marks_hold_and_never_discard(headers: str, held: bool) -> None:
    assert mail(headers).disposition == ("hold" if held else "accept")


def test_a_message_that_was_not_read_whole_is_held() -> None:
    raw = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 600 + "--b--\n"
    assert (screened(FROM + raw).disposition, screened(FROM + raw).reason) == ("hold", "over_budget")


def test_a_persons_mail_that_passes_a_bounce_on_is_no_bounce() -> None:
    found = screened(
        f"{FROM}Return-Path: <ann@fieldagency.example>\nSubject: FW: Undeliverable\n"
        "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nDid you get this?\n--c\n"
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; submissions@house.example\n--c--\n"
    )
    assert found.disposition == "accept"


def test_rule_ids_are_unique_and_every_rule_says_why() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.why.endswith(".") for rule in RULES)
