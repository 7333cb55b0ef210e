"""Papers give the facts they are sent for; forms that nobody mapped give their questions and answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from parsers.document import Cell, Extraction, FieldCandidate, Location, Page, ParsedDocument, Table, Widget, Word
from parsers.extract import extract, papers, questions
from parsers.values import TYPES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def page(*lines: str) -> ParsedDocument:
    """Lay lines out on a page; two blanks or more stand for a gap between columns 150 points apart."""
    words = []
    for number, text in enumerate(lines):
        x = 40.0
        for at, run in enumerate(part for part in text.split("  ") if part.strip()):
            x = max(x + 20, 40.0 + 260 * at) if at else x
            for part in run.split():
                words.append(Word(part, (x, 40.0 + 14 * number, x + 5.0 * len(part), 50.0 + 14 * number)))
                x += 5.0 * len(part) + 4
    pages = (Page(number=1, width=612.0, height=792.0, words=tuple(words)),)
    return ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=pages)


def written(*lines: str, tables: Sequence[Table] = ()) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type=DOCX, status="read", text="\n".join(lines), tables=tuple(tables))


def table(*rows: str) -> Table:
    return Table(rows=tuple(tuple(Cell(text=text, at=Location()) for text in row.split("|")) for row in rows))


def facts(document: ParsedDocument, kind: str) -> dict[str, FieldCandidate]:
    found: Extraction = extract(document, kind=kind, pages=(1, 1))
    assert len({one.field for one in found.fields}) == len(found.fields)
    return {one.field: one for one in found.fields}


def values(document: ParsedDocument, kind: str) -> dict[str, object]:
    return {name: one.value for name, one in facts(document, kind).items()}


def answers(document: ParsedDocument, kind: str = "supplemental_app") -> list[tuple[object, object]]:
    said = values(document, kind)
    count = sum(name.endswith("].question") for name in said)
    return [(said[f"answers[{n}].question"], said[f"answers[{n}].answer"]) for n in range(count)]


DECLARATIONS = (
    "HARBORLINE MUTUAL",
    "COMMON POLICY DECLARATIONS",
    "Policy Number: GL 220045-02",
    "Named Insured and Mailing Address: Delmar Sheet Metal Inc, 400 Mill Rd, Akron, OH 44301",
    "Policy Period: From 04/01/2025 to 04/01/2026 at 12:01 A.M. Standard Time",
    "Limits of Insurance",
    "General Aggregate Limit  $2,000,000",
    "Products/Completed Operations Aggregate  $2,000,000",
    "Each Occurrence Limit  $1,000,000",
    "Medical Expense  $5,000",
    "Total Annual Premium $18,400",
)


@pytest.mark.parametrize("document", [page(*DECLARATIONS), written(*DECLARATIONS)], ids=["printed", "written"])
def test_declarations_say_what_is_in_force(document: ParsedDocument) -> None:
    assert values(document, "dec_page") == {
        "document_insured": "Delmar Sheet Metal Inc",
        "expiring_carrier": "HARBORLINE MUTUAL",
        "expiring_policy_number": "GL 220045-02",
        "expiring_effective_date": "2025-04-01",
        "expiring_expiration_date": "2026-04-01",
        "expiring_premium": "18400",
        "expiring_limits.general_aggregate": "2000000",
        "expiring_limits.products_aggregate": "2000000",
        "expiring_limits.occurrence": "1000000",
        "expiring_limits.medical_expense": "5000",
    }


def test_declarations_with_labels_over_their_values_are_read() -> None:
    document = page(
        "POLICY NUMBER  NAMED INSURED",
        "CPP 4410022  Delmar Sheet Metal Inc",
        "EFFECTIVE DATE  EXPIRATION DATE",
        "04/01/2025  04/01/2026",
    )
    said = values(document, "dec_page")
    assert said["expiring_policy_number"] == "CPP 4410022"
    assert said["document_insured"] == "Delmar Sheet Metal Inc"
    assert (said["expiring_effective_date"], said["expiring_expiration_date"]) == ("2025-04-01", "2026-04-01")


def test_what_a_policy_grants_is_never_what_an_applicant_asks_for() -> None:
    wanted = {name for name in values(page(*DECLARATIONS), "dec_page") if not name.startswith("expiring_")}
    assert wanted == {"document_insured"}


def test_a_worksheet_gives_the_mod_and_of_whom_and_when() -> None:
    said = values(
        page(
            "WORKERS COMPENSATION EXPERIENCE RATING",
            "Risk Name: Delmar Sheet Metal Inc  Risk ID: 914455021",
            "Rating Effective Date: 04/01/2026  Production Date: 01/15/2026",
            "5538  880,000  22,400  8,960",
            "Expected Losses 41,000",
            "Exp Mod .93",
        ),
        "exmod_worksheet",
    )
    assert said == {
        "document_insured": "Delmar Sheet Metal Inc",
        "wc_ncci_risk_id": "914455021",
        "wc_rating_effective": "2026-04-01",
        "wc_mod_factor": "0.93",
        "wc_mod_issued": "2026-01-15",
    }


def test_a_broker_letter_names_the_new_agency_across_a_line_break() -> None:
    said = values(
        written(
            "Delmar Sheet Metal Inc",
            "March 2, 2026",
            "To: Harborline Mutual",
            "Re: Policy GL 220045",
            "Please be advised that effective 04/01/2026 we have designated Lakeshore Brokers as our",
            "exclusive broker of record.",
            "Dale Marsh, President",
        ),
        "bor_letter",
    )
    assert said["document_insured"] == "Delmar Sheet Metal Inc"
    assert said["bor_new_agency"] == "Lakeshore Brokers"
    assert said["bor_effective_date"] == "2026-04-01"
    assert said["bor_letter_date"] == "2026-03-02"
    assert said["bor_policy_number"] == "GL 220045"
    assert said["signed_by"] == "Dale Marsh"


def test_a_broker_letter_that_takes_effect_at_once_does_so_on_its_date() -> None:
    lines = (
        "Delmar Sheet Metal Inc",
        "March 2, 2026",
        "Effective immediately we appoint Lakeshore Brokers as our broker.",
    )
    said = values(written(*lines), "bor_letter")
    assert (said["bor_effective_date"], said["bor_new_agency"]) == ("2026-03-02", "Lakeshore Brokers")


def test_a_rescission_names_who_stays_and_which_letter_falls() -> None:
    said = values(
        written(
            "Delmar Sheet Metal Inc",
            "March 12, 2026",
            "Please disregard the broker of record letter dated March 2, 2026.",
            "We wish to retain Tri-County Insurance as our agent.",
        ),
        "bor_rescission",
    )
    assert said["bor_retained_agency"] == "Tri-County Insurance"
    assert said["bor_rescinded_date"] == "2026-03-02"
    assert "bor_new_agency" not in said


@pytest.mark.parametrize(
    ("line", "value"),
    [("Employer identification number 34-1122334", "341122334"), ("Social security number 078-05-1120", "078051120")],
)
def test_a_taxpayers_number_is_restricted(line: str, value: str) -> None:
    found = facts(page("Form W-9", "1 Name: Delmar Sheet Metal Inc", line), "w9")
    assert found["w9_name"].value == "Delmar Sheet Metal Inc"
    assert found["w9_tin"].restricted
    assert str(found["w9_tin"].value).replace("-", "") == value
    assert "document_insured" not in found


def test_a_financial_statement_is_dated_and_not_interpreted() -> None:
    said = values(
        page(
            "Delmar Sheet Metal Inc",
            "Balance Sheet",
            "As of December 31, 2025",
            "Cash  220,400",
            "Total assets  830,400",
        ),
        "financial_statement",
    )
    assert said == {"document_insured": "Delmar Sheet Metal Inc", "statement_date": "2025-12-31"}


def test_a_survey_says_when_and_by_whom() -> None:
    said = values(
        page(
            "Loss Control Survey Report",
            "Insured: Delmar Sheet Metal Inc",
            "Survey date: 11/04/2025",
            "Surveyed by: P. Hart, Fieldmark Inspection Services",
        ),
        "inspection_report",
    )
    assert said["inspection_date"] == "2025-11-04"
    assert said["inspection_vendor"] == "Fieldmark Inspection Services"


def test_a_no_loss_letter_gives_its_period() -> None:
    said = values(
        written(
            "Re: Delmar Sheet Metal Inc", "We have had no losses from 03/01/2025 through 03/01/2026.", "03/02/2026"
        ),
        "no_known_loss_letter",
    )
    assert said["document_insured"] == "Delmar Sheet Metal Inc"
    assert (said["no_loss_from"], said["no_loss_to"]) == ("2025-03-01", "2026-03-01")
    assert said["no_loss_signed"] == "2026-03-02"


def test_a_signature_page_names_the_form_it_belongs_to() -> None:
    said = values(
        page(
            "Signature Page",
            "Signed for Delmar Sheet Metal Inc",
            "Printed name: Dale Marsh",
            "Date: 03/02/2026",
            "ACORD 125",
        ),
        "signature_page",
    )
    assert said["signature_form"] == "ACORD 125"
    assert (said["signed_by"], said["signed_on"]) == ("Dale Marsh", "2026-03-02")


ASKED = [("Is any work done on roofs?", True), ("Maximum height of work in feet", "35")]


@pytest.mark.parametrize(
    "document",
    [
        page("1. Is any work done on roofs?  Yes", "2. Maximum height of work in feet:  35"),
        page("1. Is any work done on roofs? Yes", "2. Maximum height of work in feet: 35"),
        written("1. Is any work done on roofs?", "Yes", "2. Maximum height of work in feet:", "35"),
        written("1. Is any work done on roofs?   [X] Yes   [ ] No", "2. Maximum height of work in feet:   35"),
        written("1) Is any work done on roofs? Yes ☒ No ☐", "2) Maximum height of work in feet ........ 35"),
        page("Question  Answer", "Is any work done on  Yes", "roofs?", "Maximum height of work in feet  35"),
        written(
            "", tables=[table("Question|Answer", "Is any work done on roofs?|Yes", "Maximum height of work in feet|35")]
        ),
        written("", tables=[table("1.|Is any work done on roofs?|Yes", "2.|Maximum height of work in feet|35")]),
    ],
    ids=["beside", "behind", "beneath", "ticked", "leaders", "columns", "table", "numbered table"],
)
def test_questions_are_read_however_a_form_puts_them(document: ParsedDocument) -> None:
    assert answers(document) == ASKED


def test_columns_of_yes_and_no_are_read_by_their_marks() -> None:
    document = written(
        "",
        tables=[table("Underwriting|Yes|No", "Do you draw plans for others?||X", "Any blasting?|X|", "Any cranes?||")],
    )
    assert answers(document) == [("Do you draw plans for others?", False), ("Any blasting?", True)]
    assert values(document, "supplemental_app")["con_draw_plans"] is False


def widget(kind: str, x: float, top: float, *, value: str | None = None, on: bool | None = None) -> Widget:
    box = (x, top, x + (10 if kind == "check" else 120), top + 12)
    return Widget(name=f"x{x}{top}", kind=kind, page=1, box=box, value=value, on=on)  # type: ignore[arg-type]


def test_boxes_of_any_name_are_read_by_the_words_beside_them() -> None:
    document = page("1. Any work over three stories?  Yes No", "2. Number of units")
    boxes = (
        widget("check", 288.0, 40.0, on=False),
        widget("check", 307.0, 40.0, on=True),
        widget("text", 150.0, 53.0, value="24"),
    )
    words = (
        *document.pages[0].words[:-5],
        Word("Yes", (270.0, 40.0, 286.0, 50.0)),
        Word("No", (319.0, 40.0, 330.0, 50.0)),
        *document.pages[0].words[-4:],
    )
    shown = Page(
        number=1,
        width=612.0,
        height=792.0,
        words=tuple(word for word in words if word.text != "No" or word.box[0] > 300),
    )
    read = ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=(shown,), widgets=boxes)
    assert answers(read) == [("Any work over three stories?", False), ("Number of units", "24")]
    assert values(read, "supplemental_app")["unit_count"] == "24"


def test_a_blank_question_is_no_fact() -> None:
    assert answers(page("1. Is any work done on roofs?  [ ] Yes [ ] No", "2. Number of units:  ______")) == []
    assert answers(written("1. Is any work done on roofs?", "2. Number of units:")) == []


def test_none_is_an_amount_of_nothing_where_an_amount_is_asked_for() -> None:
    said = values(written("1. Annual cost of subcontracted work:   None"), "supplemental_app")
    assert said["answers[0].answer"] == "None"
    assert said["con_sub_cost"] == "0"


def test_sentences_around_the_questions_are_no_questions() -> None:
    lines = (
        "Please answer all questions; attach additional pages if needed.",
        "Any person who knowingly files a false statement: see the fraud notice.",
        "Applicant's signature: Dale Marsh   Date: 03/02/2026",
    )
    assert answers(written(*lines)) == []


def test_a_carriers_application_names_what_was_asked_for() -> None:
    said = values(
        written(
            "Application for Commercial Insurance",
            "1. Name of applicant: Delmar Sheet Metal Inc",
            "2. Mailing address: 400 Mill Rd, Akron, OH 44301",
            "3. FEIN: 34-1122334",
            "4. Requested effective date: 04/01/2026",
            "5. Nature of business: duct work for schools",
            "6. Any blasting? No",
        ),
        "carrier_app",
    )
    assert said["named_insureds[0].name"] == "Delmar Sheet Metal Inc"
    assert said["named_insureds[0].mailing_line1"] == "400 Mill Rd"
    assert (said["named_insureds[0].mailing_city"], said["named_insureds[0].mailing_state"]) == ("Akron", "OH")
    assert said["named_insureds[0].fein"] == "341122334"
    assert said["proposed_effective_date"] == "2026-04-01"
    assert said["operations_description"] == "duct work for schools"
    assert said["con_blasting"] is False
    assert "answers[1].question" not in said


def test_every_entry_of_the_tables_is_of_a_known_type() -> None:
    assert {saying.type for saying in papers._sayings()} <= TYPES.keys()
    assert {known.type for known in questions._known()} <= TYPES.keys()


def test_a_saying_without_label_and_words_is_refused() -> None:
    with pytest.raises(papers.PapersError, match="fact 4"):
        papers._saying(4, {"kinds": "w9", "field": "w9_name", "type": "text"})


@pytest.mark.parametrize(
    ("comb", "value"),
    [
        ("9 8 - 7 6 5 4 3 2 1", "987654321"),
        ("1 2 3 – 4 5 – 6 7 8 9", "123456789"),
        ("1 2 3 4 5 6 7 8 9", "123456789"),
    ],
)
def test_a_taxpayers_number_with_a_digit_in_each_cell_is_read_and_restricted(comb: str, value: str) -> None:
    tin = facts(page("Form W-9", "1 Name: Delmar Sheet Metal Inc", "Employer identification number", comb), "w9")[
        "w9_tin"
    ]
    assert (str(tin.value).replace("-", ""), tin.restricted) == (value, True)
