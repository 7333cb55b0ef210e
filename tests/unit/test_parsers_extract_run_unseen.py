# ruff: noqa: E501  (the runs are typed as wide as they are)
"""Loss runs typed as no report we know of: columns without known heads, labels below rows, amounts beside labels."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.document import ExtractedTable, ParsedDocument
from parsers.extract.lossruns import read_loss_run


def tables(text: str) -> tuple[ExtractedTable, ExtractedTable]:
    document = ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text=text)
    terms, claims = read_loss_run(document, (1, 1), date(2026, 11, 1)).tables
    return terms, claims


def column(table: ExtractedTable, name: str) -> list[object]:
    return [row.values.get(name) for row in table.rows]


UNKNOWN = """PRAIRIE STATE MUTUAL INSURANCE COMPANY
Loss Run Report                                      Valued 09/30/2026
Insured: Delta Framing LLC
Policy WC-445566   Term 01/01/2025 - 01/01/2026   Workers Compensation
Ref          Happening    Advised      Person            What Occurred               Sts   Disbursed    Pending     Grand
A-100234     02/03/2025   02/05/2025   Smith, John       Fell from a ladder          C      1,250.00       0.00   1,250.00
A-100235     03/17/2025   03/18/2025   Doe, Jane         Cut hand on a saw           O      4,000.50   2,500.00   6,500.50
A-100236     07/01/2025   07/09/2025   Roe, Rick         Strain of lower back        O        300.00   1,000.00   1,300.00
Totals                                                                                     5,550.50   3,500.00   9,050.50
"""


def test_columns_under_unknown_heads_are_known_by_what_stands_in_them() -> None:
    terms, claims = tables(UNKNOWN)
    assert column(claims, "claim_number") == ["A-100234", "A-100235", "A-100236"]
    assert column(claims, "date_of_loss") == ["2025-02-03", "2025-03-17", "2025-07-01"]
    assert column(claims, "reported") == ["2025-02-05", "2025-03-18", "2025-07-09"]
    assert column(claims, "status") == ["closed", "open", "open"]
    assert column(claims, "description")[0] == "Fell from a ladder"
    assert column(claims, "incurred") == ["1250.00", "6500.50", "1300.00"]
    assert column(terms, "incurred") == ["9050.50"] and column(terms, "claim_count") == ["3"]
    assert not claims.proof.proven  # Arithmetic alone told what was paid and what is reserved.


TERMS = """Old Dominion Casualty
Loss detail, evaluated 08/31/2026                 Account: Bright Path Movers Inc
PolNo       Begins      Ends        Clm           Occurred    Entered     O/C  Loss Pd    Exp Pd   Loss Resv  Exp Resv  Net
CA7788991   06/01/2024  06/01/2025  2024-00017    07/04/2024  07/05/2024  C    3,000.00   120.00   0.00       0.00      3,120.00
CA7788991   06/01/2024  06/01/2025  2024-00031    09/14/2024  09/20/2024  C      800.00     0.00   0.00       0.00        800.00
CA7788992   06/01/2025  06/01/2026  2025-00008    06/20/2025  06/25/2025  O    1,000.00   250.00   5,000.00   500.00    6,750.00
Grand Total                                                                    4,800.00   370.00   5,000.00   500.00   10,670.00
"""


def test_days_a_year_apart_are_the_term_and_two_reserves_are_one() -> None:
    terms, claims = tables(TERMS)
    assert column(terms, "term_from") == ["2024-06-01", "2025-06-01"]
    assert column(terms, "term_to") == ["2025-06-01", "2026-06-01"]
    assert column(terms, "reserve") == ["0.00", "5500.00"]
    assert claims.proof.proven


LEADERS = """Granite Peak Insurance
CLAIM ACTIVITY REPORT                     Report Date: 10/01/2026
Named Insured......: Cedar Hollow Farms LLC
Policy.............: FP-991122      Policy Dates..: 03/01/2025 to 03/01/2026
Claim..............: 55120-01
  Loss Date........: 05/06/2025        Reported.......: 05/07/2025
  Status...........: Open              Cause..........: Hail damage to roof
  Paid Loss........: 12,000.00         Paid Expense...: 450.00
  Loss Reserve.....: 8,000.00          Total Incurred.: 20,450.00
Number of claims: 1      Total incurred: 20,450.00
"""


def test_dots_lead_from_labels_to_values() -> None:
    terms, claims = tables(LEADERS)
    assert column(terms, "policy_number") == ["FP-991122"] and column(terms, "insured") == ["Cedar Hollow Farms LLC"]
    assert column(claims, "expense") == ["450.00"] and column(claims, "incurred") == ["20450.00"]


COVERAGES = """Evergreen Casualty Company                         Loss Run                   Valuation 06/01/2026
Insured: Pine Street Holdings LLC      Policy: EGL 4401234-25     Term: 06/01/2025 - 06/01/2026     LOB: General Liability

Claim Number: 25-55001     Date of Loss: 07/04/2025     Date Reported: 07/06/2025     Status: Open
Claimant: Baker, Tom       Description: Customer slipped on spilled soda
   Coverage             Paid       Reserve      Recovered      Incurred
   Bodily Injury      1,000.00     9,000.00          0.00     10,000.00
   Expense              250.00       750.00          0.00      1,000.00
   Claim Total        1,250.00     9,750.00          0.00     11,000.00
