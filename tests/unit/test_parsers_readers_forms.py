"""Forms as programs and people really leave them: painted values, drawn ticks, notes, odd fields, odd values."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from parsers.document import Box, Mark, Page, ParsedDocument, Widget
from parsers.extract.shown import shown_box
from parsers.limits import Limits
from parsers.readers import pdf, pdf_painted, pdf_spare

# Readers measure the processor time of the process they end with; this one has used some already.
PATIENT = Limits(cpu_seconds=100_000)


def drawn(*draw: Callable[[canvas.Canvas], None]) -> bytes:
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=(612, 792), invariant=True)
    for one in draw:
        one(paper)
        paper.showPage()
    paper.save()
    return out.getvalue()


def footer(paper: canvas.Canvas) -> None:
    paper.setFont("Helvetica", 8)
    paper.drawString(20, 16, "ACORD 125 (2016/03)")


def page_of(draw: Callable[[canvas.Canvas], None]) -> ParsedDocument:
    def both(paper: canvas.Canvas) -> None:
        footer(paper)
        draw(paper)

    return pdf.read(drawn(both), "a.pdf", PATIENT)


def with_fields(*fields: dict[str, Any], form: dict[str, Any] | None = None, turn: int = 0) -> bytes:
    """Put fields on a page; ``paint`` is the content of an appearance, ``states`` the names of ticked looks."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(footer))) as document:
        page = document.pages[0].obj
        page.Annots = Array([document.make_indirect(annotation(document, field)) for field in fields])
        page.Rotate = turn
        document.Root.AcroForm = Dictionary(Fields=Array(list(page.Annots)), **form or {})
        document.save(out)
    return out.getvalue()


def annotation(document: pikepdf.Pdf, entries: dict[str, Any]) -> Dictionary:
    wanted = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": Array([100, 700, 200, 712]), "FT": Name.Tx}
    entries = wanted | {"T": String("Box_A")} | entries
    paint, states, font = (entries.pop(key, None) for key in ("paint", "states", "font"))
    made = Dictionary(**{key: value for key, value in entries.items() if value is not None})
    if paint is not None:
        made.AP = Dictionary(N=look(document, paint, font))
    if states is not None:
        made.FT = Name.Btn
        made.AP = Dictionary(N=Dictionary({state: look(document, "", None) for state in (*states, "/Off")}))
    return made


def look(document: pikepdf.Pdf, content: str, font: Dictionary | None) -> pikepdf.Stream:
    fonts = Dictionary(Helv=font or Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    return document.make_stream(
        content.encode("cp1252"),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 100, 12]),
        Resources=Dictionary(Font=fonts),
    )


def read_fields(*fields: dict[str, Any], form: dict[str, Any] | None = None) -> tuple[Widget, ...]:
    return pdf.read(with_fields(*fields, form=form), "a.pdf", PATIENT).widgets


def only(**field: Any) -> Widget:
    (widget,) = read_fields(field)
    return widget


def near(box: Box, wanted: Box, by: float = 1.5) -> bool:
    return all(abs(a - b) <= by for a, b in zip(box, wanted, strict=True))


# --- Fonts and marks ---------------------------------------------------------------------------------------------


def test_words_of_a_form_know_their_font_and_size() -> None:
    def draw(paper: canvas.Canvas) -> None:
        paper.setFont("Helvetica-Bold", 6.2)
        paper.drawString(40, 700, "NAMED INSURED")
        paper.saveState()
        paper.scale(10, 10)
        paper.setFont("Courier", 0.9)
        paper.drawString(4, 68, "Dunlap")
        paper.restoreState()

    (page,) = page_of(draw).pages

    told = [(word.text, page.fonts[n]) for word, n in zip(page.words, page.word_fonts, strict=True)]
    assert told[-3:] == [("NAMED", "Helvetica-Bold 6"), ("INSURED", "Helvetica-Bold 6"), ("Dunlap", "Courier 9")]


def inkless(paper: canvas.Canvas, text: str = "Southfork Holdings") -> None:
    for y in (500, 900):
        said = paper.beginText(100, y)
        said.setTextRenderMode(3)
        said.textOut(text)
        paper.drawText(said)


