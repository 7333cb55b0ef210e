"""Pages without a text layer: their picture is had as the page shows it, and each is read, or says why not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from parsers import registry, scanned
from parsers.document import Defect, Page, ParsedDocument, Scan, Word
from parsers.limits import Limits
from parsers.nursery import SandboxError
from parsers.readers import image, pdf_pictures, pdfium, scan_pictures
from parsers.readers.ocr import rapid, tesseract
from parsers.sandbox import Sandbox
from tests.unit.test_parsers_sandbox import pdf, printed, stream

Grey = npt.NDArray[np.uint8]
LIMITS = Limits(wall_seconds=60)
SENTENCE = "the insured operates a shop with twelve employees on the north side of town and owns three trucks"
WORDS = SENTENCE.split()


def sheet(size: tuple[int, int] = (850, 1100)) -> Image.Image:
    """Draw a page of print at 100 dpi, by default, darker at the top left so that every turn shows."""
    page = Image.new("L", size, 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size[0] // 48)
    for line in range(24):
        text = " ".join(WORDS[(line + each) % len(WORDS)] for each in range(9))
        pen.text((size[0] // 12, size[1] // 20 + line * size[1] // 30), text, fill=0, font=font)
    pen.rectangle((size[0] // 40, size[1] // 40, size[0] // 20, size[1] // 25), fill=0)
    return page


def saved(page: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def scanned_pdf(
    pages: int = 1,
    *,
    matrix: str = "612 0 0 792 0 0",
    page: bytes = b"/MediaBox [0 0 612 792]",
    picture: Image.Image | None = None,
    entries: bytes = b"/ColorSpace /DeviceGray /BitsPerComponent 8",
    more: bytes = b"",
) -> bytes:
    """Write a PDF whose every page is one picture."""
    picture = picture or sheet()
    content = f"q {matrix} cm /I Do Q".encode() + more
    size = b"/Width %d /Height %d" % picture.size
    head = b"/Type /XObject /Subtype /Image /Filter /FlateDecode " + size + b" " + entries
    kids = b" ".join(b"%d 0 R" % (number + 6) for number in range(pages))
    one = (
        b"<</Type /Page /Parent 2 0 R /Contents 3 0 R /Resources <</XObject <</I 4 0 R>> /Font <</F 5 0 R>>>> %s>>"
        % page
    )
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, pages),
        stream(content),
        stream(zlib.compress(picture.tobytes()), head),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        *[one] * pages,
    )


def had(data: bytes) -> scan_pictures.Taken:
    return scan_pictures.taken(data, 1, LIMITS, pdf=True)


def drawn(data: bytes, dpi: float) -> Grey:
    with pdfium.opened(data) as document, pdfium.page_at(document, 0) as page:
        return np.array(page.render(scale=dpi / 72, grayscale=True).to_numpy())


def is_embedded(data: bytes) -> bool:
    with pdfium.opened(data) as document, pdfium.page_at(document, 0) as page:
        return pdf_pictures._embedded(page, pdfium.space_of(page), 12_000_000) is not None


def difference(data: bytes) -> float:
    """Compare the picture that is had with the page as PDFium draws it, in grey levels, softened."""
    taken = had(data)
    size = (taken.grey.shape[1] // 5, taken.grey.shape[0] // 5)
    one, other = (
        Image.fromarray(each).resize(size, Image.Resampling.BOX) for each in (taken.grey, drawn(data, taken.dpi))
    )
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


# --- The picture of a page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "matrix",
    ["612 0 0 792 0 0", "0 792 -612 0 612 0", "-612 0 0 -792 612 792", "0 -792 612 0 0 792", "612 0 0 -792 0 792"],
)
def test_the_picture_is_had_as_the_page_shows_it(turn: int, matrix: str) -> None:
    data = scanned_pdf(matrix=matrix, page=b"/MediaBox [0 0 612 792] /Rotate %d" % turn)

    assert is_embedded(data)
    assert difference(data) < 3


@pytest.mark.parametrize(
    ("picture", "entries"),
    [
        (sheet().convert("1"), b"/ColorSpace /DeviceGray /BitsPerComponent 1"),
        (sheet().convert("1"), b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0]"),
        (sheet().convert("1"), b"/ColorSpace [/Indexed /DeviceRGB 1 <ffffff102030>] /BitsPerComponent 1"),
        (sheet().convert("1"), b"/ImageMask true /BitsPerComponent 1"),
        (sheet().convert("RGB"), b"/ColorSpace /DeviceRGB /BitsPerComponent 8"),
        (sheet().convert("CMYK"), b"/ColorSpace /DeviceCMYK /BitsPerComponent 8"),
    ],
)
def test_pictures_of_every_make_show_their_own_colours(picture: Image.Image, entries: bytes) -> None:
    assert difference(scanned_pdf(picture=picture, entries=entries)) < 4


@pytest.mark.parametrize(
    ("matrix", "page"),
    [
        ("600 0 0 780 6 6", b"/MediaBox [0 0 612 792]"),
        ("640 0 0 820 -14 -14", b"/MediaBox [0 0 612 792]"),
        ("612 0 0 792 100 50", b"/MediaBox [100 50 712 842] /CropBox [110 60 700 830]"),
    ],
)
def test_margins_are_added_and_what_hangs_over_is_cut(matrix: str, page: bytes) -> None:
    data = scanned_pdf(matrix=matrix, page=page)

    assert is_embedded(data)
    assert difference(data) < 4


@pytest.mark.parametrize(
    "data",
    [
        scanned_pdf(more=b" BT /F 12 Tf 72 700 Td (typed over) Tj ET"),
        scanned_pdf(more=b" q 612 0 0 396 0 0 cm /I Do Q"),
        scanned_pdf(matrix="610 20 -20 790 10 0"),
        scanned_pdf(matrix="300 0 0 400 0 0"),
    ],
)
def test_a_page_that_is_not_one_plain_picture_is_drawn(data: bytes) -> None:
    assert not is_embedded(data)
    assert had(data).dpi == pytest.approx(300)
    assert difference(data) < 3


def test_a_picture_too_fine_or_uneven_is_made_even() -> None:
    fine = had(scanned_pdf(picture=sheet((3000, 3882))))
    fax = had(scanned_pdf(picture=sheet((1728, 1078)), matrix="612 0 0 792 0 0"))

    assert (fine.dpi, fine.grey.shape) == (300, (3300, 2550))
    assert fax.dpi == pytest.approx(203.3, abs=0.1)
    assert fax.grey.shape == (2236, 1728)


@pytest.mark.parametrize(("page", "reason"), [(9, "no_such_page"), (1, "damaged")])
def test_a_page_that_is_not_there_says_so(page: int, reason: str) -> None:
    data = scanned_pdf() if page > 1 else b"%PDF-1.7 and nothing else"

    with pytest.raises(scan_pictures.RefusedError) as refused:
        scan_pictures.taken(data, page, LIMITS, pdf=True)
    assert refused.value.reason == reason


def test_the_picture_of_a_mended_file_is_had_too() -> None:
    whole = scanned_pdf()
    torn = whole[: whole.rindex(b"trailer")]

    with pytest.raises(pdfium.PdfRefusedError), pdfium.opened(torn):
        pass
    assert np.array_equal(had(torn).grey, had(whole).grey)


# --- Picture files -----------------------------------------------------------------------------------------------


def of_file(data: bytes, page: int = 1) -> scan_pictures.Taken:
    return scan_pictures.taken(data, page, LIMITS, pdf=False)


def test_fax_frames_are_read_one_by_one_with_square_dots() -> None:
    frames = [sheet((1728, 1078)).convert("1"), Image.new("1", (1728, 1078), 1)]
    data = saved(frames[0], "TIFF", compression="group4", dpi=(204, 98), save_all=True, append_images=frames[1:])
    first, second = of_file(data), of_file(data, 2)

    assert (first.page.width, first.page.height) == pytest.approx((609.88, 792.0), abs=0.5)
    assert first.dpi == pytest.approx(204, abs=0.1)
    assert first.grey.shape == (2244, 1728)
    assert (first.grey.mean() < 252, second.grey.mean()) == (True, 255)


def test_a_turned_photo_is_upright_and_sized_as_paper() -> None:
    turned = sheet().rotate(90, expand=True)
    notes = Image.Exif()
    notes[0x0112] = 6
    taken = of_file(saved(turned, "JPEG", exif=notes.tobytes(), quality=90))

    assert (taken.page.width, taken.page.height) == (612, 792)
    assert np.abs(taken.grey.astype(float) - np.asarray(sheet())).mean() < 4


@pytest.mark.parametrize(
    "picture",
    [
        sheet().convert("I").point(lambda shade: shade * 256).convert("I;16"),
        sheet().convert("P"),
        sheet().convert("RGB"),
        Image.merge("LA", (Image.new("L", (850, 1100), 0), sheet().point(lambda shade: 255 - shade))),
    ],
)
def test_pictures_of_every_mode_become_grey(picture: Image.Image) -> None:
    taken = of_file(saved(picture, "PNG"))

    assert np.abs(taken.grey.astype(float) - np.asarray(sheet())).mean() < 2


@pytest.mark.parametrize(
    ("size", "dpi", "points"),
    [
        ((850, 1100), None, (612, 792)),
        ((1700, 2200), (72, 72), (612, 792)),
        ((2480, 3508), None, (595.44, 841.92)),
        ((1700, 2800), None, (612, 1008)),
        ((2200, 1700), None, (792, 612)),
        ((4000, 2000), None, (792, 396)),
        ((850, 1100), (200, 200), (306, 396)),
        ((120, 40), None, (120, 40)),
    ],
)
def test_a_missing_or_false_resolution_is_guessed_from_the_shape(
    size: tuple[int, int], dpi: tuple[int, int] | None, points: tuple[float, float]
) -> None:
    page = image.read(saved(Image.new("L", size, 255), "PNG", **({"dpi": dpi} if dpi else {})), "", LIMITS).pages[0]

    assert (page.width, page.height) == pytest.approx(points, abs=1)


def test_a_very_large_picture_is_made_smaller() -> None:
    taken = of_file(saved(Image.new("L", (6000, 8000), 255), "JPEG"))

    assert taken.grey.size <= 12_000_000
    assert (taken.page.width, taken.page.height) == pytest.approx((612, 816), abs=1)


# --- What a document becomes -------------------------------------------------------------------------------------


def document(*reasons: str | None, words: bool = False) -> ParsedDocument:
    """Return a document with a page for each reason, None being a page that was read."""
    word = (Word("Dunlap", (0, 0, 9, 9)),) if words else ()
    pages = tuple(Page(number=number, width=612, height=792, words=word) for number, _ in enumerate(reasons, start=1))
    defects = tuple(Defect(reason=reason, page=at) for at, reason in enumerate(reasons, start=1) if reason)
    return ParsedDocument(
        sha256="", media_type="", status="partial" if defects else "read", pages=pages, defects=defects
    )


def seen(*, reason: str | None = None) -> ParsedDocument:
    """Return what a scanned page was answered with."""
    page = Page(number=7, width=792, height=612, words=(Word("read", (1, 1, 2, 2)),), scan=Scan(engine="x"))
    if reason is None:
        return ParsedDocument(sha256="", media_type="", status="read", pages=(page,))
    defects = (Defect(reason=reason),)
    return ParsedDocument(sha256="", media_type="", status="unreadable", reason=reason, defects=defects)


def test_a_page_that_was_read_takes_the_place_of_the_empty_one() -> None:
    whole = scanned.completed(document(None, "no_text"), {2: seen()}, (), LIMITS)

    assert (whole.status, whole.reason, whole.defects) == ("read", None, ())
    assert [page.number for page in whole.pages] == [1, 2]
    assert whole.pages[1].words[0].text == "read"
    assert whole.pages[1].scan == Scan(engine="x")


@pytest.mark.parametrize("reason", ["timeout", "parser_crashed", "out_of_memory", "no_ocr_engine"])
def test_a_page_that_failed_costs_itself_only(reason: str) -> None:
    whole = scanned.completed(document("no_text", "no_text"), {1: seen(), 2: seen(reason=reason)}, (), LIMITS)

    assert (whole.status, whole.reason) == ("partial", reason)
    assert [(defect.reason, defect.page) for defect in whole.defects] == [(reason, 2)]
    assert [len(page.words) for page in whole.pages] == [1, 0]


def test_a_file_of_which_no_page_was_looked_at_is_unreadable() -> None:
    told = {1: seen(reason="no_ocr_engine"), 2: seen(reason="no_ocr_engine")}

    assert scanned.completed(document("no_text", "no_text"), told, (), LIMITS).status == "unreadable"
    assert scanned.completed(document("no_text", "no_text", None), told, (), LIMITS).status == "partial"


def test_only_so_many_pages_are_read_and_the_rest_is_told() -> None:
    whole = scanned.completed(
        document("no_text", "no_text", "no_text"), {1: seen()}, (2, 3), replace(LIMITS, scanned_pages=1)
    )

    assert [(defect.reason, defect.page) for defect in whole.defects] == [
        ("no_text", 2),
        ("too_many_pages", 2),
        ("no_text", 3),
    ]
    assert whole.defects[1].detail == "3 scanned pages, 1 are read"


def test_pages_that_may_be_scans_are_known() -> None:
    assert scanned.wanted(document(None, "no_text", "damaged"), "application/pdf") == (2,)
    assert scanned.wanted(document(None, None), "image/tiff") == (1, 2)
    assert scanned.wanted(document(None), "image/heic") == ()
    assert scanned.wanted(document(None), "text/plain") == ()
    logo = replace(document(), pages=(Page(number=1, width=300, height=90),))
    assert scanned.wanted(logo, "image/png") == ()


# --- In the sandbox ----------------------------------------------------------------------------------------------

MIB = 1024 * 1024
MOST = {"tesseract": 300, "rapid": 450, "auto": 400}
"""MiB that reading a page may take at most, engine by engine; measured 190, 390 and 280."""


@pytest.fixture(scope="module", params=["tesseract", "rapid", "auto"])
def box(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    needed = rapid.installed() if request.param == "rapid" else tesseract.installed()
    if not needed:
        pytest.skip(f"{request.param} is not installed")
    with Sandbox(ocr=request.param) as sandbox:
        yield request.param, sandbox


def share_of_words(document: ParsedDocument, page: int = 0) -> float:
    found = {word.text.strip(".,") for word in document.pages[page].words}
    return len(found & set(WORDS)) / len(set(WORDS))


def test_a_scanned_page_is_read_in_its_own_confined_process(box: tuple[str, Sandbox]) -> None:
    name, sandbox = box
    document = sandbox.read(scanned_pdf(picture=sheet((1700, 2200))), name="a.pdf")

    assert (document.status, document.defects) == ("read", ())
    assert share_of_words(document) > 0.9
    (page,) = document.pages
    assert page.scan is not None
    assert page.scan.dpi == pytest.approx(200, abs=1)
    assert len(page.word_confidences) == len(page.words)
    assert 20 * MIB < sandbox._scanners.peak < MOST[name] * MIB


@pytest.fixture(scope="module")
def quick() -> Iterator[Sandbox]:
    with Sandbox(ocr="tesseract" if tesseract.installed() else "rapid") as sandbox:
        yield sandbox


def test_picture_files_are_read_too(quick: Sandbox) -> None:
    document = quick.read(saved(sheet((1700, 2200)), "PNG", dpi=(200, 200)), name="a.png")

    assert document.status == "read"
    assert share_of_words(document) > 0.9


def test_few_words_over_a_picture_are_read_with_it_as_drawn(quick: Sandbox) -> None:
    data = scanned_pdf(picture=sheet((1700, 2200)), more=b" BT /F 14 Tf 72 60 Td (Dunlap Mechanical) Tj ET")
    words = [word.text for word in quick.read(data, name="a.pdf").pages[0].words]

    assert "Mechanical" in words
    assert len(words) > 100


def test_a_photograph_is_no_scan_that_could_not_be_read(quick: Sandbox) -> None:
    blurred = Image.linear_gradient("L").resize((1200, 1600))
    ImageDraw.Draw(blurred).polygon([(100, 900), (600, 300), (1100, 900), (1000, 1500), (200, 1500)], fill=90)

    assert (quick.read(saved(blurred, "JPEG"), name="roof.jpg").status, blurred.size) == ("read", (1200, 1600))
    flawed = quick.read(scanned_pdf(picture=blurred), name="roof.pdf")
    assert (flawed.status, flawed.reason) == ("partial", "no_text")


def test_a_blank_scanned_page_is_blank(quick: Sandbox) -> None:
    assert quick.read(scanned_pdf(picture=Image.new("L", (1700, 2200), 250)), name="a.pdf").status == "read"


def test_each_page_has_its_turn_until_time_is_up(quick: Sandbox) -> None:
    document = quick.read(scanned_pdf(3), name="a.pdf", limits=Limits(scan_seconds=0.0))

    assert (document.status, document.reason) == ("unreadable", "timeout")
    assert [defect.page for defect in document.defects] == [1, 2, 3]


def test_digital_files_start_no_scanner(quick: Sandbox) -> None:
    with Sandbox(ocr="auto") as sandbox:
        assert sandbox.read(printed("Dunlap"), name="a.pdf").status == "read"
        assert sandbox.read(b"%PDF-1.7 and nothing else", name="a.pdf").status == "unreadable"
        assert sandbox._scanners.pid is None


def test_without_an_engine_the_file_says_what_to_install() -> None:
    with Sandbox(ocr="none") as sandbox:
        document = sandbox.read(scanned_pdf(2, picture=sheet((1700, 2200))), name="a.pdf")
        told = sandbox.ocr_engine()

    assert (document.status, document.reason) == ("unreadable", "no_ocr_engine")
    assert "tesseract-ocr-eng" in document.defects[0].detail
    assert (told.name, "tesseract-ocr-eng" in told.advice) == ("none", True)


def test_the_environment_chooses_and_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_OCR", "none")
    with Sandbox() as sandbox:
        assert sandbox.ocr_engine().name == "none"
    monkeypatch.setenv("INTAKE_OCR", "abbyy")
    with pytest.raises(SandboxError, match="auto, tesseract, rapid, none"):
        Sandbox()


def test_the_scanner_is_registered() -> None:
    import importlib

    scanner = importlib.import_module(registry.SCANNER)
    assert callable(scanner.scan)
    assert callable(scanner.engine)
