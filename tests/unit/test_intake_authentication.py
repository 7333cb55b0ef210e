"""Results of servers: only those that our own server wrote count, wherever and however a sender writes his own."""

from __future__ import annotations

import pytest

from fixtures.mailcases import forgeries
from intake import domains, mime
from intake.authentication import UNCHECKED, Proof, authenticate

HOST = "mx.house.example"
HOP = f"Received: from mail.x.example (mail.x.example [198.51.100.7]) by {HOST} with ESMTPS; x\r\n"
MAIL = "From: Ann <ann@field.example>\r\nSubject: x\r\n\r\nhi\r\n"
CASES = tuple(forgeries.cases("tune", 152))


def proof_of(above: str, *, trusted: tuple[str, ...] = (HOST,), mail: str = MAIL) -> Proof:
    return authenticate(mime.parse(f"{above}{mail}".encode()), trusted=trusted)


def results(said: str, server: str = HOST) -> str:
    return f"Authentication-Results: {server}; {said}\r\n"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_trick_on_every_server_gets_the_verdict_its_truth_names(case: forgeries.SentMail) -> None:
    assert authenticate(mime.parse(case.raw), trusted=[case.trusted]).verdict == case.verdict


def test_without_a_trusted_server_nothing_is_said() -> None:
    assert proof_of(results("dmarc=fail header.from=field.example") + HOP, trusted=()) is UNCHECKED


def test_the_evidence_names_the_results_that_count() -> None:
    found = proof_of(results("spf=pass smtp.mailfrom=a@field.example; dmarc=pass header.from=field.example") + HOP)
    assert found == Proof(
        verdict="proven",
        domain="field.example",
        evidence=("spf=pass (field.example)", "dmarc=pass (field.example)"),
    )


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("dkim=pass header.d=mail.field.example", "proven"),
        ("dkim=pass header.i=@field.example", "proven"),
        ("dkim=pass", "unproven"),
        ("spf=pass smtp.helo=field.example", "unproven"),
        ("dmarc=pass header.from=other.example", "unproven"),
        ("dmarc=fail header.from=field.example; dkim=pass header.d=field.example", "failed"),
        ("dmarc=pass header.from=field.example; dmarc=fail header.from=field.example", "failed"),
        ("dmarc=bestguesspass header.from=field.example", "unproven"),
        ("dkim=fail header.d=field.example; spf=softfail smtp.mailfrom=a@field.example", "failed"),
        ("dkim=fail header.d=field.example; spf=pass smtp.mailfrom=a@list.example", "unproven"),
        ("DMARC = PASS header.From = field.example", "proven"),
        ('dkim=pass (2048-bit key; it says "x") header.d=field.example', "proven"),
        ("none", "unproven"),
        ("", "unproven"),
        (";;;=;==", "unproven"),
    ],
)
def test_results_are_read_as_they_are_meant(said: str, verdict: str) -> None:
    assert proof_of(results(said) + HOP).verdict == verdict


def test_a_version_behind_the_id_is_no_part_of_it() -> None:
    assert proof_of(results("dmarc=pass header.from=field.example", f"{HOST} 1") + HOP).verdict == "proven"


def test_results_count_only_above_the_hop_from_outside() -> None:
    good = results("dmarc=pass header.from=field.example")
    assert proof_of(good + HOP).verdict == "proven"
    assert proof_of(HOP + good).verdict == "unproven"
    assert proof_of(good).verdict == "unproven"


def test_a_sender_who_calls_himself_by_our_name_is_not_inside() -> None:
    lie = f"Received: from {HOST} (unknown [203.0.113.9]) by {HOST} with ESMTP; x\r\n"
    assert proof_of(lie + results("dmarc=pass header.from=field.example") + HOP).verdict == "unproven"


def test_a_result_of_ours_hides_all_that_stand_below_it() -> None:
    inside = f"Received: from {HOST} ([10.0.0.5]) by imap.house.example; x\r\n"
    first, second = results("dmarc=none header.from=field.example"), results("dmarc=pass header.from=field.example")
    assert proof_of(first + inside + second + HOP).verdict == "unproven"


def test_a_message_of_ten_thousand_results_costs_little() -> None:
    flood = results("dkim=pass header.d=a.example; " * 20) * 500
    assert proof_of(flood + HOP).verdict == "unproven"
    assert proof_of(results("(" * 7_000 + "dmarc=pass") + HOP).verdict == "unproven"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mail.field.example", "field.example", True),
        ("field.example", "afield.example", False),
        ("field.co.uk", "other.co.uk", False),
        ("a.field.co.uk", "field.co.uk", True),
        ("example", "example", False),
        ("", "", False),
    ],
)
def test_domains_of_one_owner_are_aligned(one: str, other: str, same: bool) -> None:
    assert domains.aligned(one, other) is same


def test_mail_inside_a_microsoft_house_is_proven_by_its_own_field_alone() -> None:
    inside = "Received: from A.prod.outlook.com (2603:10b6:5::1) by B.prod.outlook.com (2603:10b6:6::1); x\r\n"
    field = "X-MS-Exchange-Organization-AuthAs: Internal\r\n"
    assert proof_of(inside + field, trusted=("none",)).verdict == "proven"
    assert proof_of(inside + field).verdict == "unproven"
    assert proof_of(inside + HOP + field, trusted=("none",)).verdict == "unproven"
    assert proof_of(inside + field + field, trusted=("none",)).verdict == "unproven"
    assert proof_of(inside + field.replace("Internal", "Anonymous"), trusted=("none",)).verdict == "unproven"