def white(paper: canvas.Canvas) -> None:
    paper.setFillColorRGB(1, 1, 1)
    paper.drawString(100, 500, "Southfork Holdings")
    paper.setFillColorRGB(0, 0, 0)


def texts(page: Page, places: tuple[int, ...]) -> list[str]:
    return [page.words[n].text for n in places]


@pytest.mark.parametrize("draw", [inkless, white])
def test_text_that_cannot_be_seen_is_told_from_what_can_but_over_a_picture(
    draw: Callable[[canvas.Canvas], None],
) -> None:
    def plain(paper: canvas.Canvas) -> None:
        paper.drawString(100, 600, "Northfork Millwork Inc. of Mesa")
        draw(paper)

    def pictured(paper: canvas.Canvas) -> None:
        paper.drawImage(ImageReader(Image.new("L", (40, 40))), 0, 0, 612, 792)
        plain(paper)

    def with_logo(paper: canvas.Canvas) -> None:
        paper.drawImage(ImageReader(Image.new("L", (40, 40))), 200, 300, 40, 40)
        plain(paper)

    for one in (plain, with_logo):
        page = page_of(one).pages[0]
        assert texts(page, page.unseen) == ["Southfork", "Holdings"]
    assert page_of(pictured).pages[0].unseen == ()


def test_struck_text_is_told_from_underlined_text_and_from_text_on_a_rule() -> None:
    def draw(paper: canvas.Canvas) -> None:
        for y, text in ((600, "Northfork Millwork"), (560, "Southfork Holdings"), (520, "Eastfork Bakery")):
            paper.setFont("Helvetica", 9)
            paper.drawString(100, y, text)
        paper.line(98, 603, 185, 603)
        paper.line(100, 558.5, 185, 558.5)
        paper.line(20, 523, 590, 523)

    page = page_of(draw).pages[0]
    assert texts(page, page.struck) == ["Northfork", "Millwork"]


def test_text_struck_out_with_a_viewers_tool_is_told() -> None:
    (page,) = annotated({"Subtype": Name.StrikeOut, "Rect": Array([18, 10, 300, 26])}).pages
    assert texts(page, page.struck) == ["ACORD", "125", "(2016/03)"]


def test_texts_that_touch_know_where_the_second_begins() -> None:
    def draw(paper: canvas.Canvas) -> None:
        paper.setFont("Courier", 10)
        paper.drawString(100, 600, "05/11/2026")
        paper.drawString(159, 600, "Heating")

    page = page_of(draw).pages[0]
    ((word, sign, x),) = page.seams
    assert page.words[word].text[sign:] == "Heating"
    assert x == pytest.approx(159, abs=0.5)


def test_a_page_whose_text_is_nearly_all_without_ink_keeps_it() -> None:
    found = page_of(lambda paper: inkless(paper, "the words of a page that was turned into outlines")).pages[0]
    assert "outlines" in [word.text for word in found.words]
    assert found.unseen == ()


def test_a_letter_is_not_looked_at_closely() -> None:
    def draw(paper: canvas.Canvas) -> None:
        paper.drawString(72, 700, "Please find the loss runs attached.")
        paper.line(100, 100, 108, 108)

    (page,) = pdf.read(drawn(draw), "a.pdf", PATIENT).pages

    assert (page.fonts, page.word_fonts, page.marks) == ((), (), ())


def one_path(paper: canvas.Canvas, *points: tuple[float, float], fill: int = 0, close: bool = False) -> None:
    path = paper.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if close:
        path.close()
    paper.drawPath(path, stroke=1 - fill, fill=fill)


def cross_in_one(paper: canvas.Canvas) -> None:
    path = paper.beginPath()
    for start, end in (((100, 100), (108, 108)), ((100, 108), (108, 100))):
        path.moveTo(*start)
        path.lineTo(*end)
    paper.drawPath(path)


def cross_in_two(paper: canvas.Canvas) -> None:
    paper.line(100, 100, 108, 108)
    paper.line(100, 108, 108, 100)


def tick(paper: canvas.Canvas) -> None:
    one_path(paper, (100, 104), (103, 100), (108, 108))


