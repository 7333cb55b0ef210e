"""What the readers find in real files, made on the spot."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pikepdf
import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen import canvas
from reportlab.platypus import SimpleDocTemplate
from reportlab.platypus import Table as PrintedTable

from parsers.document import Box, ParsedDocument, Table
from parsers.extract.shown import shown_box
from parsers.limits import REASONS, Limits
from parsers.readers import cells, charset, delimited, html, image, pdf, pdf_spare, pdfium, sheet, sheet_spare, text
from parsers.readers import docx as docx_reader
from parsers.readers.space import PageSpace, page_space

# Readers measure the processor time of the process they end with; this one has used some already.
PATIENT = Limits(cpu_seconds=100_000)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def drawn(draw: Callable[[canvas.Canvas], None], size: tuple[float, float] = letter) -> bytes:
    out = io.BytesIO()
    sheet_of_paper = canvas.Canvas(out, pagesize=size, invariant=True)
    draw(sheet_of_paper)
    sheet_of_paper.save()
    return out.getvalue()


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(out, **how)
    return out.getvalue()


def read_pdf(data: bytes, limits: Limits = PATIENT) -> ParsedDocument:
    return pdf.read(data, "a.pdf", limits)


def prose(page: canvas.Canvas) -> None:
    page.setTitle("Loss run of Dunlap")
    page.setFont("Helvetica", 10)
    page.drawString(72, 700, "Dunlap Mechanical, LLC")
    page.drawString(72, 680, "Policy CPP-0012345")


def form(page: canvas.Canvas) -> None:
    page.drawString(40, 750, "NAMED INSURED")
    fields = page.acroForm
    fields.textfield(name="NamedInsured_FullName_A", x=100, y=700, width=200, height=12, value="Dunlap Mechanical")
    fields.textfield(name="Empty_A", x=100, y=680, width=200, height=12, maxlen=9)
    fields.checkbox(name="Tick_A", x=100, y=660, size=10, checked=True)
    fields.checkbox(name="Tick_B", x=120, y=660, size=10, checked=False)
    fields.choice(
        name="State_A", x=100, y=640, width=60, height=14, options=[("Arizona", "AZ"), ("Texas", "TX")], value="AZ"
    )
    fields.radio(name="Entity", value="llc", selected=True, x=100, y=620, size=10)
    fields.radio(name="Entity", value="corp", selected=False, x=120, y=620, size=10)


def ruled(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    table = PrintedTable(rows, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    SimpleDocTemplate(out, pagesize=letter, invariant=True).build([table])
    return out.getvalue()


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def near(box: Box | None, wanted: Box, by: float = 2.0) -> bool:
    return box is not None and all(abs(a - b) <= by for a, b in zip(box, wanted, strict=True))


# --- PDF ---------------------------------------------------------------------------------------------------------


def test_words_come_in_order_with_boxes_from_the_top_left() -> None:
    document = read_pdf(drawn(prose))

    (page,) = document.pages
    assert (document.status, document.title) == ("read", "Loss run of Dunlap")
    assert (page.width, page.height) == (612.0, 792.0)
    assert [word.text for word in page.words] == ["Dunlap", "Mechanical,", "LLC", "Policy", "CPP-0012345"]
    width = canvas.Canvas(io.BytesIO()).stringWidth
    assert near(page.words[0].box, (72, 82, 72 + width("Dunlap", "Helvetica", 10), 95))
    assert page.words[3].box[1] > page.words[0].box[3] - 2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_respect_rotation_and_crop(turn: int) -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].obj["/CropBox"] = pikepdf.Array([50, 600, 350, 750])
        document.pages[0].obj["/Rotate"] = turn

    (page,) = read_pdf(changed(drawn(prose), change)).pages

    assert (page.width, page.height) == (300, 150), "the text stands upright"
    # The baseline of the first word starts at (22, 50) of the cropped, unturned sheet.
    corner = {0: (22, 50), 90: (100, 22), 180: (278, 100), 270: (50, 278)}[turn]
    x0, top, x1, bottom = shown_box(next(word.box for word in page.words if word.text == "Dunlap"), page.shown)
    assert x0 - 5 <= corner[0] <= x1 + 5
    assert top - 5 <= corner[1] <= bottom + 5
    assert page.rotation == turn


def test_widget_boxes_turn_with_the_page_exactly_like_its_words() -> None:
    turned = changed(drawn(form), lambda document: document.pages[0].rotate(90, relative=False))

    document = read_pdf(turned)

    widget = next(w for w in document.widgets if w.name == "NamedInsured_FullName_A")
    page = document.pages[0]
    assert near(shown_box(widget.box, page.shown), (700, 100, 712, 300))
    assert near(shown_box(page.words[0].box, page.shown), (748, 40, 762, 95), by=12)


def test_text_off_the_page_is_left_out() -> None:
    def draw(page: canvas.Canvas) -> None:
        page.drawString(72, 700, "seen")
        page.drawString(72, 5000, "unseen")

    assert [word.text for word in read_pdf(drawn(draw)).pages[0].words] == ["seen"]


def test_turned_text_keeps_its_words_whole() -> None:
    def draw(page: canvas.Canvas) -> None:
        page.translate(300, 300)
        page.rotate(90)
        page.drawString(0, 0, "INSURED COPY")

    (page,) = read_pdf(drawn(draw)).pages

    assert [word.text for word in page.words] == ["INSURED", "COPY"]
    x0, top, x1, bottom = page.words[0].box
    assert x1 - x0 > 2 * (bottom - top), "the page is laid so that its text stands upright"
    x0, top, x1, bottom = shown_box(page.words[0].box, page.shown)
    assert bottom - top > 2 * (x1 - x0)


def test_words_that_run_another_way_than_the_rest_of_the_page_stay_turned() -> None:
    def draw(page: canvas.Canvas) -> None:
        page.drawString(72, 700, "This line runs as most of the page does, and so does its end")
        page.translate(300, 300)
        page.rotate(90)
        page.drawString(0, 0, "COPY")

    (page,) = read_pdf(drawn(draw)).pages

    x0, top, x1, bottom = next(word.box for word in page.words if word.text == "COPY")
    assert bottom - top > x1 - x0


def test_filled_form_values_come_back() -> None:
    document = read_pdf(drawn(form))

    by_name = {(widget.name, widget.box[0]): widget for widget in document.widgets}
    values = {name: (w.kind, w.value, w.on) for (name, x), w in by_name.items() if name != "Entity"}
    assert values == {
        "NamedInsured_FullName_A": ("text", "Dunlap Mechanical", None),
        "Empty_A": ("text", None, None),
        "Tick_A": ("check", None, True),
        "Tick_B": ("check", None, False),
        "State_A": ("choice", "Arizona", None),
    }
    assert next(w for w in document.widgets if w.name == "Empty_A").max_len == 9
    radios = sorted((w.box[0], w.on) for w in document.widgets if w.name == "Entity")
    assert [on for _, on in radios] == [True, False]
    assert near(next(w.box for w in document.widgets if w.name == "Tick_A"), (100, 122, 110, 132))


def test_the_spare_engine_agrees_on_every_widget() -> None:
    data = drawn(form)

    spare = pdf_spare.read(data, "a.pdf", PATIENT)

    assert spare.widgets == read_pdf(data).widgets
    assert [word.text for word in spare.pages[0].words] == ["NAMED", "INSURED"]


def test_values_written_without_appearances_count() -> None:
    def fill(document: pikepdf.Pdf) -> None:
        for annotation in document.pages[0].obj["/Annots"]:
            if annotation.get("/T") == "Empty_A":
                annotation["/V"] = pikepdf.String("371234567")
                del annotation["/AP"]
            if annotation.get("/T") == "Tick_B":
                annotation["/V"] = next(k for k in map(pikepdf.Name, annotation["/AP"]["/N"].keys()) if k != "/Off")

    document = read_pdf(changed(drawn(form), fill))

    found = {w.name: w.value or w.on for w in document.widgets}
    assert found["Empty_A"] == "371234567"
    assert found["Tick_B"] is True


def test_names_and_values_are_inherited_from_parents() -> None:
    def nest(document: pikepdf.Pdf) -> None:
        parent = document.make_indirect(
            pikepdf.Dictionary(T=pikepdf.String("F[0]"), FT=pikepdf.Name("/Tx"), V=pikepdf.String("above"))
        )
        for annotation in document.pages[0].obj["/Annots"]:
            if annotation.get("/T") == "Empty_A":
                annotation["/Parent"] = parent
                del annotation["/FT"]
                if "/V" in annotation:
                    del annotation["/V"]

    data = changed(drawn(form), nest)

    for document in (read_pdf(data), pdf_spare.read(data, "", PATIENT)):
        widget = next(w for w in document.widgets if w.name == "F[0].Empty_A")
        assert (widget.kind, widget.value) == ("text", "above")


def test_a_loop_of_parents_ends() -> None:
    def loop(document: pikepdf.Pdf) -> None:
        first = document.pages[0].obj["/Annots"][0]
        first["/Parent"] = first

    document = read_pdf(changed(drawn(form), loop))

    assert "Tick_A" in {widget.name for widget in document.widgets}


def test_a_ruled_table_comes_back_row_by_row_over_pages() -> None:
    rows = [["Claim", "Date", "Paid"]] + [[f"C{n:04}", "03/02/2025", f"{n},100.00"] for n in range(90)]

    document = read_pdf(ruled(rows))

    found = [row for table in document.tables for row in texts(table)]
    assert [row for row in found if row[0] != "Claim"] == rows[1:]
    assert found[0] == rows[0]
    cell = document.tables[0].rows[1][0]
    word = next(word for word in document.pages[0].words if word.text == "C0000")
    assert cell.at.page == 1
    assert cell.at.box is not None
    assert cell.at.box[0] <= word.box[0] and word.box[3] <= cell.at.box[3] + 1


def test_a_merged_cell_speaks_once_and_columns_stay_in_line() -> None:
    out = io.BytesIO()
    rows = [["Values", "", "Year"], ["Building", "Contents", "Built"], ["100", "200", "1987"]]
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 0), (1, 0))]
    SimpleDocTemplate(out, pagesize=letter).build([PrintedTable(rows, style=style)])

    (table,) = read_pdf(out.getvalue()).tables

    assert texts(table) == rows
    assert table.rows[0][0].at.box is not None
    assert table.rows[0][0].at.box[2] == pytest.approx(table.rows[1][1].at.box[2])  # type: ignore[index]


def test_a_table_without_side_borders_keeps_its_outer_columns() -> None:
    def draw(page: canvas.Canvas) -> None:
        for row in range(4):
            page.line(72, 700 - 20 * row, 372, 700 - 20 * row)
        page.line(172, 640, 172, 700)
        page.line(272, 640, 272, 700)
        for row in range(3):
            for column in range(3):
                page.drawString(80 + 100 * column, 686 - 20 * row, f"r{row}c{column}")

    (table,) = read_pdf(drawn(draw)).tables

    assert texts(table) == [[f"r{row}c{column}" for column in range(3)] for row in range(3)]


def test_a_table_inside_a_form_object_is_found() -> None:
    def draw(page: canvas.Canvas) -> None:
        page.beginForm("sheet")
        page.grid([10, 60, 110], [10, 30, 50, 70])
        page.drawString(15, 55, "top")
        page.drawString(65, 15, "last")
        page.endForm()
        page.translate(100, 400)
        page.doForm("sheet")

    (table,) = read_pdf(drawn(draw)).tables

    assert texts(table) == [["top", ""], ["", ""], ["", "last"]]
    assert near(table.rows[0][0].at.box, (110, 322, 160, 342))


def test_a_page_with_widgets_is_a_form_and_no_table() -> None:
    def draw(page: canvas.Canvas) -> None:
        page.grid([100, 150, 200], [100, 120, 140, 160])
        page.drawString(105, 105, "label")
        form(page)

    assert read_pdf(drawn(draw)).tables == ()


def picture_page(page: canvas.Canvas) -> None:
    page.drawInlineImage(Image.new("L", (85, 110), 200), 0, 0, 612, 792)


def test_scanned_pages_are_told_from_blank_ones() -> None:
    def draw(page: canvas.Canvas) -> None:
        prose(page)
        page.showPage()
        picture_page(page)
        page.showPage()
        page.showPage()

    document = read_pdf(drawn(draw))

    assert (document.status, document.reason) == ("partial", "no_text")
    assert [defect.page for defect in document.defects] == [2]
    assert [page.images for page in document.pages] == [0, 1, 0]


def test_a_fax_stamp_does_not_make_a_scan_a_text() -> None:
    def draw(page: canvas.Canvas) -> None:
        picture_page(page)
        page.drawString(10, 780, "FAX 03/02/2025 10:11 P. 1/3")

    document = read_pdf(drawn(draw))

    assert document.reason == "no_text"
    assert document.pages[0].words


def test_a_logo_beside_text_is_no_scan() -> None:
    def draw(page: canvas.Canvas) -> None:
        prose(page)
        page.drawInlineImage(Image.new("L", (20, 20)), 400, 700, 60, 60)

    document = read_pdf(drawn(draw))

    assert (document.status, document.pages[0].images) == ("read", 1)


def many_pages(count: int) -> bytes:
    def draw(page: canvas.Canvas) -> None:
        for number in range(count):
            page.drawString(72, 700, f"page {number + 1}")
            page.showPage()

    return drawn(draw)


def test_pages_beyond_the_limit_are_a_visible_loss() -> None:
    document = read_pdf(many_pages(7), Limits(pages=5, cpu_seconds=100_000))

    assert (document.status, document.reason, len(document.pages)) == ("partial", "too_many_pages", 5)
    assert document.defects[0].detail == "7 pages"


def test_pages_beyond_what_may_be_answered_are_a_visible_loss() -> None:
    document = read_pdf(many_pages(7), Limits(output=600, cpu_seconds=100_000))

    assert (document.status, document.reason, len(document.pages)) == ("partial", "too_many_pages", 4)
    assert document.defects[0].page == 5


def test_what_was_read_before_the_time_ran_out_is_kept() -> None:
    document = read_pdf(many_pages(3), Limits(cpu_seconds=0))

    assert (document.status, document.reason) == ("partial", "timeout")
    assert document.defects[0].page == 1


def test_one_damaged_page_does_not_cost_the_others() -> None:
    whole = many_pages(3)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as opened:
        page = opened.pages[1].obj
        del page["/MediaBox"]
        page["/Contents"] = opened.make_stream(b"q BT /F1 12 Tf (x")
        opened.save(out)
    document = read_pdf(out.getvalue())

    assert [len(page.words) for page in document.pages] == [2, 0, 2]


def test_a_page_larger_than_any_paper_is_not_read() -> None:
    huge = changed(drawn(prose), lambda d: d.pages[0].obj.__setitem__("/MediaBox", [0, 0, 200_000, 200_000]))

    document = read_pdf(huge)

    assert (document.status, document.reason) == ("partial", "page_too_large")
    assert document.pages[0].words == ()


def encrypted(user: str) -> bytes:
    lock = pikepdf.Encryption(user=user, owner="owner", R=6)
    return changed(drawn(form), lambda _document: None, encryption=lock)


def test_a_password_locks_and_an_empty_one_does_not() -> None:
    locked, open_to_all = read_pdf(encrypted("secret")), read_pdf(encrypted(""))

    assert (locked.status, locked.reason) == ("unreadable", "locked")
    assert open_to_all.status == "read"
    assert any(widget.value == "Dunlap Mechanical" for widget in open_to_all.widgets)
    assert pdf_spare.read(encrypted("secret"), "", PATIENT).reason == "locked"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.98])
def test_a_truncated_file_is_never_whole(share: float) -> None:
    data = many_pages(20)

    document = read_pdf(data[: int(len(data) * share)])

    assert document.status != "read"
    assert document.reason == "damaged"


def test_garbage_after_the_end_mark_does_no_harm() -> None:
    assert read_pdf(drawn(prose) + b"\n\0\0garbage").status == "read"


def test_a_form_that_only_acrobat_shows_says_so() -> None:
    def change(document: pikepdf.Pdf) -> None:
        xfa = pikepdf.Stream(document, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        document.Root["/AcroForm"] = pikepdf.Dictionary(XFA=document.make_indirect(xfa), Fields=pikepdf.Array())
        document.Root["/NeedsRendering"] = True

    document = read_pdf(changed(drawn(prose), change))

    assert (document.status, document.reason) == ("partial", "dynamic_form")


def test_a_drawn_form_shows_its_values() -> None:
    def darkness(value: str) -> int:
        def draw(page: canvas.Canvas) -> None:
            page.drawString(40, 750, "Name")
            page.acroForm.textfield(name="A", x=100, y=700, width=200, height=20, value=value)

        picture = pdfium.render(drawn(draw), page=1, dpi=72, limits=PATIENT)
        assert (picture.width, picture.height, picture.page_width) == (612, 792, 612.0)
        return sum(Image.open(io.BytesIO(picture.png)).convert("L").histogram()[:60])

    assert darkness("Dunlap Mechanical") > darkness("") + 50


def test_drawing_is_clamped_and_checked() -> None:
    small = pdfium.render(drawn(prose), page=1, dpi=600, limits=Limits(pixels=100_000))

    assert small.width * small.height <= 101_000
    assert pdfium.render(drawn(prose), page=2, dpi=72, limits=PATIENT).reason == "no_such_page"
    assert pdfium.render(b"%PDF-1.4 nothing", page=1, dpi=72, limits=PATIENT).reason == "damaged"


def test_two_boxes_of_a_page_meet_as_viewers_show_them() -> None:
    assert page_space((0, 0, 612, 792), (50, 700, 20, 5000), 450) == PageSpace(
        left=20, bottom=700, right=50, top=792, rotation=90
    )
    assert page_space((0, 0, 612, 792), (900, 900, 950, 950), 0).width == 612


# --- Word --------------------------------------------------------------------------------------------------------


def word(body: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f'<w:x xmlns:w="{W}">{inner}</w:x>')
    return out.getvalue()


def read_word(data: bytes, limits: Limits = PATIENT) -> ParsedDocument:
    return docx_reader.read(data, "a.docx", limits)


def run(inner: str) -> str:
    return f"<w:p><w:r><w:t>{inner}</w:t></w:r></w:p>"


def test_word_text_and_tables_come_in_order() -> None:
    written = docx.Document()
    written.core_properties.title = "Narrative"
    written.add_paragraph("Before")
    table = written.add_table(2, 3)
    for row in range(2):
        for column in range(3):
            table.cell(row, column).text = f"r{row}c{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    written.add_paragraph("After")
    written.sections[0].header.paragraphs[0].text = "Head"
    written.sections[0].footer.paragraphs[0].text = "Foot"
    out = io.BytesIO()
    written.save(out)

    document = read_word(out.getvalue())

    assert document.text.split("\n") == ["Head", "Before", "wide\t\tr0c2", "r1c0\tr1c1\tr1c2", "After", "Foot"]
    assert texts(document.tables[0]) == [["wide", "", "r0c2"], ["r1c0", "r1c1", "r1c2"]]
    assert document.tables[0].rows[1][2].at.cell == "C2"
    assert (document.title, document.status) == ("Narrative", "read")


def test_what_the_usual_libraries_lose_is_there() -> None:
    body = (
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>control</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        "<w:sdt><w:sdtContent>" + run("block control") + "</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:pict><w:txbxContent>" + run("boxed") + "</w:txbxContent></w:pict></w:r></w:p>"
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>yes</w:t></w:r></w:p>'
        '<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:checked w:val="1"/></w:checkBox></w:ffData></w:fldChar>'
        "</w:r></w:p>"
    )

    document = read_word(word(body, footnotes=run("a note")))

    assert document.text.split("\n") == [
        "control", "inserted", "block control", "", "boxed", "a\tb", "c", "☒yes", "☒", "a note"
    ]  # fmt: skip


def test_a_table_in_a_table_is_a_table_of_its_own() -> None:
    def table(inner: str) -> str:
        return f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"

    document = read_word(word(table(run("outer") + table(run("inner")))))

    assert [texts(found) for found in document.tables] == [[["outer\ninner"]], [["inner"]]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 not a container", "damaged"),
        (word("<w:p>"), "damaged"),
        (word("x" * 3_000_000), "unsafe"),
    ],
)
def test_a_word_file_that_is_none_gets_a_reason(data: bytes, reason: str) -> None:
    document = read_word(data, Limits(part=2_000_000))

    assert (document.status, document.reason) == ("unreadable", reason)


def test_a_document_type_definition_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        xml = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:d xmlns:w="{W}">{run("&e;")}</w:d>'
        archive.writestr("word/document.xml", xml)

    document = read_word(out.getvalue())

    assert (document.status, document.reason) == ("unreadable", "unsafe")
    assert "root:" not in document.text


def test_parts_that_lie_over_each_other_are_refused() -> None:
    data = bytearray(word(run("x")))
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        first = archive.getinfo("word/document.xml")
        archive.filelist.append(first)
        archive._didModify = True

    assert read_word(out.getvalue()).reason == "unsafe"


def test_deep_nesting_ends_with_a_reason() -> None:
    data = word("<w:sdt>" * 250 + run("deep") + "</w:sdt>" * 250)

    document = read_word(data)

    assert document.status != "read"
    assert document.reason in REASONS


# --- Sheets ------------------------------------------------------------------------------------------------------


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Losses"
    first["B3"] = "Claim"
    first["C3"] = 240_123_456_789_012_000
    first["D3"] = 1250000.0
    first["E3"] = 0.1 + 0.2
    first["F3"] = datetime.date(2025, 3, 2)
    first["G3"] = datetime.datetime(2025, 3, 2, 14, 30)
    first["H3"] = True
    first["J3"] = "  last "
    first["B5"] = "below"
    hidden = book.create_sheet("Old values")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "stale"
    book.create_sheet("Nothing")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_read_as_a_person_reads_them_and_know_their_place() -> None:
    document = sheet.read(workbook(), "a.xlsx", PATIENT)

    losses, old, nothing = document.tables
    assert [cell.text for cell in losses.rows[2]] == [
        "", "Claim", "240123456789012000", "1250000", "0.3", "2025-03-02", "2025-03-02 14:30:00", "TRUE", "", "last"
    ]  # fmt: skip
    assert (losses.rows[2][1].at.sheet, losses.rows[2][1].at.cell) == ("Losses", "B3")
    assert [cell.text for cell in losses.rows[4]] == ["", "below"]
    assert losses.rows[:2] == ((), ())
    assert (losses.hidden, old.hidden) == (False, True)
    assert nothing.rows == ()


def test_the_spare_sheet_reader_agrees() -> None:
    fast, spare = sheet.read(workbook(), "", PATIENT), sheet_spare.read(workbook(), "", PATIENT)

    assert spare.tables == fast.tables
    assert sheet_spare.read(workbook(), "", Limits(kept_cells=3)).reason == "too_many_cells"


def test_a_sheet_beyond_the_budget_is_partial() -> None:
    book = openpyxl.Workbook()
    for number in range(50):
        book.active.append([number, number])  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)

    looked = sheet.read(out.getvalue(), "", Limits(cells=40))
    kept = sheet.read(out.getvalue(), "", Limits(kept_cells=40))

    for document in (looked, kept):
        assert (document.status, document.reason, len(document.tables[0].rows)) == ("partial", "too_many_cells", 20)


def test_damaged_and_blank_workbooks_get_a_reason() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)

    assert sheet.read(out.getvalue(), "", PATIENT).reason == "empty"
    assert sheet.read(workbook()[:2000], "", PATIENT).reason == "damaged"


@pytest.mark.parametrize(
    ("value", "text_shown"),
    [
        (1e20, "1" + "0" * 20),
        (-1.2e-7, "-0.00000012"),
        (1 / 3, "0.333333333333333"),
        (2.5, "2.5"),
        (float("nan"), ""),
    ],
)
def test_numbers_never_show_an_exponent(value: float, text_shown: str) -> None:
    assert cells.shown(value) == text_shown


def test_places_are_named_like_a_sheet_names_them() -> None:
    assert [cells.place(row, column) for row, column in ((0, 0), (11, 2), (0, 26), (0, 16383))] == [
        "A1", "C12", "AA1", "XFD1"
    ]  # fmt: skip


# --- Text, delimited text, pages, pictures -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", ["Café\r\n".encode(), "\ufeffCafé\n".encode(), "Café\n".encode("cp1252"), "Café\n".encode("utf-16")]
)
def test_text_is_read_in_whatever_charset_it_came(data: bytes) -> None:
    assert text.read(data, "a.txt", PATIENT).text == "Café\n"
    assert charset.decode(data) == ("Café\n", True)


def test_long_text_is_cut_visibly() -> None:
    document = text.read(b"x" * 100, "", Limits(text=10))

    assert (document.text, document.status, document.reason) == ("x" * 10, "partial", "too_large")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimited_text_finds_its_delimiter(sign: str) -> None:
    data = f'loc{sign}street\n1{sign}"Main{sign} rear"\n2{sign}Oak\n'.encode()

    (table,) = delimited.read(data, "a.csv", PATIENT).tables

    assert texts(table) == [["loc", "street"], ["1", f"Main{sign} rear"], ["2", "Oak"]]
    assert table.rows[1][1].at.cell == "B2"


def test_a_stated_delimiter_is_believed() -> None:
    (table,) = delimited.read(b"sep=;\r\na,b;c\r\n", "a.csv", PATIENT).tables

    assert texts(table) == [["a,b", "c"]]


def test_hostile_delimited_text_ends_with_a_reason() -> None:
    endless = delimited.read(b"a,b\n1,2\n" + b'"' + b"x" * 1_200_000, "", PATIENT)
    flood = delimited.read(b"a,b\n" * 100, "", Limits(kept_cells=10))

    assert (endless.status, endless.reason, len(endless.tables[0].rows)) == ("partial", "damaged", 2)
    assert (flood.status, flood.reason, len(flood.tables[0].rows)) == ("partial", "too_many_cells", 5)


def test_a_page_gives_text_and_tables_and_runs_nothing() -> None:
    page = (
        b"<html><head><title> Schedule\n of autos </title><script>x='<table>'</script></head><body><p>Hello</p>"
        b"<table><tr><th colspan=2>Unit</th><th>VIN</th></tr><tr><td>1</td><td>2019</td>"
        b"<td>1FT<table><tr><td>inner</td></tr></table></td></tr></table></body></html>"
    )

    document = html.read(page, "a.html", PATIENT)

    assert document.title == "Schedule of autos"
    assert "Hello" in document.text
    assert "x=" not in document.text
    assert [texts(table) for table in document.tables] == [
        [["Unit", "", "VIN"], ["1", "2019", "1FTinner"]],
        [["inner"]],
    ]


def photo(kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, kind, **how)
    return out.getvalue()


def test_a_photo_is_a_page_without_words() -> None:
    document = image.read(photo("JPEG", dpi=(150, 150)), "a.jpg", PATIENT)

    assert (document.status, document.reason) == ("read", None)
    (page,) = document.pages
    assert (page.width, page.height, page.images, page.words) == (144.0, 96.0, 1, ())


def test_a_turned_photo_stands_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "camera"
    data = photo("JPEG", exif=exif)

    page = image.read(data, "", PATIENT).pages[0]
    picture = image.render(data, page=1, dpi=72, limits=PATIENT)

    assert (page.width, page.height) == (200.0, 300.0)
    assert (picture.width, picture.height) == (200, 300)
    assert b"camera" not in picture.png


def test_a_fax_is_a_page_a_frame() -> None:
    frames = [Image.new("1", (100, 100)) for _ in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])

    assert len(image.read(out.getvalue(), "", PATIENT).pages) == 3
    cut = image.read(out.getvalue(), "", Limits(pages=2))
    assert (cut.status, cut.reason, len(cut.pages)) == ("partial", "too_many_pages", 2)


def test_pictures_larger_than_any_paper_and_broken_ones_get_a_reason() -> None:
    assert image.read(photo("PNG"), "", Limits(pixels=1000)).reason == "page_too_large"
    assert image.read(photo("PNG")[:20], "", PATIENT).reason == "damaged"
    heic = b"\0\0\0\x18ftypheic" + b"\0" * 8 + b"\0\0\0\x14ispe\0\0\0\0" + (4032).to_bytes(4) + (3024).to_bytes(4)
    assert image.read(heic, "", PATIENT).pages[0].width == 4032.0
