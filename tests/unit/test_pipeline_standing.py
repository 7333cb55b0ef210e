"""How much of a document was read depends on its own pages."""

from parsers.document import Defect, ParsedDocument, Status
from pipeline.standing import Standing, standing, together


def file_of(*defects: Defect, status: Status = "partial") -> ParsedDocument:
    reason = defects[0].reason if defects else None
    return ParsedDocument(sha256="", media_type="application/pdf", status=status, reason=reason, defects=defects)


def test_a_page_that_was_not_read_concerns_its_own_document_only() -> None:
    file = file_of(Defect(reason="no_text", page=5))
    assert standing(file, (1, 4), ()) == Standing("read")
    assert standing(file, (5, 6), ()) == Standing("partial", "no_text")


def test_what_is_wrong_with_the_file_concerns_every_document() -> None:
    file = file_of(Defect(reason="damaged"))
    assert standing(file, (1, 2), ()) == standing(file, (3, 3), ()) == Standing("partial", "damaged")


def test_a_document_without_one_legible_page_is_unreadable() -> None:
    file = file_of(*(Defect(reason="no_text", page=page) for page in (2, 3)))
    assert standing(file, (2, 3), ()) == Standing("unreadable", "no_text")
    assert standing(file, (1, 3), ()) == Standing("partial", "no_text")


def test_writing_in_no_box_leaves_a_form_partly_read_and_a_new_edition_does_not() -> None:
    file = file_of(status="read")
    assert standing(file, (1, 1), [Defect(reason="new_edition")]) == Standing("read")
    assert standing(file, (1, 1), [Defect(reason="unexplained_ink", page=1)]) == Standing("partial", "unexplained_ink")


def test_an_unreadable_file_holds_no_readable_document() -> None:
    file = file_of(Defect(reason="locked"), status="unreadable")
    assert standing(file, (1, 1), ()) == Standing("unreadable", "locked")


def test_a_file_is_read_when_all_its_documents_are() -> None:
    whole = file_of(status="read")
    assert together(whole, [Standing("read"), Standing("read")]) == Standing("read")
    assert together(whole, [Standing("read"), Standing("partial", "unexplained_ink")]).status == "partial"
    assert together(file_of(Defect(reason="damaged")), [Standing("read")]) == Standing("partial", "damaged")