def disc(paper: canvas.Canvas) -> None:
    paper.circle(104, 104, 4, stroke=0, fill=1)


def flattened_cross(paper: canvas.Canvas) -> None:
    paper.beginForm("look")
    paper.line(0, 0, 8, 8)
    paper.line(0, 8, 8, 0)
    paper.endForm()
    paper.translate(100, 100)
    paper.doForm("look")


@pytest.mark.parametrize(
    ("draw", "shape"),
    [(cross_in_one, "cross"), (cross_in_two, "cross"), (tick, "stroke"), (disc, "fill"), (flattened_cross, "cross")],
)
def test_drawn_ticks_are_marks(draw: Callable[[canvas.Canvas], None], shape: str) -> None:
    (mark,) = page_of(draw).pages[0].marks

    assert mark.shape == shape
    assert near(mark.box, (100, 684, 108, 692), by=2)


def empty_square(paper: canvas.Canvas) -> None:
    paper.rect(100, 100, 9, 9)


def white_square(paper: canvas.Canvas) -> None:
    paper.setFillGray(1)
    paper.rect(100, 100, 9, 9, fill=1)


def round_button(paper: canvas.Canvas) -> None:
    paper.circle(104, 104, 4)


def filled_frame(paper: canvas.Canvas) -> None:
    path = paper.beginPath()
    path.rect(100, 100, 9, 9)
    path.rect(101, 101, 7, 7)
    paper.drawPath(path, stroke=0, fill=1, fillMode=canvas.FILL_EVEN_ODD)


def thick_dash(paper: canvas.Canvas) -> None:
    paper.rect(100, 100, 14, 3, stroke=0, fill=1)


def ruling_lines(paper: canvas.Canvas) -> None:
    paper.line(100, 100, 112, 100)
    paper.line(100, 100, 100, 112)
    paper.setFillGray(0)
    paper.rect(100, 300, 15, 0.5, stroke=0, fill=1)


def large_cross(paper: canvas.Canvas) -> None:
    paper.line(100, 100, 300, 300)
    paper.line(100, 300, 300, 100)


def invisible(paper: canvas.Canvas) -> None:
    paper.setStrokeGray(1)
    cross_in_two(paper)


@pytest.mark.parametrize(
    "draw",
    [empty_square, white_square, filled_frame, thick_dash, round_button, ruling_lines, large_cross, invisible],
    ids=lambda d: d.__name__,
)
def test_what_a_form_prints_itself_is_no_mark(draw: Callable[[canvas.Canvas], None]) -> None:
    assert page_of(draw).pages[0].marks == ()


# --- What people put over a page ---------------------------------------------------------------------------------


def annotated(*notes: dict[str, Any]) -> ParsedDocument:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(footer))) as document:
        made = [annotation(document, {"FT": None, "T": None} | note) for note in notes]
        document.pages[0].obj.Annots = Array([document.make_indirect(one) for one in made])
        document.save(out)
    return pdf.read(out.getvalue(), "a.pdf", PATIENT)


def free_text(text: str, rect: tuple[float, ...] = (100, 688, 260, 702), **more: Any) -> dict[str, Any]:
    return {
        "Subtype": Name.FreeText,
        "Contents": String(text),
        "Rect": Array(list(rect)),
        "DA": String("0 g /Helv 10 Tf"),
    } | more


def test_text_typed_with_a_viewers_tool_is_read_where_it_stands() -> None:
    (page,) = annotated(free_text("Dunlap Mechanical")).pages

    typed = [(word, page.fonts[n]) for word, n in zip(page.words, page.word_fonts, strict=True)][-2:]
    assert [(word.text, font) for word, font in typed] == [("Dunlap", "FreeText 10"), ("Mechanical", "FreeText 10")]
    assert near(typed[0][0].box, (100, 90, 130, 102), by=3)
    assert typed[1][0].box[0] > typed[0][0].box[2]


def test_several_lines_of_typed_text_stand_below_each_other() -> None:
    (page,) = annotated(free_text("100 Mill St\rTempe, AZ", (100, 660, 260, 702))).pages

    places = {word.text: word.box for word in page.words}
    assert places["Tempe,"][1] >= places["Mill"][3] - 1
    assert places["Tempe,"][0] == places["100"][0]


