"""Pages are told by widget names, printed numbers, titles and vocabulary, and chained into documents."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import classifiers
from classifiers.judgement import Classification
from classifiers.pages import classify
from parsers.document import Cell, Location, Page, ParsedDocument, Registration, Scan, Table, Widget, Word
from parsers.forms import form_map
from parsers.forms.geometry import editions

PDF = "application/pdf"


def line(text: str, *, top: float, left: float = 40.0) -> list[Word]:
    words, x = [], left
    for part in text.split():
        words.append(Word(part, (x, top, x + 5.0 * len(part), top + 10.0)))
        x += 5.0 * len(part) + 4
    return words


def page(number: int, *lines: str, foot: str = "", images: int = 0) -> Page:
    words = [word for n, text in enumerate(lines) for word in line(text, top=30.0 + 14 * n)]
    if foot:
        words += line(foot, top=770.0)
    return Page(number=number, width=612.0, height=792.0, words=tuple(words), images=images)


def pdf(*pages: Page, widgets: tuple[Widget, ...] = ()) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type=PDF, status="read", pages=pages, widgets=widgets)


def widgets(number: int, *names: str, value: str | None = None) -> tuple[Widget, ...]:
    return tuple(Widget(name=name, kind="text", page=number, box=(0, 0, 9, 9), value=value) for name in names)


def names_of(kind: str, form_page: str, count: int = 8) -> list[str]:
    data = json.loads((Path(classifiers.__file__).parent / "fingerprints.json").read_text())
    return [f"{stem}_A" for stem in data[kind][form_page][:count]]


def sheet(name: str, *rows: str, hidden: bool = False) -> Table:
    cells = tuple(tuple(Cell(text=text, at=Location(sheet=name)) for text in row.split("|")) for row in rows)
    return Table(rows=cells, sheet=name, hidden=hidden)


def workbook(*tables: Table) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type="application/vnd.ms-excel", status="read", tables=tables)


def told(document: ParsedDocument, name: str = "scan0001.pdf") -> list[tuple[str, tuple[int, int]]]:
    return [(found.kind, found.pages) for found in classify(document, name=name)]


def only(document: ParsedDocument, name: str = "scan0001.pdf") -> Classification:
    (found,) = classify(document, name=name)
    return found


@pytest.mark.parametrize("form", ["125", "126", "127", "130", "131", "137", "140"])
def test_a_form_is_told_by_its_field_names_alone(form: str) -> None:
    found = only(pdf(page(1, "x"), widgets=widgets(1, *names_of(f"acord_{form}", "1"))))
    assert (found.kind, found.form) == (f"acord_{form}", form)
    assert found.confidence >= 0.95
    assert found.cues[0].how == "fingerprint"


@pytest.mark.parametrize("form", ["125", "140"])
def test_names_with_an_xfa_path_are_the_same_names(form: str) -> None:
    names = [f"F[0].P1[0].{name}[0]" for name in names_of(f"acord_{form}", "1")]
    assert only(pdf(page(1, "x"), widgets=widgets(1, *names))).kind == f"acord_{form}"


def test_the_names_of_an_agency_system_tell_a_125() -> None:
    names = ("ACORD_Location1_Street", "ACORD_Location2_City", "ACORD_NatureOfBusiness_Description", "ACORD_AgencyName")
    assert only(pdf(page(1, "x"), widgets=widgets(1, *names))).kind == "acord_125"


def test_names_that_stand_on_every_form_tell_nothing() -> None:
    shared = ("Producer_CustomerIdentifier_A", "Form_CompletionDate_A", "NamedInsured_FullName_A")
    assert only(pdf(page(1, "x"), widgets=widgets(1, *shared))).kind == "unknown"


def test_field_names_outweigh_the_printed_number() -> None:
    document = pdf(page(1, "x", foot="ACORD 125 (2016/03)"), widgets=widgets(1, *names_of("acord_126", "1")))
    assert only(document).kind == "acord_126"


def test_a_blank_and_a_filled_form_are_judged_alike() -> None:
    names = names_of("acord_127", "1")
    blank = only(pdf(page(1, "x"), widgets=widgets(1, *names)))
    filled = only(pdf(page(1, "x"), widgets=widgets(1, *names, value="Plano")))
    assert blank == filled


def test_the_hidden_edition_field_gives_edition_and_state() -> None:
    hidden = widgets(1, "Form_EditionIdentifier_A", value="ACORD 137 CA 2023-01 Acroform")
    found = only(pdf(page(1, "x"), widgets=hidden + widgets(1, *names_of("acord_137", "1"))))
    assert (found.form, found.edition, found.state) == ("137", "2023/01", "CA")


@pytest.mark.parametrize(
    ("foot", "kind", "edition", "state"),
    [
        ("ACORD 125 (2016/03) Page 1 of 4", "acord_125", "2016/03", None),
        ("ACORD 137 CA (2023/01)", "acord_137", "2023/01", "CA"),
        ("ACORD 25 (2016/03)", "acord_25", "2016/03", None),
        ("ACORD 101 (2008/01)", "acord_101", "2008/01", None),
        ("ACORD® 130 (2019/07)", "acord_130", "2019/07", None),
    ],
)
def test_a_flattened_form_is_told_by_its_footer(foot: str, kind: str, edition: str, state: str | None) -> None:
    found = only(pdf(page(1, "some text", foot=foot)))
    assert (found.kind, found.edition, found.state) == (kind, edition, state)


def test_a_footer_that_mentions_another_form_is_no_footer() -> None:
    assert only(pdf(page(1, "x", foot="Attach ACORD 101, Additional Remarks Schedule, if required"))).kind == "unknown"


def test_a_form_number_in_the_middle_of_a_letter_is_no_footer() -> None:
    words = line("we attach the ACORD 125 (2016/03) of the insured", top=400.0)
    document = pdf(Page(number=1, width=612, height=792, words=tuple(words)))
    assert only(document).kind != "acord_125"


def test_a_title_tells_a_form_without_number() -> None:
    found = only(pdf(page(1, "AGENCY CUSTOMER ID:", "COMMERCIAL GENERAL LIABILITY SECTION DATE (MM/DD/YYYY)")))
    assert (found.kind, found.form, found.cues[0].how) == ("acord_126", "126", "title")


def test_a_title_within_a_sentence_is_no_title() -> None:
    found = only(pdf(page(1, "please complete the property section and send it back to our office by Friday")))
    assert found.kind != "acord_140"


def test_one_file_with_many_forms_is_split() -> None:
    pages = [page(n, f"p{n}", foot=f"ACORD 125 (2016/03) Page {n} of 4") for n in range(1, 5)]
    pages += [page(n, f"p{n}", foot=f"ACORD 126 (2016/09) Page {n - 4} of 4") for n in range(5, 9)]
    pages += [page(n, f"p{n}", foot="ACORD 140 (2016/03)") for n in range(9, 12)]
    assert told(pdf(*pages)) == [("acord_125", (1, 4)), ("acord_126", (5, 8)), ("acord_140", (9, 11))]


def test_continuation_pages_without_footer_are_chained() -> None:
    document = pdf(
        page(1, "COMMERCIAL INSURANCE APPLICATION", foot="ACORD 125 (2016/03)"),
        page(2, "AGENCY CUSTOMER ID: 00123", "PREMISES INFORMATION"),
        page(3, "AGENCY CUSTOMER ID: 00123", "LOSS HISTORY"),
    )
    assert told(document) == [("acord_125", (1, 3))]


def test_the_same_form_twice_is_two_documents() -> None:
    first = names_of("acord_140", "1", 20)
    second = [name.removesuffix("_A") + "_G" for name in names_of("acord_140", "2", 20)]
    document = pdf(
        *(page(n, "x") for n in range(1, 5)),
        widgets=widgets(1, *first) + widgets(2, *second) + widgets(3, *first) + widgets(4, *second),
    )
    assert told(document) == [("acord_140", (1, 2)), ("acord_140", (3, 4))]


def test_a_sheet_per_state_stays_in_its_130() -> None:
    document = pdf(
        *(page(n, "x") for n in range(1, 5)),
        widgets=widgets(1, *names_of("acord_130", "1", 20))
        + widgets(2, *names_of("acord_130", "2", 20))
        + widgets(3, *names_of("acord_130", "2", 20))
        + widgets(4, *names_of("acord_130", "3", 20)),
    )
    assert told(document) == [("acord_130", (1, 4))]


def test_two_states_are_two_documents() -> None:
    document = pdf(page(1, "x", foot="ACORD 137 CA (2023/01)"), page(2, "x", foot="ACORD 137 TX (2015/12)"))
    assert [(c.kind, c.state) for c in classify(document, name="a.pdf")] == [("acord_137", "CA"), ("acord_137", "TX")]


def test_every_page_is_in_exactly_one_document() -> None:
    document = pdf(
        page(1, "Fax cover sheet To Ana From Ben"),
        page(2, "x", foot="ACORD 125 (2016/03) Page 1 of 4"),
        page(3),
        page(4, "LOSS RUN REPORT", "Valuation date 10/01/2026 claim number date of loss paid reserve incurred"),
        page(5, images=1),
        page(6, "x", foot="ACORD 126 (2016/09)"),
    )
    spans = [found.pages for found in classify(document, name="submission.pdf")]
    assert [n for first, last in spans for n in range(first, last + 1)] == [1, 2, 3, 4, 5, 6]


def test_an_unread_scan_does_not_ride_with_the_loss_run_before_it() -> None:
    document = pdf(
        page(1, "LOSS RUN REPORT", "Valuation date 10/01/2026 claim number date of loss paid reserve incurred"),
        page(2, images=1),
    )
    assert told(document) == [("loss_run", (1, 1)), ("unknown", (2, 2))]


def test_the_loss_history_block_of_an_application_is_no_loss_run() -> None:
    document = pdf(
        page(1, "COMMERCIAL INSURANCE APPLICATION", foot="ACORD 125 (2016/03)"),
        page(
            2, "AGENCY CUSTOMER ID: 1", "LOSS HISTORY", "date of occurrence line amount paid amount reserved claim open"
        ),
    )
    assert told(document) == [("acord_125", (1, 2))]


def test_two_loss_runs_with_their_own_counts_are_two_documents() -> None:
    words = "claim number date of loss paid reserve total incurred policy term"
    document = pdf(
        page(1, "LOSS HISTORY REPORT", words, "Page 1 of 2"),
        page(2, words, "Page 2 of 2"),
        page(3, "LOSS RUN", words, "Page 1 of 2"),
        page(4, words, "Page 2 of 2"),
    )
    assert told(document) == [("loss_run", (1, 2)), ("loss_run", (3, 4))]


def test_a_construction_billing_page_is_no_statement_of_values() -> None:
    document = pdf(
        page(
            1,
            "SCHEDULE OF VALUES",
            "Contractor application for payment architect scheduled value retainage",
        )
    )
    assert only(document).kind != "sov"


def test_a_file_name_never_decides_alone() -> None:
    found = only(pdf(page(1, images=1)), name="Acord 125.pdf")
    assert (found.kind, found.confidence) == ("unknown", 0.0)
    assert [(cue.how, cue.what) for cue in found.cues] == [("name", "acord_125")]


def test_a_lying_file_name_changes_nothing() -> None:
    assert only(pdf(page(1, "x", foot="ACORD 130 (2019/07)")), name="Acord 125.pdf").kind == "acord_130"


def test_an_unreadable_file_is_unknown_over_its_whole_range() -> None:
    document = ParsedDocument(
        sha256="0" * 64, media_type=PDF, status="unreadable", reason="locked", pages=(page(1), page(2), page(3))
    )
    assert told(document) == [("unknown", (1, 3))]


@pytest.mark.parametrize(
    ("size", "name", "kind"),
    [
        ((4032, 3024), "IMG_2231.jpg", "photo"),
        ((1600, 1200), "front.jpg", "photo"),
        ((120, 60), "image001.png", "unknown"),
        ((1800, 300), "banner.png", "unknown"),
        ((1700, 2200), "scan.jpg", "unknown"),
        ((4032, 3024), "loss run.jpg", "unknown"),
    ],
)
def test_a_picture_is_a_photo_only_when_it_looks_like_one(size: tuple[int, int], name: str, kind: str) -> None:
    picture = Page(number=1, width=float(size[0]), height=float(size[1]), images=1)
    document = ParsedDocument(sha256="0" * 64, media_type="image/jpeg", status="read", pages=(picture,))
    assert only(document, name).kind == kind


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Loc #|Bldg #|Address|City|State|Zip|Occupancy|Construction|Yr Built|Building Value|Contents|TIV", "sov"),
        ("Site ID|Physical Address|ISO Class|RCV|BPP|Rents", "sov"),
        ("Driver Name|DOB|License #|State|Hire Date", "driver_list"),
        ("Last|First|D.O.B.|DL #|Lic ST", "driver_list"),
        ("Unit|Year|Make|Model|VIN|GVW|Cost New|Garaging", "vehicle_schedule"),
        ("Item|Year|Make|Serial #|Description|ACV", "equipment_schedule"),
        ("State|Class Code|Description|Payroll|# Employees", "payroll_schedule"),
        ("PolicyNumber|ClaimNumber|AccidentDate|Status|PaidTotal|OutstandingReserve|NetIncurred", "loss_run"),
        ("Policy|Insured|Trans|Premium|Comm %|Commission", "commission_statement"),
        ("Item No|Description of Work|Scheduled Value|% Complete|Balance to Finish|Retainage", "unknown"),
        ("Jurisdiction|Total Miles|Gallons|IFTA Tax Rate|Tax Due", "unknown"),
    ],
)
def test_a_sheet_is_told_by_its_headers(headers: str, kind: str) -> None:
    blank = "|".join("1" for _ in headers.split("|"))
    assert only(workbook(sheet("Sheet1", headers, blank, blank)), "book.xlsx").kind == kind


def test_headers_may_stand_below_a_title_block() -> None:
    rows = ["Loss Run", "", "|Evaluation Date|10/01/2026", "", "Criteria|All", "", "", "", "", ""]
    rows.append("ClaimNumber|AccidentDate|Status|PaidTotal|OutstandingReserve|NetIncurred")
    assert only(workbook(sheet("Export", *rows)), "export.xlsx").kind == "loss_run"


def test_a_loss_table_typed_by_an_agency_is_a_summary() -> None:
    rows = [
        "Loss Summary prepared by Ridgeway Insurance Agency",
        "",
        "Date of Loss|Claim #|Status|Paid|Incurred",
        "1|2|3|4|5",
    ]
    assert only(workbook(sheet("Losses", *rows)), "losses.xlsx").kind == "loss_summary_agent"


def test_the_agency_behind_a_label_does_not_make_a_carriers_run_its_summary() -> None:
    heads = "Policy #|Claim #|Date of Loss|Paid|Reserve|Incurred"
    for day in ("Data as of 10/02/2026", "Val. Date 04/18/2024", "Report run through 06/16/26"):
        rows = ["Old Orchard Casualty", "Loss Run", "Agency: Copperfield Risk Partners", day, "", heads, "1|2|3|4|5|6"]
        assert only(workbook(sheet("Run", *rows)), "export.xlsx").kind == "loss_run"
    rows = ["Copperfield Agency Inc", "Claims of our client", "", heads, "1|2|3|4|5|6"]
    assert only(workbook(sheet("Losses", *rows)), "losses.xlsx").kind == "loss_summary_agent"


def test_who_made_a_list_of_claims_is_not_sure_where_its_title_does_not_say() -> None:
    rows = ["Dunlap Properties Inc", "", "Claim #|Date of Loss|Paid|Reserve|Incurred", "1|2|3|4|5"]
    found = only(workbook(sheet("Sheet1", *rows)), "claims.xlsx")
    assert found.kind == "loss_run" and found.confidence < 0.9


def test_a_workbook_of_several_schedules_is_split_by_sheet() -> None:
    document = workbook(
        sheet("SOV", "Loc|Address|City|Construction|Building Value|TIV", "1|2|3|4|5|6"),
        sheet("Notes", "all values at replacement cost"),
        sheet("Drivers", "Name|DOB|DL #|State", "1|2|3|4"),
        sheet("Vehicles", "Year|Make|Model|VIN|Cost New", "1|2|3|4|5"),
    )
    assert told(document, "all.xlsx") == [("sov", (1, 2)), ("driver_list", (3, 3)), ("vehicle_schedule", (4, 4))]


def test_a_letter_without_pages_is_judged_by_its_words() -> None:
    text = (
        "Re: Broker of Record Letter\n\nPlease be advised that we have appointed the agency below as our broker of "
        "record, effective immediately. This appointment supersedes any previous appointment. The new broker is "
        "authorized to negotiate with your company on our behalf.\nSincerely, the president"
    )
    document = ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text=text)
    found = only(document, "letter.docx")
    assert (found.kind, found.pages) == ("bor_letter", (1, 1))


def test_words_about_nothing_stay_unknown() -> None:
    text = "Soup of the day, salads and sandwiches. Our bakery is open from seven. Enjoy your meal and come again soon."
    document = ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text=text)
    assert only(document, "menu.docx").kind == "unknown"


def test_the_same_document_is_judged_the_same_twice() -> None:
    document = pdf(
        page(1, "Valuation date 10/01/2026 claim number date of loss claimant paid reserve incurred open closed")
    )
    assert classify(document, name="a.pdf") == classify(document, name="a.pdf")


def labels_of(form: str, form_page: int, number: int, *, moved: float = 0.0) -> Page:
    """Return a page that carries the printed labels of a form page and nothing else."""
    sheet = editions(form)[0].pages[form_page - 1]
    words: list[Word] = []
    for label in sheet.labels:
        x0, top, x1, bottom = label.box
        step = (x1 - x0) / max(len(label.text), 1)
        at = x0
        for part in label.text.split():
            words.append(Word(part, (at, top + moved, at + step * len(part), bottom + moved)))
            at += step * (len(part) + 1)
    return Page(number=number, width=612.0, height=792.0, words=tuple(words))


def test_a_form_page_without_number_and_title_is_told_by_its_labels() -> None:
    found = only(pdf(labels_of("126", 2, 1, moved=7.0)))
    assert (found.kind, found.form, found.edition) == ("acord_126", "126", "2016/09")
    assert [cue.how for cue in found.cues] == ["labels"]


def test_forms_that_follow_each_other_are_parted_by_their_labels() -> None:
    shuffled = [("140", 1), ("140", 2), ("140", 3), ("140", 1), ("140", 2), ("127", 1), ("127", 2)]
    pages = [labels_of(form, form_page, n) for n, (form, form_page) in enumerate(shuffled, 1)]
    assert told(pdf(*pages)) == [("acord_140", (1, 3)), ("acord_140", (4, 5)), ("acord_127", (6, 7))]


def test_a_scanned_page_is_the_form_it_was_laid_over() -> None:
    laid = Registration(form="130", edition="2026/01", form_page=2, matched=60, expected=80, residual=0.8)
    read = replace(page(1, "some words"), scan=Scan(engine="tesseract", registration=laid))
    found = only(pdf(read))
    assert (found.kind, found.form, found.edition) == ("acord_130", "130", "2026/01")


def test_a_scanned_page_that_fits_badly_names_no_edition() -> None:
    laid = Registration(form="130", edition="2026/01", form_page=2, matched=60, expected=80, residual=9.0)
    found = only(pdf(replace(page(1, "some words"), scan=Scan(engine="tesseract", registration=laid))))
    assert (found.kind, found.edition) == ("acord_130", None)


def test_a_stray_note_in_the_pile_is_a_document_of_its_own() -> None:
    policy = page(1, "Common Policy Declarations", "Harborline Mutual", "Policy period 01/01/2026 to 01/01/2027")
    note = page(2, "Staff lunch on Friday", "Tomato soup, lemon cake")
    assert told(pdf(policy, note)) == [("dec_page", (1, 1)), ("unknown", (2, 2))]


def test_a_short_last_page_that_speaks_of_the_same_goes_on() -> None:
    policy = page(1, "Common Policy Declarations", "Harborline Mutual", "Policy period 01/01/2026 to 01/01/2027")
    rest = page(2, "Harborline Mutual", "Countersigned by")
    assert told(pdf(policy, rest)) == [("dec_page", (1, 2))]


def test_a_cover_sheet_is_a_document_of_no_kind() -> None:
    cover = page(1, "TRANSMITTAL", "Client: Calloway Bakery", "1. Application 2. History")
    form = page(2, "Commercial Insurance Application", foot="ACORD 125 (2016/03)")
    assert told(pdf(cover, form)) == [("unknown", (1, 1)), ("acord_125", (2, 2))]


def footed(form: str, form_page: int, number: int, foot: str) -> Page:
    """Return a page with the labels of a form page and a printed number."""
    laid = labels_of(form, form_page, number)
    return replace(laid, words=(*laid.words, *line(foot, top=775.0)))


def test_copies_of_a_form_are_parted_where_its_first_page_comes_back() -> None:
    pages = [footed("140", form_page, n, "ACORD 140 (2016/03)") for n, form_page in enumerate((1, 2, 3, 1, 2, 3), 1)]
    assert told(pdf(*pages)) == [("acord_140", (1, 3)), ("acord_140", (4, 6))]


def test_forms_of_one_page_are_as_many_as_there_are_pages() -> None:
    pages = [footed("37", 1, n, "ACORD 37 (2008/01)") for n in (1, 2)]
    assert told(pdf(*pages)) == [("acord_37", (1, 1)), ("acord_37", (2, 2))]


def test_pages_that_got_out_of_order_stay_one_form() -> None:
    pages = [footed("126", form_page, n, "ACORD 126 (2016/09)") for n, form_page in enumerate((2, 1, 3, 4), 1)]
    assert told(pdf(*pages)) == [("acord_126", (1, 4))]


def test_names_of_two_sister_forms_are_those_of_the_one_whose_number_is_printed() -> None:
    fields = form_map("163")
    assert fields is not None
    names = sorted(name for name in fields.fields if name.startswith("Driver_") and name.endswith("_A"))
    assert only(pdf(page(1, "x"), widgets=widgets(1, *names))).kind == "acord_127"
    printed = page(1, "x", foot="ACORD 163 (2018/05)")
    assert only(pdf(printed, widgets=widgets(1, *names))).kind == "acord_163"
    assert only(pdf(printed, widgets=widgets(1, *names_of("acord_125", "1")))).kind == "acord_125"


def test_a_foot_with_typing_across_it_is_still_read() -> None:
    foot = [*line("ACORD 163 (2018/05)", top=770.0), *line("478 DD-60986", top=767.0, left=60.0)]
    torn = Page(number=1, width=612.0, height=792.0, words=(*line("x", top=30.0), *foot))
    assert only(pdf(torn)).kind == "acord_163"


def test_a_form_page_of_an_unknown_layout_on_two_pages_does_not_begin_the_form_again() -> None:
    # Both parts of the first page of a 140, without its head, read like parts of its second page, which follows.
    first, second = labels_of("140", 1, 1), labels_of("140", 2, 3)
    cut = 440.0
    foot = line("ACORD 140 (2031/01)", top=770.0)
    top = [replace_word(word, 3.0 * (word.box[1] // 90)) for word in first.words if 175 < word.box[1] < cut]
    upper = Page(number=1, width=612.0, height=792.0, words=(*top, *foot))
    rest = [replace_word(word, 40.0 - cut) for word in first.words if word.box[1] >= cut]
    lower = Page(number=2, width=612.0, height=792.0, words=(*rest, *foot))
    apart = [replace_word(word, 4.0 * (word.box[1] // 100)) for word in second.words]
    last = Page(number=3, width=612.0, height=792.0, words=(*apart, *foot))
    assert told(pdf(upper, lower, last)) == [("acord_140", (1, 3))]


def replace_word(word: Word, down: float) -> Word:
    x0, top, x1, bottom = word.box
    return Word(word.text, (x0, top + down, x1, bottom + down))
