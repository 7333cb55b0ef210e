"""The list certificate: what proves rows, and that no row can go, come twice or change unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import ExtractedTable, Location, Row
from parsers.extract.certificate import Evidence, PrintedCount, PrintedSum, Scope, certify, law_of, recheck
from parsers.extract.laws import AMOUNTS

CLAIM_AMOUNTS = ("paid", "expense", "reserve", "recovery", "incurred")


def _claim(number: int, paid: int = 0, reserve: int = 0, *, policy: str = "HM-1", page: int = 1) -> Row:
    values = {"claim_number": f"C{number}", "policy_number": policy, "paid": f"{paid}.00", "reserve": f"{reserve}.00"}
    return Row(values=values | {"incurred": f"{paid + reserve}.00"}, at=Location(page=page))


def _sums(rows: list[Row], *columns: str, scope: Scope = Scope()) -> tuple[PrintedSum, ...]:  # noqa: B008 - frozen
    total = {c: sum((Decimal(str(row.values[c])) for row in rows), Decimal(0)) for c in columns}
    return tuple(PrintedSum(column=c, amount=total[c], scope=scope) for c in columns)


def _figures(rows: list[Row]) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(row.values[c])) for row in rows for c in CLAIM_AMOUNTS if c in row.values)


ROWS = [_claim(1, 100, 50), _claim(2, 0, 75), _claim(3, 20), _claim(4)]


def test_a_list_without_anything_printed_is_not_proven() -> None:
    proof = certify("claims", ROWS, Evidence())

    assert not proven(proof) and not proof.checks and proof.rows == 4


def proven(proof: object) -> bool:
    return bool(getattr(proof, "proven"))  # noqa: B009 - keeps mypy from narrowing a frozen field


def test_a_count_and_the_figures_prove_rows_and_say_so_in_plain_words() -> None:
    proof = certify("claims", ROWS, Evidence(counts=(PrintedCount(count=4),), figures=_figures(ROWS)))

    assert proof.proven
    assert [check.name for check in proof.checks] == [
        "4 claims printed, 4 read",
        "every figure among the rows is used once",
    ]


def test_a_count_alone_proves_the_rows_but_no_amount() -> None:
    assert not certify("claims", ROWS, Evidence(counts=(PrintedCount(count=4),))).proven
    drivers = [Row(values={"name": "A B"}), Row(values={"name": "C D"})]
    assert certify("drivers", drivers, Evidence(counts=(PrintedCount(count=2),))).proven


def test_sums_do_not_prove_a_row_that_is_nothing_everywhere() -> None:
    sums = _sums(ROWS, "paid", "reserve", "incurred")

    assert not certify("claims", ROWS, Evidence(sums=sums)).proven
    assert certify("claims", ROWS[:3], Evidence(sums=sums)).proven


def test_the_law_holds_the_one_amount_that_no_sum_holds() -> None:
    rows = ROWS[:3]
    evidence = Evidence(sums=_sums(rows, "paid", "incurred"), law=law_of("claims", rows))

    assert certify("claims", rows, evidence).proven
    assert not certify("claims", rows, replace(evidence, law=())).proven
    assert not certify("claims", rows, replace(evidence, sums=_sums(rows, "incurred"))).proven


def test_a_failed_sum_tells_section_and_both_figures() -> None:
    rows = [_claim(1, 100), _claim(2, 30, policy="HM-2")]
    scope = Scope(section="policy HM-2", where={"policy_number": "HM-2"})
    printed = PrintedSum(column="incurred", amount=Decimal("40.00"), scope=scope)

    (check,) = certify("claims", rows, Evidence(sums=(printed,))).checks

    assert not check.ok
    assert check.name == "sum incurred = printed total, policy HM-2 (printed 40.00, read 30.00)"


def test_rows_drawn_are_held_against_rows_read_page_by_page() -> None:
    rows = [_claim(1, page=1), _claim(2, page=2)]
    evidence = Evidence(drawn={1: 1, 2: 2}, figures=())

    (check, *_) = certify("claims", rows, evidence).checks

    assert not check.ok and "page 2: 2 and 1" in check.name
    assert certify("claims", rows, replace(evidence, drawn={1: 1, 2: 1})).proven


def test_numbering_pages_and_lines_left_over_can_only_disprove() -> None:
    rows = [Row(values={"number": str(n), "name": "x"}) for n in (1, 2, 3)]

    assert not certify("drivers", rows, Evidence(numbered="number", pages=(2, 2))).proven
    counted = Evidence(counts=(PrintedCount(count=3),), numbered="number", pages=(2, 2))
    assert certify("drivers", rows, counted).proven
    assert not certify("drivers", rows, replace(counted, pages=(3, 2))).proven
    assert not certify("drivers", rows, replace(counted, left_over=1)).proven
    assert not certify("drivers", [rows[0], rows[2], rows[1]], counted).proven


def test_no_rows_are_proven_by_a_printed_nought() -> None:
    assert certify("claims", [], Evidence(counts=(PrintedCount(count=0),))).proven
    assert not certify("claims", [], Evidence()).proven
    assert not certify("claims", [], Evidence(counts=(PrintedCount(count=2),))).proven


def test_amounts_computed_from_their_parts_need_not_stand_in_the_document() -> None:
    values = {"claim_number": "C1", "medical_paid": "10.00", "indemnity_paid": "5.00", "paid": "15.00"}
    rows = [Row(values=dict(values))]
    figures = (Decimal(10), Decimal(5))

    assert certify("claims", rows, Evidence(figures=figures, derived=frozenset({"paid"}))).proven
    assert not certify("claims", rows, Evidence(figures=figures)).proven
    wrong = [Row(values=values | {"paid": "16.00"})]
    assert not certify("claims", wrong, Evidence(figures=figures, derived=frozenset({"paid"}))).proven


def test_recoveries_match_figures_with_or_without_a_minus() -> None:
    rows = [Row(values={"paid": "10.00", "recovery": "4.00"})]

    for printed in (Decimal(-4), Decimal(4)):
        assert certify("claims", rows, Evidence(figures=(Decimal(10), printed))).proven
    assert not certify("claims", rows, Evidence(figures=(Decimal(10),))).proven


def test_an_amount_that_could_not_be_read_leaves_a_list_unproven() -> None:
    rows = [Row(values={"vin": "1", "cost_new": None}), Row(values={"vin": "2", "cost_new": "5"})]
    evidence = Evidence(counts=(PrintedCount(count=2),), figures=(Decimal(5),))

    assert not certify("vehicles", rows, evidence).proven


def test_identifiers_among_the_rows_hold_rows_without_amounts() -> None:
    rows = [Row(values={"name": "A", "license_number": "D1"}), Row(values={"name": "B", "license_number": "D2"})]

    assert certify("drivers", rows, Evidence(seen={"license_number": ("D1", "D2")})).proven
    lost = certify("drivers", rows[:1], Evidence(seen={"license_number": ("D1", "D2")}))
    assert not lost.proven and "D2" not in str(lost.checks), "restricted values stay out of the checks"


def test_ranges_hold_rows_only_where_they_leave_no_gap() -> None:
    rows = [_claim(n) for n in range(4)]
    first = PrintedCount(count=2, scope=Scope(end=2))
    rest = PrintedCount(count=2, scope=Scope(start=2, end=4))

    assert certify("claims", rows, Evidence(counts=(first, rest), figures=())).proven
    assert not certify("claims", rows, Evidence(counts=(first,), figures=())).proven


def test_on_a_picture_only_printed_counts_and_sums_prove() -> None:
    rows = ROWS[:3]
    found = Evidence(drawn={1: 3}, figures=_figures(rows), seen={"claim_number": ("C1", "C2", "C3")}, scanned=True)
    printed = replace(found, sums=_sums(rows, "paid", "reserve", "incurred"))

    assert not certify("claims", rows, found).proven
    assert certify("claims", rows, replace(found, scanned=False)).proven
    assert certify("claims", rows, printed).proven
    assert not certify("claims", rows, replace(printed, drawn={1: 4})).proven


def test_the_law_of_a_table_is_what_most_rows_obey() -> None:
    held = [Row(values={"paid": "10", "expense": "2", "reserve": "0", "incurred": "10"}) for _ in range(3)]
    odd = Row(values={"paid": "1", "expense": "1", "reserve": "1", "incurred": "9"})

    assert law_of("claims", held) == ("incurred", "paid", "reserve")
    assert law_of("claims", [*held, odd]) == ("incurred", "paid", "reserve")
    assert law_of("claims", [odd]) == ()
    assert law_of("drivers", held) == ()


# Whatever the evidence: a table that is proven is disproven by every single change.

_AMOUNT = st.sampled_from(["0.00", "1.00", "2.00", "5.00", "10.00"])


@st.composite
def _tables(draw: st.DrawFn) -> tuple[str, list[Row], Evidence]:
    count = draw(st.integers(1, 7))
    columns = draw(st.lists(st.sampled_from(CLAIM_AMOUNTS), unique=True, min_size=0, max_size=5))
    rows = []
    for index in range(count):
        values: dict[str, str | bool | int | None] = {c: draw(_AMOUNT) for c in columns}
        values |= {"claim_number": f"C{index}", "policy_number": draw(st.sampled_from(["P1", "P2", "P3"]))}
        if draw(st.booleans()) and {"paid", "reserve", "incurred"} <= values.keys():
            values["incurred"] = f"{Decimal(str(values['paid'])) + Decimal(str(values['reserve']))}"
        rows.append(Row(values=values, at=Location(page=1 + index // 3)))
    return "claims", rows, draw(_evidence(rows, columns))


@st.composite
def _evidence(draw: st.DrawFn, rows: list[Row], columns: list[str]) -> Evidence:
    scopes = [Scope()] + [
        Scope(where={"policy_number": policy})
        for policy in dict.fromkeys(str(row.values["policy_number"]) for row in rows)
    ]
    cut = draw(st.integers(0, len(rows)))
    scopes += [Scope(end=cut), Scope(start=cut, end=len(rows)), Scope(start=cut)]

    def among(scope: Scope) -> list[Row]:
        inside = rows[scope.start : scope.end]
        return [row for row in inside if all(row.values[k] == v for k, v in scope.where.items())]

    counted = draw(st.lists(st.sampled_from(scopes), max_size=4))
    summed = draw(st.lists(st.tuples(st.sampled_from(scopes), st.sampled_from(columns or ["paid"])), max_size=8))
    sums = tuple(
        PrintedSum(column=c, scope=s, amount=sum((Decimal(str(r.values.get(c, 0))) for r in among(s)), Decimal(0)))
        for s, c in summed
    )
    pages: dict[int | str, int] = {}
    for row in rows:
        assert row.at.page is not None
        pages[row.at.page] = pages.get(row.at.page, 0) + 1
    return Evidence(
        counts=tuple(PrintedCount(count=len(among(s)), scope=s) for s in counted),
        sums=sums,
        drawn=pages if draw(st.booleans()) else {},
        figures=_figures(rows) if draw(st.booleans()) else None,
        seen={"claim_number": tuple(f"C{i}" for i in range(len(rows)))} if draw(st.booleans()) else {},
        law=law_of("claims", rows) if draw(st.booleans()) else (),
        scanned=draw(st.booleans()),
    )


def changes(rows: list[Row], name: str) -> Iterator[list[Row]]:
    """Every way to lose a row, read it twice or read one of its amounts wrong."""
    for index, row in enumerate(rows):
        yield [*rows[:index], *rows[index + 1 :]]
        yield [*rows[: index + 1], row, *rows[index + 1 :]]
        yield [*rows, row]
        for column in AMOUNTS.get(name, ()):
            for other in ("0.00", "1.00", "2.00", "3.00", "15.00", None):
                held = row.values.get(column)
                if held is not None and (other is None or Decimal(other) != Decimal(str(held))):
                    yield [*rows[:index], Row(values=row.values | {column: other}, at=row.at), *rows[index + 1 :]]


@settings(max_examples=400, deadline=None)
@given(_tables())
def test_a_proven_table_is_disproven_by_every_row_lost_doubled_or_altered(
    drawn: tuple[str, list[Row], Evidence],
) -> None:
    name, rows, evidence = drawn
    table = ExtractedTable(name=name, rows=tuple(rows), proof=certify(name, rows, evidence))
    if not table.proof.proven:
        return
    for changed in changes(rows, name):
        assert not recheck(replace(table, rows=tuple(changed)), evidence).proven, changed