def test_a_hidden_note_a_comment_and_a_link_say_nothing() -> None:
    document = annotated(
        free_text("secret", F=2),
        {"Subtype": Name.Text, "Contents": String("a comment")},
        {"Subtype": Name.Link},
    )

    assert [word.text for word in document.pages[0].words] == ["ACORD", "125", "(2016/03)"]


def test_a_stamp_is_read_and_a_pen_leaves_marks() -> None:
    (page,) = annotated(
        {"Subtype": Name.Stamp, "Rect": Array([300, 300, 400, 330]), "paint": "BT /Helv 18 Tf (RECEIVED) Tj ET"},
        {"Subtype": Name.Ink, "InkList": Array([Array([100, 100, 108, 108]), Array([100, 108, 108, 100])])},
    ).pages

    assert page.words[-1].text == "RECEIVED"
    assert near(page.words[-1].box, (300, 462, 400, 492), by=25)
    assert page.marks == (Mark(shape="stroke", box=(100.0, 684.0, 108.0, 692.0)),)


def scanned(**field: Any) -> ParsedDocument:
    out = io.BytesIO()
    picture = Image.new("L", (85, 110), 200)
    with pikepdf.open(io.BytesIO(drawn(lambda paper: paper.drawInlineImage(picture, 0, 0, 612, 792)))) as document:
        page = document.pages[0].obj
        page.Annots = Array([document.make_indirect(annotation(document, dict(field))) for _ in range(4)])
        document.Root.AcroForm = Dictionary(Fields=Array(list(page.Annots)))
        document.save(out)
    return pdf.read(out.getvalue(), "a.pdf", PATIENT)


def test_a_scan_with_a_place_to_sign_or_notes_on_it_is_still_a_scan() -> None:
    notes = free_text("one two three four five six seven eight " * 4, (100, 300, 500, 702), FT=None, T=None)

    assert scanned(FT=Name.Sig).reason == "no_text"
    assert scanned(**notes).reason == "no_text"
    assert scanned(V=String("typed into a form on a picture")).reason is None


# --- Painted text and values -------------------------------------------------------------------------------------


def test_a_box_that_paints_another_text_than_its_value_says_so() -> None:
    assert (
        only(V=String("1,000,000"), paint="/Tx BMC q BT /Helv 8 Tf 2 3 Td (2,000,000) Tj ET Q EMC").shown == "2,000,000"
    )


@pytest.mark.parametrize(
    ("value", "paint"),
    [
        ("Dunlap (AZ), LLC", r"BT (Dunlap \(AZ\), LLC) Tj ET"),
        ("Dunlap Mechanical", "BT [(Dun) -20 (lap) -300 (Mechanical)] TJ ET"),
        ("Dunlap Mechanical", "BT (DUNLAP) Tj 0 -9 Td (MECHANICAL) ' ET"),
        ("371234567", "BT (3) Tj 9 0 Td (7) Tj 9 0 Td (1) Tj 9 0 Td (2) Tj 9 0 Td (34567) Tj ET"),
        ("1000", "BT ($1,000.00) Tj ET"),
        ("1/2/2027", "BT (01/02/2027) Tj ET"),
        ("Café", r"BT (Caf\351) Tj ET"),
        ("Dunlap", "BT <44756E6C6170> Tj ET"),
        ("A text of many words that does not fit its box at all", "BT (A text of many words) Tj ET"),
        ("set by a program", "/Tx BMC EMC"),
        ("set by a program", ""),
    ],
)
def test_the_same_text_in_other_letters_is_no_difference(value: str, paint: str) -> None:
    assert only(V=String(value), paint=paint).shown is None


def test_a_text_without_a_value_is_seen() -> None:
    widget = only(paint="BT (Dunlap) Tj ET")

    assert (widget.value, widget.shown) == (None, "Dunlap")


