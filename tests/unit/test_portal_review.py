"""Review: doubtful values one after the other, each settled once and by the road of mail."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
from agency import opened_office
from desk import LICENCE, Desk, facts_of_roofer, new_desk, signed_in
from visitor import Visitor, form_of

from pipeline import doors
from pipeline.doubts import doubts, is_doubtful, settlement_key
from pipeline.office import Office
from pipeline.pictures import page_picture
from pipeline.records import documents, facts, ledger
from pipeline.records.session import reading, transaction
from pipeline.submission import ResolvedField
from pipeline.vocabulary import accepted, entered, word_of
from portal.app import create_app
from portal.presenters.staff_review import HINTS, Walk, reasons

QUEUE = [
    "business_start_date",
    "drivers[0].license_number",
    "named_insureds[0].entity_type",
    "named_insureds[0].phone",
    "proposed_effective_date",
]


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


@pytest.fixture
def desk(office: Office) -> Desk:
    return new_desk(office)


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
def reviewer(office: Office, rung: list[int]) -> Visitor:
    return signed_in(Visitor(create_app(office, lambda: rung.append(1))), office, "underwriter")


def at(reviewer: Visitor, desk: Desk, field: str) -> httpx.Response:
    return reviewer.get(f"{desk.path}/review?at={field}")


def send(reviewer: Visitor, page: httpx.Response, **fields: str) -> httpx.Response:
    path, hidden = form_of(page, "/review")
    return reviewer.post(path, {**hidden, **fields})


def came(office: Office) -> list[dict[str, str]]:
    """Return what came in by the page, as its message says it."""
    with reading(office.engine) as tx:
        found = [one for one in ledger.messages_in(tx, "received") if one.source == doors.SOURCE]
    mails = [message_from_bytes(office.archive.get(one.sha256), policy=default) for one in reversed(found)]
    return [
        {
            "field": str(mail[doors.FIELD_HEADER]),
            "type": str(mail[doors.TYPE_HEADER]),
            "role": str(mail[doors.ROLE_HEADER]),
            "from": str(mail["From"]),
            "subject": str(mail["Subject"]),
            "value": mail.get_content().strip(),
        }
        for mail in mails
    ]


def title(page: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    assert found is not None
    return found[1]


def test_only_what_needs_a_person_is_in_the_queue() -> None:
    assert sorted(fact.field for fact in doubts(facts_of_roofer().values())) == QUEUE
    sure = facts_of_roofer()["named_insureds[0].name"]
    assert not is_doubtful(sure)
    for standing in ("agent_confirmed", "uw_overridden", "derived"):
        assert not is_doubtful(replace(sure, confidence=0.1, status=standing))  # type: ignore[arg-type]


def test_a_value_read_in_a_box_must_be_surer_than_one_read_in_words() -> None:
    boxed = replace(facts_of_roofer()["named_insureds[0].name"], confidence=0.97)
    assert is_doubtful(boxed)
    assert not is_doubtful(replace(boxed, source=replace(boxed.source, method="text")))


def test_a_field_that_says_otherwise_than_its_page_is_for_a_person() -> None:
    sure = facts_of_roofer()["named_insureds[0].name"]
    assert is_doubtful(replace(sure, defect="value_differs"))


def test_a_doubtful_mark_is_a_yes_or_no_question(office: Office, reviewer: Visitor) -> None:
    found = facts_of_roofer()
    source = replace(found["named_insureds[0].name"].source, elabel="NamedInsured_LegalEntity_CorporationIndicator_A")
    mark = replace(found["named_insureds[0].entity_type"], value=None, raw="ink 0.12", defect="doubtful_tick")
    desk = new_desk(office, facts={**found, mark.field: replace(mark, source=source)})
    page = at(reviewer, desk, mark.field)
    assert "Is this box ticked?" in page.text and "Not ticked" in page.text and "ink 0.12" in page.text
    path, hidden = form_of(page, "/review")
    reviewer.post(path, {**hidden, "action": "correct"})
    assert [(one["field"], one["value"]) for one in came(office)] == [(mark.field, "corporation")]


def test_what_most_hangs_on_comes_first_and_a_page_stays_together() -> None:
    found = facts_of_roofer()
    other = replace(found["named_insureds[0].phone"], confidence=0.84)
    other = replace(other, field="remarks", source=replace(other.source, page=3))
    first, *_, last = doubts([other, *found.values()])
    assert last.field == "remarks" and first.source.page == 1


def test_a_reviewer_walks_through_every_value_and_no_farther(reviewer: Visitor, desk: Desk) -> None:
    seen = []
    page = reviewer.get(f"{desk.path}/review")
    while 'data-key="skip"' in page.text:
        seen.append(title(page))
        skip = re.search(r'href="([^"]+)" data-key="skip"', page.text)
        assert skip is not None
        page = reviewer.get(skip[1].replace("&amp;", "&"))
    assert len(seen) == len(set(seen)) == len(QUEUE)
    assert "That was the last one" in page.text


def test_the_page_shows_the_place_the_word_and_the_number(reviewer: Visitor, desk: Desk) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    assert title(page) == "Named insured 1, phone"
    assert "Low confidence <b>0.62</b>" in page.text
    assert f"{desk.path}/documents/{desk.form}/page/1.png" in page.text and 'class="mark"' in page.text
    assert "<b>0</b> done now · <b>5</b> left here" in page.text


def test_accepting_sends_one_message_and_goes_on(
    reviewer: Visitor, office: Office, desk: Desk, rung: list[int]
) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    after = send(reviewer, page, action="accept")
    assert came(office) == [
        {
            "field": "named_insureds[0].phone",
            "type": "phone",
            "role": "staff",
            "from": "underwriter@intake.example",
            "subject": f"[{desk.ref}]",
            "value": "478-555-0178",
        }
    ]
    assert rung == [1]
    assert "<b>1</b> done now · <b>4</b> left here" in after.text


def test_the_same_form_twice_is_one_message(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    for _ in range(3):
        assert send(reviewer, page, action="accept").status_code == 200
    assert len(came(office)) == 1


def test_whoever_is_second_settles_nothing(reviewer: Visitor, office: Office, desk: Desk) -> None:
    other = signed_in(Visitor(reviewer.app), office, "admin")
    mine, theirs = (at(who, desk, "named_insureds[0].phone") for who in (reviewer, other))
    send(reviewer, mine, action="accept")
    send(other, theirs, action="correct", text="478-555-0199")
    assert [one["value"] for one in came(office)] == ["478-555-0178"]


def test_a_settled_value_is_not_shown_again_while_it_is_worked_on(reviewer: Visitor, desk: Desk) -> None:
    send(reviewer, at(reviewer, desk, "named_insureds[0].phone"), action="accept")
    titles = {title(at(reviewer, desk, field)) for field in QUEUE}
    assert "Named insured 1, phone" not in titles and len(titles) == len(QUEUE) - 1


def test_a_rival_can_be_accepted(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "proposed_effective_date")
    assert page.text.count('<figure class="evidence">') == 2
    assert "Effective 1/15/2027" in page.text
    send(reviewer, page, action="accept", pick="0")
    assert [(one["type"], one["value"]) for one in came(office)] == [("date", "2027-01-15")]


def test_correcting_sends_the_typed_value(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "business_start_date")
    assert 'value="accept"' not in page.text
    send(reviewer, page, action="correct", text=" 10/01/2020 ")
    assert [(one["type"], one["value"]) for one in came(office)] == [
        (word_of("business_start_date").type, "10/01/2020")
    ]


def test_a_choice_is_one_of_the_forms_own(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "named_insureds[0].entity_type")
    assert '<option value="not_for_profit">not for profit</option>' in page.text
    assert send(reviewer, page, action="correct", text="wizard").status_code == 422
    send(reviewer, page, action="correct", text="corporation")
    assert [one["value"] for one in came(office)] == ["corporation"]


@pytest.mark.parametrize("text", ["", "  ", "soon", "13/45/2020", "TBD"])
def test_what_cannot_be_kept_is_said_at_once_and_sends_nothing(
    reviewer: Visitor, office: Office, desk: Desk, text: str
) -> None:
    page = at(reviewer, desk, "business_start_date")
    answer = send(reviewer, page, action="correct", text=text)
    assert answer.status_code == 422 and "That cannot be kept" in answer.text
    assert came(office) == []


def test_not_in_the_document_is_an_empty_word(reviewer: Visitor, office: Office, desk: Desk) -> None:
    send(reviewer, at(reviewer, desk, "named_insureds[0].phone"), action="absent")
    assert [(one["field"], one["value"]) for one in came(office)] == [("named_insureds[0].phone", "")]


def test_a_value_that_changed_meanwhile_is_looked_at_again(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    changed = facts_of_roofer()
    fact = replace(changed["named_insureds[0].phone"], value="478-555-0111", raw="478-555-0111")
    with transaction(office.engine) as tx:
        facts.save_facts(tx, desk.id, {**changed, fact.field: fact})
    answer = send(reviewer, page, action="accept")
    assert answer.status_code == 409 and "478-555-0111" in answer.text
    assert came(office) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "accept", "pick": "7"},
        {"action": "accept", "pick": "²"},
        {"action": "accept", "pick": ""},
        {"action": "burn"},
        {},
    ],
)
def test_a_form_of_the_wrong_shape_is_refused(
    reviewer: Visitor, office: Office, desk: Desk, fields: dict[str, str]
) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    assert send(reviewer, page, **fields).status_code == 400
    assert came(office) == []


def test_a_field_nobody_knows_is_not_found(reviewer: Visitor, desk: Desk) -> None:
    page = at(reviewer, desk, "named_insureds[0].phone")
    assert send(reviewer, page, field="named_insureds[9].phone", action="accept").status_code == 404


def test_a_restricted_value_is_revealed_before_it_is_judged(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = at(reviewer, desk, "drivers[0].license_number")
    assert LICENCE not in page.text and "<figure" not in page.text and 'value="accept"' not in page.text
    shown = reviewer.submit(page, "/review/reveal")
    assert LICENCE in shown.text and "<figure" in shown.text
    send(reviewer, shown, action="accept")
    assert [one["value"] for one in came(office)] == [LICENCE]


def test_ops_does_not_review(office: Office, desk: Desk, reviewer: Visitor) -> None:
    ops = signed_in(Visitor(reviewer.app), office, "ops")
    assert ops.get("/staff/review").status_code == 403
    assert "/review" not in ops.get(desk.path).text


def test_review_of_all_goes_from_submission_to_submission(reviewer: Visitor, office: Office, desk: Desk) -> None:
    phone = {"named_insureds[0].phone": facts_of_roofer()["named_insureds[0].phone"]}
    one = new_desk(office, insured="Second Co", facts=phone)
    page = reviewer.get(f"{one.path}/review?all=1")
    page = send(reviewer, page, action="accept")
    assert "That was the last one" in page.text and "1 value settled" in page.text
    page = reviewer.get("/staff/review")
    assert desk.ref in page.text


def test_a_correction_from_the_record_goes_back_to_it(reviewer: Visitor, office: Office, desk: Desk) -> None:
    page = reviewer.get(f"{desk.path}/field?name=named_insureds[0].name")
    for text in ("Quillan Roofing Inc", "Quillan Roofing Corp"):
        assert "is being filed" in send(reviewer, page, action="correct", text=text).text
    assert [one["value"] for one in came(office)] == ["Quillan Roofing Inc", "Quillan Roofing Corp"]


def test_the_walk_keeps_its_count_in_the_address() -> None:
    assert Walk(ref="SUB-26-000001", done=0, everything=False).address() == "/staff/s/SUB-26-000001/review"
    assert Walk(ref="S", done=2, everything=True).address(at="a[0].b") == "/staff/s/S/review?done=2&all=1&at=a%5B0%5D.b"


def _fact(field: str, value: str | bool | None, raw: str = "") -> ResolvedField:
    known = facts_of_roofer()["named_insureds[0].name"]
    return replace(known, field=field, value=value, raw=raw or str(value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("proposed_effective_date", "2027-01-15"),
        ("gl_limit_occurrence", "1000000"),
        ("named_insureds[0].fein", "471839205"),
        ("named_insureds[0].entity_type", "llc"),
        ("q_flammables", True),
        ("q_flammables", False),
        ("vehicles[0].vin", "1FTFW1E58MKA00101"),
        ("buildings[0].construction", "2"),
        ("remarks", "see the narrative"),
        ("drivers[0].dob", "1988-03-04"),
        ("nobody_knows_it", "anything"),
    ],
)
def test_an_accepted_value_reads_back_as_itself(field: str, value: str | bool) -> None:
    from parsers import values

    word = accepted(_fact(field, value))
    assert word.reason is None
    assert values.parse(word.type, word.raw).value == value or word.type == "text"
    assert word.raw == str(value) or isinstance(value, bool)


def test_settling_is_named_after_the_value_as_it_stands() -> None:
    one = _fact("remarks", "a")
    same, other = settlement_key("S", one), settlement_key("S", replace(one, value="b"))
    assert same == settlement_key("S", one) != other
    assert settlement_key("T", one) != same
    assert re.fullmatch(r"review-[0-9a-f]{40}", same)


def test_hints_speak_of_types_there_are() -> None:
    from parsers import values

    assert set(HINTS) <= set(values.TYPES)
    assert entered("q_flammables", "perhaps").reason is not None


def test_a_page_that_is_not_there_has_a_reason(office: Office, desk: Desk) -> None:
    with reading(office.engine) as tx:
        paper = documents.document_by_id(tx, desk.form)
        sheet = documents.document_by_id(tx, desk.sheet)
    assert paper is not None and sheet is not None
    assert page_picture(office, paper, 9).reason == "no_such_page"
    assert page_picture(office, paper, 1, 99).reason == "no_such_page"
    assert page_picture(office, sheet, 1).reason == "unsupported"
    assert page_picture(office, replace(paper, message_id=None), 2).reason == "not_in_archive"
    picture = page_picture(office, paper, 2)
    assert (round(picture.page_width), round(picture.page_height)) == (612, 792)


def test_a_damaged_picture_on_the_disk_is_drawn_again(office: Office, desk: Desk) -> None:
    with reading(office.engine) as tx:
        paper = documents.document_by_id(tx, desk.form)
    assert paper is not None
    first = page_picture(office, paper, 1)
    kept = next(path for path in (office.settings.data / "pictures").rglob("*-1-110"))
    kept.write_bytes(kept.read_bytes()[:50])
    assert page_picture(office, paper, 1) == first


def test_a_message_gone_from_the_archive_is_said_and_not_thrown(reviewer: Visitor, office: Office, desk: Desk) -> None:
    with sqlite3.connect(office.settings.data / "intake.db") as connection:
        connection.execute("UPDATE messages SET sha256 = ?", ("0" * 64,))
    assert "not in the archive" in at(reviewer, desk, "named_insureds[0].phone").text
    assert reviewer.get(f"{desk.path}/documents/{desk.form}/original").status_code == 404
    assert "cannot be shown here" in reviewer.get(f"{desk.path}/documents/{desk.form}").text


@pytest.mark.parametrize(("restricted", "told"), [(False, True), (True, False)])
def test_what_a_box_shows_instead_of_its_value_is_told_unless_it_is_hidden(restricted: bool, told: bool) -> None:
    fact = facts_of_roofer()["proposed_effective_date"]
    source = replace(fact.source, detail="the box shows '02/01/2027'")
    doubted = replace(fact, source=source, defect="value_differs", restricted=restricted)
    assert any("The box shows '02/01/2027'." in one for one in reasons(doubted)) is told
    assert any("The box shows '02/01/2027'." in one for one in reasons(doubted, reveal=True))
