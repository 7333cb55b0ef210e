"""Evidence found on a flattened scan is told where the page shows it."""

import pytest

from parsers.document import (
    Defect,
    ExtractedTable,
    Extraction,
    FieldCandidate,
    Location,
    Page,
    ParsedDocument,
    Proof,
    Row,
    Scan,
)
from parsers.extract.shown import as_shown, shown_box

UPSIDE_DOWN = (-1.0, 0.0, 612.0, 0.0, -1.0, 792.0, 0.0, 0.0, 1.0)
BOX = (10.0, 20.0, 110.0, 32.0)


def scanned(*shown: float) -> ParsedDocument:
    scan = Scan(engine="tesseract", shown=shown) if shown else None
    page = Page(number=2, width=612.0, height=792.0, scan=scan)
    return ParsedDocument(sha256="", media_type="application/pdf", status="read", pages=(page,))


def found(page: int) -> Extraction:
    at = Location(page=page, box=BOX)
    value = FieldCandidate(field="fein", value="1", raw="1", confidence=0.9, method="ocr", at=at)
    table = ExtractedTable(name="claims", rows=(Row(values={}, at=at),), proof=Proof(proven=False, rows=1))
    return Extraction(fields=(value,), tables=(table,), defects=(Defect(reason="unexplained_ink", page=page, box=BOX),))


def test_a_page_scanned_upside_down_shows_its_values_where_they_were_written() -> None:
    shown = as_shown(scanned(*UPSIDE_DOWN), found(2))
    there = (502.0, 760.0, 602.0, 772.0)
    assert shown.fields[0].at.box == shown.tables[0].rows[0].at.box == shown.defects[0].box == there


def test_other_pages_and_pages_with_a_text_layer_keep_their_places() -> None:
    assert as_shown(scanned(*UPSIDE_DOWN), found(1)) == found(1)
    assert as_shown(scanned(), found(2)) == found(2)


def test_a_page_seen_at_an_angle_keeps_the_box_around_all_corners() -> None:
    leaning = (1.0, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, 0.001, 1.0)
    assert shown_box((0.0, 0.0, 100.0, 100.0), leaning) == pytest.approx((0.0, 0.0, 100.0, 90.91))