def test_codes_of_a_font_of_its_own_are_not_taken_for_letters() -> None:
    composite = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Odd)
    renamed = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Odd,
        Encoding=Dictionary(Differences=Array([65, Name("/D"), Name("/u")])),
    )

    assert only(V=String("Dunlap"), paint="BT <0024003500440045> Tj ET").shown is None
    assert only(V=String("Dunlap"), paint="BT (ABCBDC) Tj ET", font=composite).shown is None
    assert only(V=String("Dunlap"), paint="BT (ABCBDC) Tj ET", font=renamed).shown is None


def test_looks_that_are_to_be_drawn_anew_are_not_compared() -> None:
    stale = {"V": String("new"), "paint": "BT (old) Tj ET"}

    assert [widget.shown for widget in read_fields(stale, form={"NeedAppearances": True})] == [None]
    assert [widget.shown for widget in read_fields(stale)] == ["old"]


def test_an_endless_string_in_a_look_does_not_hold_the_reader_up() -> None:
    assert pdf_painted.painted(b"BT (" + rb"\(" * 60_000) is None
    assert pdf_painted.inflated(b"x\x9c broken", 100) == b""


@pytest.mark.parametrize(
    ("value", "state", "wanted"),
    [
        ("/1", "/1", (True, None)),
        ("/Off", "/Off", (False, None)),
        (None, "/1", (True, None)),
        ("/1", None, (True, None)),
        ("/1", "/Off", (True, "off")),
        ("/Off", "/1", (False, "on")),
    ],
)
def test_a_tick_that_looks_otherwise_than_its_value_says_so(
    value: str | None, state: str | None, wanted: tuple[bool, str | None]
) -> None:
    widget = only(states=("/1",), V=value and Name(value), AS=state and Name(state))

    assert (widget.on, widget.shown) == wanted


@pytest.mark.parametrize("value", [Name.Yes, Name.On, String("Yes")])
@pytest.mark.parametrize("state", [None, "/Off", "/Yes"])
@pytest.mark.parametrize("form", [None, {"NeedAppearances": True}])
def test_a_tick_whose_value_is_no_state_of_its_box_is_on_and_in_doubt(
    value: Any, state: str | None, form: dict[str, Any] | None
) -> None:
    data = with_fields({"states": ("/1",), "V": value, "AS": state and Name(state)}, form=form)

    for reader in (pdf, pdf_spare):
        (widget,) = reader.read(data, "", PATIENT).widgets
        assert (widget.on, widget.shown) == (True, "off")


@pytest.mark.parametrize(
    ("flags", "value", "wanted"),
    [
        (0, "/Yes", [(True, None), (False, None)]),
        (0, "/No", [(False, "on"), (True, "off")]),
        (0, "/1", [(True, "off"), (True, "off")]),
        (1 << 15, "/1", [(False, "on"), (False, None)]),
    ],
)
def test_a_value_that_is_the_state_of_another_box_of_the_field_ticks_that_one(
    flags: int, value: str, wanted: list[tuple[bool, str | None]]
) -> None:
    out = io.BytesIO()
    rows = [{"states": (own,), "T": None, "AS": Name(look)} for own, look in (("/Yes", "/Yes"), ("/No", "/Off"))]
    with pikepdf.open(io.BytesIO(with_fields(*rows))) as document:
        kids = document.pages[0].obj.Annots
        parent = document.make_indirect(
            Dictionary(T=String("Tick_A"), FT=Name.Btn, Ff=flags, V=Name(value), Kids=Array(list(kids)))
        )
        for kid in kids:
            kid.Parent = parent
        document.save(out)

    for reader in (pdf, pdf_spare):
        found = reader.read(out.getvalue(), "", PATIENT).widgets
        assert [(widget.on, widget.shown) for widget in found] == wanted


@pytest.mark.parametrize("flags", [2, 32, 4 | 32])
def test_a_hidden_box_shows_nothing_of_its_value(flags: int) -> None:
    data = with_fields(
        {"V": String("Northfork"), "F": flags, "paint": "BT (Northfork) Tj ET"},
        {"T": String("Tick_A"), "states": ("/1",), "V": Name("/1"), "AS": Name("/1"), "F": flags},
        {"T": String("Blank_A"), "F": flags, "paint": "BT (drawn) Tj ET"},
    )

    for reader in (pdf, pdf_spare):
        found = reader.read(data, "", PATIENT).widgets
        assert [widget.shown for widget in found] == ["", "off", None]
        assert (found[0].value, found[1].on) == ("Northfork", True)
    assert only(V=String("Northfork"), F=4, paint="BT (Northfork) Tj ET").shown is None


