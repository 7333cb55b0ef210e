"""One item at a time: answers and files are taken once, checked kindly, and what became of them is said."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
from agency import (
    AGENT,
    INSURED,
    ITEMS,
    LOSSES,
    NOW,
    VEHICLE,
    Case,
    filed,
    finish,
    new_case,
    opened_office,
    publish,
)
from starlette.datastructures import FormData
from visitor import Visitor, form_of

from intake.reasons import REFUSALS
from parsers.limits import FINDINGS, REASONS
from pipeline.office import Office
from pipeline.records import documents, ledger
from pipeline.records.session import reading, transaction
from portal import forms
from portal.app import create_app
from portal.presenters import staff_words, wording
from portal.rendering import STATIC

VIN = "1HGCM82633A004352"


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture
def case(office: Office) -> Case:
    return new_case(office)


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
def visitor(office: Office, rung: list[int]) -> Visitor:
    return Visitor(create_app(office, lambda: rung.append(1)))


@pytest.fixture
def inside(visitor: Visitor, case: Case) -> Visitor:
    """Return a visitor who has opened the list."""
    visitor.submit(visitor.get(f"/l/{case.token}"), "/open")
    return visitor


def words(page: httpx.Response) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


def messages(office: Office) -> tuple[ledger.Message, ...]:
    with reading(office.engine) as tx:
        return ledger.messages_in(tx, "received")


# One item


def test_an_answer_is_taken_and_the_worker_is_rung(inside: Visitor, case: Case, rung: list[int]) -> None:
    page = inside.submit(inside.get(f"{case.path}/item/4"), "/answer", {"answer": VIN.lower()})
    (message,) = messages(case.office)
    assert page.url.path == f"{case.path}/sent/{message.id}"
    assert "We are reading it" in words(page)
    assert rung == [1]
    mail = message_from_bytes(case.office.archive.get(message.sha256), policy=default)
    assert mail["From"] == AGENT
    assert mail["Subject"] == f"[{case.ref}]"
    assert mail.get_content().strip() == VIN


def test_the_same_form_sent_twice_is_one_message(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/4")
    first = inside.submit(page, "/answer", {"answer": VIN})
    second = inside.submit(page, "/answer", {"answer": VIN})
    assert first.url == second.url
    assert len(messages(case.office)) == 1


def test_a_page_filled_in_anew_after_going_back_is_another_message(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/4")
    inside.submit(page, "/answer", {"answer": VIN})
    inside.submit(page, "/answer", {"answer": "1M8GDM9AXKP042788"})
    assert len(messages(case.office)) == 2


def test_a_wrong_answer_is_named_beside_the_field_and_nothing_is_stored(inside: Visitor, case: Case) -> None:
    page = inside.submit(inside.get(f"{case.path}/item/4"), "/answer", {"answer": "1HGCM8263"})
    assert page.status_code == 422
    assert "<title>Error: Vehicle 5" in page.text
    assert '<a href="#answer">A VIN has 17 characters; this one has 9.</a>' in page.text
    assert 'value="1HGCM8263"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert messages(case.office) == ()


@pytest.mark.parametrize(
    ("field_type", "typed", "value"),
    [
        ("date", "01/15/2027", "2027-01-15"),
        ("date", "2027-01-15", "2027-01-15"),
        ("date", "31/12/2027", None),
        ("date", "soon", None),
        ("money", "1M CSL", "1M CSL"),
        ("money", "plenty", None),
        ("fein", "12 3456789", "12-3456789"),
        ("fein", "1234567", None),
        ("vin", "1hgcm826 33a004352", VIN),
        ("vin", "1HGCM82633A00435O", None),
        ("yesno", "yes", "yes"),
        ("yesno", "maybe", None),
        (None, "  Line one\r\nLine\x00 two ", "Line one\nLine two"),
        (None, "   ", None),
    ],
)
def test_answers_are_checked_by_their_type(field_type: str | None, typed: str, value: str | None) -> None:
    read = forms.read_answer(FormData({"answer": typed}), field_type)
    assert (read.value or None) == value
    assert bool(read.errors) == (value is None)


def test_what_does_not_exist_needs_a_reason(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/1")
    refused = inside.submit(page, "/none", {"reason": " "})
    assert refused.status_code == 422
    assert '<details class="none" open>' in refused.text
    inside.submit(page, "/none", {"reason": "new venture"})
    assert len(messages(case.office)) == 1


def test_an_item_that_must_exist_offers_no_way_out(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/2")
    assert "/none" not in page.text
    _, hidden = form_of(page, "/answer")
    assert inside.post(f"{case.path}/item/2/none", {**hidden, "reason": "no"}).status_code == 400


def test_a_form_speaks_for_its_item_even_when_the_numbers_have_moved(inside: Visitor, case: Case) -> None:
    _, hidden = form_of(inside.get(f"{case.path}/item/4"), "/answer")
    inside.post(f"{case.path}/item/1/answer", {**hidden, "answer": VIN})
    (message,) = messages(case.office)
    assert "AU-VIN" in str(message_from_bytes(case.office.archive.get(message.sha256)))


def test_an_item_that_is_done_asks_for_nothing(inside: Visitor, case: Case) -> None:
    page = inside.get(f"{case.path}/item/3")
    assert "We have what we need here" in words(page)
    assert "<form" not in page.text


def test_an_item_in_work_says_so(inside: Visitor, case: Case) -> None:
    inside.submit(inside.get(f"{case.path}/item/4"), "/answer", {"answer": VIN})
    assert "4. Vehicle 5 We are reading it" in words(inside.get(case.path))
    assert "We are reading what you sent." in words(inside.get(f"{case.path}/item/4"))


def test_the_list_says_when_a_whole_upload_is_in_work(inside: Visitor, case: Case) -> None:
    assert "We are reading what you sent." not in words(inside.get(case.path))
    inside.submit(inside.get(f"{case.path}/documents"), "/files", files=[("a.pdf", b"%PDF")])
    assert "We are reading what you sent." in words(inside.get(case.path))


def test_a_new_revision_keeps_the_numbers(inside: Visitor, case: Case) -> None:
    with transaction(case.office.engine) as tx:
        publish(tx, case.id, case.ref, INSURED, ITEMS)
    text = words(inside.get(case.path))
    assert "4. Vehicle 5" in text
    assert "Done Effective date Done" in text


# Files


def test_several_files_go_as_one_message_under_harmless_names(inside: Visitor, case: Case) -> None:
    files = [("..\\..\\evil.pdf", b"%PDF-1.4"), ('a"<b>\r\nBcc: x@y.example.pdf', b""), ("x" * 300 + ".pdf", b"1")]
    page = inside.submit(inside.get(f"{case.path}/item/1"), "/files", files=files)
    assert page.status_code == 200
    (message,) = messages(case.office)
    mail = message_from_bytes(case.office.archive.get(message.sha256), policy=default)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names[0] == "evil.pdf"
    assert all("\r" not in name and "\n" not in name and len(name) <= 200 for name in names)
    assert mail["Bcc"] is None
    assert [part.get_content() for part in mail.iter_attachments()] == [content for _, content in files]


def test_a_file_name_is_its_last_part_without_control_characters() -> None:
    assert forms.file_name("C:\\Users\\p\\a\x00b\r\nBcc: x.pdf") == "abBcc: x.pdf"
    assert forms.file_name("../..//") == "unnamed"
    assert forms.file_name("x" * 300 + ".xlsx") == "x" * 195 + ".xlsx"


def test_no_file_is_an_error_that_says_so(inside: Visitor, case: Case) -> None:
    page = inside.submit(inside.get(f"{case.path}/documents"), "/files")
    assert page.status_code == 422
    assert '<a href="#files">Choose at least one file.</a>' in page.text


def test_the_page_after_sending_looks_again_without_scripts(inside: Visitor, case: Case) -> None:
    page = inside.submit(inside.get(f"{case.path}/documents"), "/files", files=[("a.pdf", b"%PDF")])
    again = re.search(r'<noscript><meta http-equiv="refresh" content="2;url=([^"]+)">', page.text)
    assert again is not None
    assert inside.get(again[1]).status_code == 200


def test_the_page_after_sending_says_what_was_read_and_what_it_closed(inside: Visitor, case: Case) -> None:
    page = inside.submit(inside.get(f"{case.path}/item/1"), "/files", files=[("runs.pdf", b"%PDF"), ("x.pdf", b"y")])
    (message,) = messages(case.office)
    broken = filed("<b>x</b>.pdf", "e", status="unreadable", reason="locked", kind="unknown")
    finish(case, message.id, filed("runs.pdf", "d"), broken, closes=(LOSSES,))
    page = inside.get(page.url.path)
    text = words(page)
    assert "Done: Loss runs, auto" in text
    assert "runs.pdf Loss run" in text
    assert "There is a problem The file asks for a password. Send a copy without one." in text
    assert "<b>x</b>" not in page.text
    assert "Next: Driver 3" in text
    assert "refresh" not in page.text


def test_an_answer_that_could_not_be_used_is_not_called_done(inside: Visitor, case: Case) -> None:
    page = inside.submit(inside.get(f"{case.path}/item/4"), "/answer", {"answer": VIN})
    finish(case, messages(case.office)[0].id, unclear=(VEHICLE,))
    text = words(inside.get(page.url.path))
    assert "There is a problem" in text
    assert "Thank you" not in text


def test_a_file_we_had_already_is_said_to_be_known(inside: Visitor, case: Case) -> None:
    with transaction(case.office.engine) as tx:
        documents.add_documents(tx, case.id, [filed("runs.pdf", "d")], message=None)
    page = inside.submit(inside.get(f"{case.path}/documents"), "/files", files=[("runs.pdf", b"%PDF")])
    finish(case, messages(case.office)[0].id, filed("runs.pdf", "d"))
    assert "We had this file already." in words(inside.get(page.url.path))


def test_what_came_another_way_or_for_another_is_not_shown_as_sent(inside: Visitor, case: Case, office: Office) -> None:
    other = new_case(office, token="other")
    key = f"{other.ref}.all.{'0' * 24}.{'0' * 16}"
    with transaction(office.engine) as tx:
        given = {"sha256": "0" * 64, "size": 1, "received_at": NOW}
        theirs, _ = ledger.record_received(tx, source="portal", source_key=key, **given)
        mail, _ = ledger.record_received(tx, source="folder", source_key="1.eml", **given)
    for message in (theirs, mail, 999):
        assert inside.get(f"{case.path}/sent/{message}").status_code == 404


def test_documents_are_listed_with_what_they_are_and_what_is_wrong(inside: Visitor, case: Case) -> None:
    papers = [
        filed("ACORD.pdf", "a", kind="acord_125"),
        filed("empty.docx", "b", status="unreadable", reason="empty"),
        filed("theirs.pdf", "c", wrong_insured=True),
    ]
    with transaction(case.office.engine) as tx:
        documents.add_documents(tx, case.id, papers, message=None)
        documents.add_documents(tx, case.id, [filed("note.pdf", "f")], message=None, visibility="internal")
    text = words(inside.get(f"{case.path}/documents"))
    assert "ACORD.pdf Read ACORD 125, received 11/20/2026" in text
    assert "empty.docx There is a problem Not read, received 11/20/2026 The file is empty." in text
    assert "It seems to be about somebody else." in text
    assert "note.pdf" not in text


def test_every_reason_has_words_that_say_what_to_do() -> None:
    assert set(wording.REASONS) == {*REASONS, *REFUSALS}


def test_every_finding_of_a_form_has_words_for_our_people() -> None:
    assert FINDINGS.keys() <= staff_words.FINDINGS.keys()


def test_pages_stay_small(inside: Visitor, case: Case) -> None:
    loaded = sum((STATIC / name).stat().st_size for name in ("style.css", "files.js", "mark.svg"))
    for path in ("", "/item/1", "/documents"):
        assert len(inside.get(case.path + path).content) + loaded < 60_000