"""


def test_a_claim_told_coverage_by_coverage_comes_to_its_total() -> None:
    _, claims = tables(COVERAGES)
    told = claims.rows[0].values
    assert (told["paid"], told["expense"], told["reserve"], told["incurred"]) == (
        "1000.00",
        "250.00",
        "9750.00",
        "11000.00",
    )
    assert told["description"] == "Customer slipped on spilled soda"


BARS = """Carrier | Lakeshore Mutual
Named Insured | Harbor Electric Inc
Valuation Date | 04/30/2026
Policy Number | WC-330011 | Effective | 05/01/2024 | Expiration | 05/01/2025

Claim # | Injury Date | Reported | Employee | Body Part | Status | Medical | Indemnity | Expense | Reserve | Total
WC-1 | 06/03/2024 | 06/04/2024 | Paul Moss | Knee | Closed | 1,200.00 | 0.00 | 50.00 | 0.00 | 1,250.00
WC-2 | 09/09/2024 | 09/12/2024 | Gina Fry | Back | Open | 3,000.00 | 1,500.00 | 0.00 | 4,000.00 | 8,500.00
"""


def test_lines_with_bars_are_rows_of_a_table() -> None:
    terms, claims = tables(BARS)
    assert column(terms, "valuation_date") == ["2026-04-30"] and column(terms, "incurred") == ["9750.00"]
    assert column(claims, "claim_number") == ["WC-1", "WC-2"]


AGAIN = """Sierra Crest Indemnity            Loss Run            Valued 02/03/2025
Insured: Larkspur Roofing Co
Policy: WC 418586   Term: 01/15/2023 - 01/15/2024
Claim Number   Date of Loss   Status   Paid         Reserve      Incurred
WC10214        05/20/2023     Closed    8,632.00         0.00     8,632.00
WC10208        05/30/2023     Open     20,257.00    30,000.00    50,257.00
Total 2 claims                         28,889.00    30,000.00    58,889.00
Large Loss Listing - claims of $25,000 and over
Claim Number   Date of Loss   Status   Paid         Reserve      Incurred
WC10208        05/30/2023     Open     20,257.00    30,000.00    50,257.00
"""


def test_claims_listed_a_second_time_are_read_once() -> None:
    terms, claims = tables(AGAIN)
    assert column(claims, "claim_number") == ["WC10214", "WC10208"]
    assert column(terms, "incurred") == ["58889.00"] and claims.proof.proven


LABELS = """Sierra Crest Indemnity            Loss Run            Valued 02/03/2025
For: Larkspur Roofing Co
Policy: GL 418586   Term: 01/15/2023 - 01/15/2024
                            Paid             Outstanding
File #         DOL          Loss         Loss         Expense      Incurred
GL-10214       05/20/2023   8,632.00     0.00         0.00         8,632.00
Claimant Name: FONTAINE, FARID   Description of Loss: Fell on wet floor
GL-10215       07/20/2023   0.00         100.00       50.00          150.00
Claimant Name: IBARRA, ELENA     Description of Loss: Struck by gate
"""


def test_labels_below_a_row_tell_more_of_its_claim() -> None:
    terms, claims = tables(LABELS)
    assert column(claims, "description") == ["Fell on wet floor", "Struck by gate"]
    assert column(claims, "reserve") == ["0.00", "150.00"]
    assert column(terms, "insured") == ["Larkspur Roofing Co"]


@pytest.mark.parametrize("head", ["Indemnity paid", "Handling"])
def test_figures_beside_a_claim_that_no_column_tells_leave_it_unproven(head: str) -> None:
    text = f"""Northern Lakes Indemnity Company                  Losses as at 06-30-2026
Period: 07/01/2024 - 07/01/2025     Policy: XP 1244981     Line: General Liability
Claim No.    Loss Date   {head:<18}Incurred
81-0044      08/08/24    5,000.00 320.10     4,820.10
81-0051      12/24/24        0.00   0.00     7,500.00
Total 2 claims                              12,320.10
"""
    assert not tables(text)[1].proof.proven


APART = """Granite Mutual Insurance Company
Loss Experience
Named Insured:     Rolling Hills Nursery LLC
Policy Number:     CPP 4471123
Effective Date:    01/01/2024
Expiration Date:   01/01/2025
Line of Business:  General Liability
Evaluation Date:   06/30/2026

Claim Number   Loss Date    Status    Total Paid    Outstanding    Total Incurred
C-1001         02/14/2024   Closed      1,500.00           0.00          1,500.00
C-1002         08/09/2024   Open          500.00       2,000.00          2,500.00
"""


def test_values_may_stand_far_from_their_labels() -> None:
    terms, _ = tables(APART)
    told = terms.rows[0].values
    assert (told["term_from"], told["term_to"], told["valuation_date"]) == ("2024-01-01", "2025-01-01", "2026-06-30")
    assert told["line"] == "general_liability"


YEARS = """Heritage Farm Mutual
Claims by Policy Year                       Data through 04/30/2026
Policyholder: Oak Barrel Winery Inc
Policy: FO-778812

Policy Year 01/01/2023 - 12/31/2023
  Claim 23-0099  06/06/2023  Open    Wind damage to roof of the barn
     Paid 12,000.00   Reserve 3,000.00   Recovery 0.00   Incurred 15,000.00
  Claim 23-0144  09/09/2023  Closed  Theft of tools
     Paid  1,000.00   Reserve     0.00   Recovery 0.00   Incurred  1,000.00
  Year Total: 2 claims   13,000.00   3,000.00   0.00   16,000.00
Policy Year 01/01/2024 - 12/31/2024
  No claims
"""


def test_a_number_and_a_day_begin_a_claim_without_labels() -> None:
    terms, claims = tables(YEARS)
    assert column(claims, "claim_number") == ["23-0099", "23-0144"]
    assert column(terms, "incurred") == ["16000.00", "0.00"] and column(terms, "zero_claims") == [False, True]