# --- Odd fields --------------------------------------------------------------------------------------------------


def test_push_buttons_and_boxes_without_area_keep_their_values_to_themselves() -> None:
    button, hidden = read_fields(
        {"FT": Name.Btn, "Ff": 1 << 16, "V": Name.Off, "T": String("Reset"), "MK": Dictionary(CA=String("8"))},
        {"T": String("Form_EditionIdentifier_A"), "Rect": Array([0, 0, 0, 0]), "V": String("ACORD 125 2016-03")},
    )

    assert (button.kind, button.value, button.on) == ("button", None, None)
    assert (hidden.value, hidden.box[2] - hidden.box[0]) == ("ACORD 125 2016-03", 0)


def test_off_and_the_look_of_a_tick_never_become_text() -> None:
    boxes = read_fields(
        {"V": Name.Off},
        {"states": ("/1",), "V": Name.Off, "AS": Name.Off, "MK": Dictionary(CA=String("8")), "T": String("Tick_A")},
    )

    assert [(box.value, box.shown) for box in boxes] == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Name("/Dunlap"), "Dunlap"),
        (1_000_000, "1000000"),
        (pikepdf.Object.parse(b"12.50"), "12.5"),
        (String("Müller ✓"), "Müller ✓"),
        (pikepdf.Object.parse(b"<FEFF00440075>"), "Du"),
        (pikepdf.Object.parse(b"(\xef\xbb\xbfcaf\xc3\xa9)"), "café"),
        (pikepdf.Object.parse(b"(caf\\351)"), "café"),
        (String("one\r\ntwo\rthree\0"), "one\ntwo\nthree"),
        (String("   "), None),
    ],
)
def test_values_are_read_however_they_are_written(value: Any, read: str | None) -> None:
    assert only(V=value).value == read


def test_a_value_may_stand_elsewhere_and_be_a_stream() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(with_fields({"T": String("Long_A")}, {"T": String("Far_A")}))) as document:
        long, far = document.pages[0].obj.Annots
        long.V = document.make_stream(b"a long remark")
        far.V = document.make_indirect(String("from afar"))
        far.Rect = document.make_indirect(far.Rect)
        document.save(out)

    found = pdf.read(out.getvalue(), "", PATIENT).widgets

    assert {widget.name: widget.value for widget in found} == {"Long_A": "a long remark", "Far_A": "from afar"}


def test_rich_text_counts_where_the_plain_value_is_missing() -> None:
    rich = String("<body><p>Roofing <b>only</b></p></body>")

    assert (only(RV=rich).value or "").split() == ["Roofing", "only"]
    assert only(RV=rich, V=String("Plain")).value == "Plain"


def test_a_box_that_holds_its_own_tooltip_is_blank() -> None:
    assert only(TU=String("Name of the applicant"), V=String("Name of the  applicant")).value is None
    assert only(TU=String("AZ"), V=String("AZ")).value == "AZ"
    assert only(TU=String("Name of the applicant"), V=String("Dunlap")).value == "Dunlap"


def test_combs_choices_and_read_only_boxes_are_ordinary_boxes() -> None:
    comb, combo, listed, fixed = read_fields(
        {"Ff": 1 << 24, "MaxLen": 9, "V": String("371234567"), "T": String("Comb_A")},
        {"FT": Name.Ch, "Ff": 1 << 17, "Opt": Array([Array([String("04"), String("Arizona")])]), "V": String("04")},
        {"FT": Name.Ch, "V": Array([String("Fire"), String("Theft")]), "paint": "BT (Fire) Tj (Wind) Tj ET"},
        {"Ff": 1, "V": String("fixed")},
    )

    assert (comb.value, comb.max_len) == ("371234567", 9)
    assert (combo.value, listed.value, listed.shown, fixed.value) == ("Arizona", "Fire, Theft", None, "fixed")


