"""What people see of restricted values in the command line's JSON."""

from parsers.document import ExtractedTable, Location, Proof, Row
from parsers.extract.questions import read_questions  # noqa: F401 - the reader whose answers are masked
from pipeline.report import part_report
