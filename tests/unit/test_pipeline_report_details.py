"""What people see of restricted values in the command line's JSON."""

from parsers.document import ExtractedTable, Location, Proof, Row
from parsers.extract.questions import read_questions  # noqa: F401 - the reader whose answers are masked
from pipeline.report import masked, part_report


def test_of_a_text_that_ends_with_a_date_nothing_is_shown() -> None:
    assert set(str(masked("SSN 123-45-6789 DOB 1/2/70"))) == {"•"}
    assert str(masked("D1234567")).endswith("67")