def test_one_radio_button_of_a_group_is_on_even_without_looks() -> None:
    def radio(value: str) -> list[bool | None]:
        out = io.BytesIO()
        rows = [{"FT": Name.Btn, "T": None, "AS": Name(state)} for state in ("/llc", "/Off")]
        with pikepdf.open(io.BytesIO(with_fields(*rows))) as document:
            kids = document.pages[0].obj.Annots
            group = Dictionary(T=String("Entity"), FT=Name.Btn, Ff=1 << 15, V=Name(value), Kids=Array(list(kids)))
            parent = document.make_indirect(group)
            for kid in kids:
                kid.Parent = parent
                del kid.FT
            document.save(out)
        both = pdf.read(out.getvalue(), "", PATIENT).widgets, pdf_spare.read(out.getvalue(), "", PATIENT).widgets
        assert both[0] == both[1]
        return [widget.on for widget in both[0]]

    assert radio("/llc") == [True, False]
    assert radio("/Off") == [False, False]


def test_one_field_on_several_pages_has_one_value() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(footer, footer))) as document:
        field = document.make_indirect(Dictionary(T=String("Producer_CustomerIdentifier_A"), FT=Name.Tx))
        field.V = String("31006")
        for page in document.pages:
            kid = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([1, 2, 30, 40]), Parent=field)
            page.obj.Annots = Array([document.make_indirect(kid)])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))
        document.save(out)

    found = pdf.read(out.getvalue(), "", PATIENT).widgets

    assert [(widget.page, widget.name, widget.value) for widget in found] == [
        (1, "Producer_CustomerIdentifier_A", "31006"),
        (2, "Producer_CustomerIdentifier_A", "31006"),
    ]


def test_boxes_whose_form_was_lost_in_merging_are_still_read() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(with_fields({"V": String("kept")}))) as document:
        del document.Root.AcroForm
        with pytest.warns(UserWarning, match="not reachable"):
            document.save(out)

    assert [widget.value for widget in pdf.read(out.getvalue(), "", PATIENT).widgets] == ["kept"]


def test_another_description_of_the_form_changes_nothing() -> None:
    data = with_fields({"V": String("the value")})
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.Root.AcroForm.XFA = document.make_stream(b"<xdp><Box_A>another</Box_A></xdp>")
        document.save(out)

    document = pdf.read(out.getvalue(), "", PATIENT)

    assert ([widget.value for widget in document.widgets], document.status) == (["the value"], "read")


def test_an_encrypted_forms_values_looks_and_notes_are_read() -> None:
    data = with_fields({"V": String("1"), "paint": "BT (2) Tj ET"}, free_text("noted", FT=None, T=None))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(user="", owner="owner", R=6))

    document = pdf.read(out.getvalue(), "", PATIENT)

    assert [(widget.value, widget.shown) for widget in document.widgets] == [("1", "2")]
    assert document.pages[0].words[-1].text == "noted"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_turn_with_the_page(turn: int) -> None:
    wanted = {0: (100, 80, 200, 92), 90: (700, 100, 712, 200), 180: (412, 700, 512, 712), 270: (80, 412, 92, 512)}

    document = pdf.read(with_fields({"V": String("x")}, turn=turn), "a.pdf", PATIENT)
    (widget,) = document.widgets

    assert near(shown_box(widget.box, document.pages[0].shown), wanted[turn])


def test_a_broken_field_does_not_cost_the_others() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(with_fields({"V": String("whole")}, {"T": String("Broken_A")}))) as document:
        annotations = document.pages[0].obj.Annots
        annotations[1].Rect = Array([1, 2])
        annotations.append(String("no annotation"))
        document.save(out)

    document = pdf.read(out.getvalue(), "", PATIENT)

    assert [widget.value for widget in document.widgets] == ["whole"]
    assert [defect.reason for defect in document.defects] == ["damaged", "damaged"]


def test_rich_text_alone_is_read_without_its_tags_and_entities() -> None:
    assert only(RV=String("<body><p>Smith &amp; Sons</p></body>")).value == "Smith & Sons"
