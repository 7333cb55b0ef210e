"""A list that was cut short is never proven."""

from parsers.extract import extract
from parsers.extract.whole import READ_WHOLE
from parsers.limits import Limits
from parsers.readers import delimited

ROWS = "\n".join(f"{n},{n} Mill Rd,Tempe,AZ,85281,100000" for n in range(1, 41))
SHEET = f"Loc #,Address,City,State,Zip,Building Value\n{ROWS}\nTotal,,,,,4000000\n".encode()


def test_a_list_read_to_its_end_is_proven_by_its_total() -> None:
    document = delimited.read(SHEET, "sov.csv", Limits())
    (table,) = extract(document, kind="sov", pages=(1, 1)).tables
    assert (len(table.rows), table.proof.proven) == (40, True)


def test_a_list_that_was_cut_short_says_so_and_is_not_proven() -> None:
    document = delimited.read(SHEET, "sov.csv", Limits(kept_cells=60))
    assert document.status == "partial"
    (table,) = extract(document, kind="sov", pages=(1, 1)).tables
    assert 0 < len(table.rows) < 40
    assert not table.proof.proven
    assert any(check.name == READ_WHOLE and not check.ok for check in table.proof.checks)
