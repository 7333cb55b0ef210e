"""The committed sample mailbox is what the code builds, and its truth holds together."""

from __future__ import annotations

import re
import tomllib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import pytest

from fixtures.mailbox import FOLDER, build, cases

BLOCKING = {
    "AU-DRIVER-FIELDS",
    "APP-SECTION-MISSING",
    "DOC-WRONG-INSURED",
    "GL-CLASS-EXPOSURE",
    "LOSS-LINE-GAP",
    "PR-COPE",
    "PR-SOV",
    "WC-OWNERS",
    "WC-STATE-SHEET",
}
NEEDED_TO_QUOTE = {
    "APP-CONFLICT",
    "AU-137",
    "AU-VIN",
    "DOC-BLANK-FORM",
    "DOC-LINK-ONLY",
    "DOC-LOCKED",
    "DOC-UNREADABLE",
    "EFF-DATE",
    "GL-CONTRACTOR-SUPP",
    "GL-HABITATIONAL",
    "GL-LIQUOR",
    "GL-PRODUCTS",
    "GL-SUBS",
    "INS-ENTITY",
    "LIMITS-GL",
    "LOSS-LARGE-DETAIL",
    "LOSS-STALE",
    "LOSS-YEARS-GAP",
    "PR-BI-WORKSHEET",
    "PR-UPDATES",
    "WC-MOD",
}

NUMBERS = range(1, 29)


@cache
def built() -> dict[str, bytes]:
    return build()


def truths() -> list[dict[str, Any]]:
    return [tomllib.loads(built()[name].decode()) for name in sorted(built()) if name.endswith(".toml")]


def mails() -> list[EmailMessage]:
    raws = [built()[name] for name in sorted(built()) if name.endswith(".eml")]
    return [message_from_bytes(raw, policy=default) for raw in raws]  # type: ignore[misc]


def test_what_is_committed_is_what_is_built() -> None:
    committed = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in {".eml", ".toml"}}
    assert sorted(committed) == sorted(built())
    assert [name for name in sorted(committed) if committed[name] != built()[name]] == []


def test_there_are_28_mails_with_a_truth_beside_each_and_they_fit_the_repository() -> None:
    assert len(built()) == 56
    assert {name[:2] for name in built()} == {f"{number:02}" for number in NUMBERS}
    assert sum(map(len, built().values())) < 12_000_000


def test_mails_came_in_the_order_of_their_numbers_between_the_second_and_the_twentieth_of_november() -> None:
    times = [parsedate_to_datetime(str(mail["Received"]).rpartition(";")[2]) for mail in mails()]
    assert times == sorted(times)
    assert (times[0].day, times[-1].day) == (2, 20)
    assert {(time.year, time.month) for time in times} == {(2026, 11)}


def test_references_are_given_in_the_order_in_which_submissions_come_into_being() -> None:
    new = [record["ref"] for truth in truths() for record in truth.get("submission", ()) if record["matched"] == "new"]
    assert new == [f"SUB-26-{number:06}" for number in range(1, 17)]


def test_the_gate_follows_from_the_severities_of_the_open_items() -> None:
    for truth in truths():
        for record in truth.get("submission", ()):
            codes = {item["code"] for item in record["items"]}
            assert codes <= BLOCKING | NEEDED_TO_QUOTE
            gate = "blocked" if codes & BLOCKING else "quotable" if codes else "complete"
            assert record["gate"] == gate, record["ref"]
            assert record["status"] == ("Action needed" if gate == "blocked" else "In review")


def test_every_attachment_is_a_document_or_an_artefact_of_the_truth() -> None:
    for mail, truth in zip(mails(), truths(), strict=True):
        if mail.get_content_subtype() == "report":
            continue
        sent = {part.get_filename() for part in mail.walk() if part.get_filename()}
        told = {entry["file"] for entry in (*truth.get("document", ()), *truth.get("artefact", ()))}
        inside = {entry["file"] for entry in truth.get("document", ()) if "inside" in entry}
        assert sent - inside == told - inside
        assert len(told) == len(truth.get("document", ())) + len(truth.get("artefact", ()))


def test_the_pages_of_every_pdf_are_counted_right() -> None:
    import pypdfium2

    for case in cases():
        for filed in case.filed:
            if filed.made.media_type == "application/pdf" and filed.reason is None:
                pdf = pypdfium2.PdfDocument(filed.made.content)
                assert filed.made.pages == (1, len(pdf)), filed.made.filename
                pdf.close()


def test_only_mail_that_people_sent_about_submissions_gets_an_answer() -> None:
    for truth in truths():
        silent = not truth.get("submission") or truth["intents"] == ["status_inquiry"]
        assert truth["sends"] is not silent
        assert truth["disposition"] == "accept" or not truth["sends"]


def test_machine_mail_says_so_in_its_headers() -> None:
    by_intent = {truth["intents"][0]: mail for mail, truth in zip(mails(), truths(), strict=True)}
    assert by_intent["auto_reply"]["Auto-Submitted"] == "auto-replied"
    assert by_intent["bounce_dsn"].get_content_type() == "multipart/report"
    assert by_intent["bounce_dsn"].get_param("report-type") == "delivery-status"
    assert "List-Id" in by_intent["newsletter_bulletin"]


def test_replies_answer_our_checklist_by_its_message_id() -> None:
    for mail, truth in zip(mails(), truths(), strict=True):
        for record in truth.get("submission", ()):
            if record["matched"] == "thread":
                assert mail["In-Reply-To"] == f"<{record['ref'].lower()}.1@intake.example>"
                assert f"[{record['ref']}]" in mail["Subject"]


def test_the_duplicate_carries_the_message_id_of_an_earlier_mail() -> None:
    seen = [truth["message_id"] for truth in truths()]
    again = [truth for truth in truths() if truth.get("reason") == "duplicate"]
    assert len(again) == 1
    assert seen.count(again[0]["message_id"]) == 2
    assert len(set(seen)) == 27


@pytest.mark.parametrize("number", NUMBERS)
def test_no_mail_holds_a_real_looking_address(number: int) -> None:
    mail = mails()[number - 1]
    words = " ".join(str(value) for value in mail.values())
    domains = set(re.findall(r"@([\w.-]+)", words)) - {"01DC"}
    assert domains and all(domain.endswith(".example") for domain in domains)
