"""Every kind of paper is told, and so is what resembles it: the near-misses of the document taxonomy."""

from __future__ import annotations

import pytest

from classifiers import cues, printed
from classifiers.judgement import Classification
from classifiers.pages import classify
from parsers.document import Page, ParsedDocument, Word

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

PAPERS: tuple[tuple[str, str], ...] = (
    (
        "loss_run",
        """Blue Prairie Insurance Group
Loss Run Report
Insured: Delmar Sheet Metal Inc   Valuation Date: 03/01/2026
Policy GL 4410022  Term 04/01/2024 - 04/01/2025
Claim Number  Date of Loss  Status  Paid  Reserve  Total Incurred
CL-20115  06/11/2024  Closed  4,210.00  0.00  4,210.00
Policy total 1 claim 4,210.00""",
    ),
    (
        "loss_run",
        """Cascadia Compensation Fund
Employer Claim Cost Summary   evaluated as of 2/15/2026
Injury Dt  Injured Worker  Nature  Indemnity Paid  Medical Paid  Reserve  Incurred
05/02/2025  R.T.  strain  1,200  3,480  500  5,180""",
    ),
    (
        "loss_summary_agent",
        """Tri-County Insurance Agency
Loss Summary prepared by our office for Delmar Sheet Metal
Year  Carrier  Line  Number of losses  Total paid
2023  Harborline  GL  1  about 4,000
2024  none
Figures are estimated from information the insured gave us; carrier runs to follow.""",
    ),
    (
        "no_known_loss_letter",
        """Orchard Lane Catering LLC
February 3, 2026
To whom it may concern:
I certify that our company has had no known losses or claims from January 1, 2025 to February 3, 2026.
We are a new venture and had no prior coverage.
Signed, Maria Trent, owner""",
    ),
    (
        "no_known_loss_letter",
        """Statement of No Known Losses
The undersigned states there are no losses, accidents or circumstances that might give rise to a claim
between 05/01/2025 and 05/01/2026.
Insured signature   Date""",
    ),
    (
        "no_loss_carrier",
        """Northgate Specialty
Claims Department
March 4, 2026
Re: Delmar Sheet Metal Inc, policy number NS 3301188
Our records indicate no claims have been reported under this policy for the period 04/01/2023 to 04/01/2026.
This information is current as of the date of this letter.""",
    ),
    (
        "sov",
        """Statement of Values
Loc Bldg Address City State Zip Construction Year Built Sq Ft Building BPP TIV
1 1 400 Mill Rd Akron OH 44301 JM 1988 12,000 1,900,000 350,000 2,250,000
2 1 18 Oak Ave Dayton OH 45402 Frame 1975 4,000 600,000 90,000 690,000
Totals 2,500,000 440,000 2,940,000""",
    ),
    (
        "driver_list",
        """Drivers of Delmar Sheet Metal
Name  Date of Birth  License Number  License State  Hire Date
A. Lund  04/02/1980  RB445566  OH  06/2015
J. Ortiz  09/17/1991  TC778899  OH  01/2021""",
    ),
    (
        "vehicle_schedule",
        """Schedule of Autos
Unit Year Make Model VIN GVW Cost New Garaging Zip
1 2021 Ford F250 1FT7W2B60MEC00011 10,000 48,200 44301
2 2019 Isuzu NPR JALC4W160K7000022 14,500 52,000 44301""",
    ),
    (
        "equipment_schedule",
        """Contractors Equipment Schedule
Item Year Make Model Serial Number Replacement Cost Owned/Rented
1 2018 Bobcat S650 ALJ815502 42,000 Owned
2 2020 JLG 1930ES 0200239981 18,500 Owned""",
    ),
    (
        "payroll_schedule",
        """Estimated payroll by class code 2026
State  Class Code  Classification  Employees  Payroll
OH  5538  Sheet metal work  14  880,000
OH  8810  Clerical office  3  140,000""",
    ),
    (
        "prior_carriers",
        """Prior Carrier Information
Year  Line  Carrier  Policy Number  Premium  Effective  Expiration
2025  General Liability  Harborline Mutual  GL 220045  18,400  04/01/2025  04/01/2026
2024  General Liability  Northgate Specialty  NS 330118  17,100  04/01/2024  04/01/2025""",
    ),
    (
        "exmod_worksheet",
        """Workers Compensation Experience Rating
Risk Name: Delmar Sheet Metal Inc   Risk ID: 914455021
Rating Effective Date: 04/01/2026  Production Date: 01/15/2026  State: OH
Code ELR D-Ratio Payroll Expected Losses Exp Prim Losses Claim Data IJ OF Act Inc Losses Act Prim Losses
(A) Wt (B) (C) Exp Excess (D) Expected Losses (E) Exp Prim Losses (F) Act Exc Losses (G) Ballast
Exp Mod .93""",
    ),
    (
        "wc_exclusion_form",
        """State of Florida Division of Workers' Compensation
Notice of Election to be Exempt
Corporate officer applicant name   Title   Percent of ownership
I elect to be exempt from the provisions of the workers compensation law.
Sworn to and subscribed before me, Notary Public""",
    ),
    (
        "financial_statement",
        """Delmar Sheet Metal Inc
Balance Sheet
December 31, 2025
Cash 220,400  Accounts receivable 610,000  Total current assets 830,400
Accounts payable 190,220  Total liabilities 402,000  Retained earnings 428,400
See accountant's compilation report""",
    ),
    (
        "tax_return",
        """Form 1120-S
U.S. Income Tax Return for an S Corporation
Department of the Treasury Internal Revenue Service   OMB No. 1545-0123
For calendar year 2025
Gross receipts or sales   Cost of goods sold   Ordinary business income""",
    ),
    (
        "supplemental_app",
        """Roofing Contractors Supplemental Questionnaire
Applicant: Delmar Sheet Metal Inc
1. Do you use torch down applications?  Yes  No
2. What percent of your work is residential?  20%
3. Is a fire watch kept after hot work?  Yes
This supplement becomes part of the application.""",
    ),
    (
        "carrier_app",
        """Northgate Specialty
Application for Commercial Insurance
Name of applicant: Delmar Sheet Metal Inc   FEIN: 34-1122334
Mailing address: 400 Mill Rd, Akron, OH 44301
Requested effective date: 04/01/2026
Limits requested: $1,000,000 / $2,000,000
Prior carrier and premium, last three years
I declare that the statements in this application are true. Applicant signature   Producer signature""",
    ),
    (
        "narrative",
        """Account Overview
Delmar Sheet Metal is a third-generation contractor that fabricates and installs duct work for schools.
Why we like this risk: steady management, a written safety program and five clean years.
The incumbent is Harborline; the target premium is 42,000. The insured moves for service, not for price.""",
    ),
    (
        "dec_page",
        """Harborline Mutual
COMMON POLICY DECLARATIONS
Policy Number: GL 220045
Named Insured: Delmar Sheet Metal Inc
Policy Period: From 04/01/2025 to 04/01/2026 at 12:01 A.M. Standard Time
In return for the payment of the premium we agree with you to provide the insurance as stated.
Total Annual Premium $18,400   Forms and endorsements CG 00 01 04 13""",
    ),
    (
        "expiring_policy",
        """COMMERCIAL GENERAL LIABILITY COVERAGE FORM   CG 00 01 04 13
Various provisions in this policy restrict coverage. Please read it carefully.
SECTION I - COVERAGES. Insuring Agreement. We will pay those sums that the insured becomes legally obligated to pay.
Exclusions. This insurance does not apply to expected or intended injury.
SECTION IV - CONDITIONS. Duties in the event of occurrence, claim or suit.""",
    ),
    (
        "quote_proposal",
        """Commercial Insurance Quote
Prepared for Delmar Sheet Metal Inc
We are pleased to offer the following terms, subject to signed applications and favorable loss control.
General liability premium $17,950   Terrorism $180
This quote expires 04/01/2026. This is not a binder and no coverage is bound.""",
    ),
    (
        "bor_letter",
        """Delmar Sheet Metal Inc
400 Mill Rd, Akron, OH 44301
March 2, 2026
To Harborline Mutual
Effective immediately please recognize Lakeshore Brokers as our exclusive broker of record.
Lakeshore Brokers is authorized to negotiate directly with you. This appointment supersedes all prior ones.
Dale Marsh, President""",
    ),
    (
        "bor_rescission",
        """Delmar Sheet Metal Inc
March 12, 2026
To Harborline Mutual
Please disregard the broker of record letter dated March 2, 2026 in favor of Lakeshore Brokers.
We wish to retain Tri-County Insurance as our agent.
Dale Marsh, President""",
    ),
    (
        "inspection_report",
        """Fieldmark Inspection Services
Loss Control Survey Report
Insured: Delmar Sheet Metal Inc   Survey date: 11/04/2025   Consultant: P. Hart
Recommendations
25-01 Replace the missing guard on the press brake.
Housekeeping was found in good order.""",
    ),
    (
        "appraisal_valuation",
        """Replacement Cost Appraisal
Prepared by Summit Valuation Group, certified appraiser
Building 1, 400 Mill Rd: 12,000 sq ft, cost per square foot $158, reproduction cost $1,896,000
Exclusions: site work, foundations. Insurable value $1,820,000""",
    ),
    (
        "mvr_report",
        """Motor Vehicle Record
Driver: LUND A   License status VALID   License class D
Violations and convictions
03/11/2024 speed 15 over, points 2
Suspensions: none""",
    ),
    (
        "signature_page",
        """Signature Page
Signed electronically 03/02/2026 10:15
Signature: ____________   Printed name: Dale Marsh
Title: President   Date: 03/02/2026
ACORD 125 applicant's signature""",
    ),
    (
        "contract_lease",
        """Exhibit C Insurance Requirements
Subcontractor shall maintain commercial general liability insurance of not less than $1,000,000 per occurrence.
Contractor shall be named as additional insured on a primary and noncontributory basis.
Subcontractor shall indemnify and hold harmless the Owner.""",
    ),
    (
        "sample_coi",
        """SAMPLE CERTIFICATE OF LIABILITY INSURANCE
Insured: Your Company Name Here
INSR LTR  Type of insurance  ADDL INSD  SUBR WVD  Limits
A  Commercial General Liability  Y  Y  $1,000,000
Certificate holder: Meridian Property Group""",
    ),
    (
        "w9",
        """Form W-9
Request for Taxpayer Identification Number and Certification
1 Name: Delmar Sheet Metal Inc
Exempt payee code   Employer identification number 34-1122334
Under penalties of perjury, I certify that the number shown on this form is correct.""",
    ),
    (
        "invoice",
        """INVOICE
Invoice number 20118   Invoice date 03/01/2026
Bill to: Delmar Sheet Metal Inc
Installment 3 of 10, amount due $1,840.00, please remit by 03/20/2026""",
    ),
    (
        "commission_statement",
        """Harborline Mutual
Agency Commission Statement, February 2026
Producer code 10-4471
Insured  Policy  Premium  Commission rate  Commission due
Delmar Sheet Metal  GL 220045  18,400  12%  2,208""",
    ),
    (
        "premium_finance",
        """Premium Finance Agreement
Insured: Delmar Sheet Metal Inc   Amount financed $13,800   Finance charge $612   Down payment $4,600
The insured appoints the lender attorney in fact: limited power of attorney to cancel the financed policies.""",
    ),
    (
        "safety_program",
        """Written Safety Program
1. Management commitment  2. Hazard assessment  3. Lockout tagout procedures
All employees shall wear personal protective equipment. Toolbox talks are held each Monday.""",
    ),
    (
        "resume",
        """Dale Marsh
Resume
Experience: President, Delmar Sheet Metal Inc, 2009 to present. Estimator, Cedar Builders, 2001 to 2009.
Education: B.S. Construction Management. References upon request.""",
    ),
    (
        "license",
        """State of Ohio Construction Industry Licensing Board
Contractor License
License number 48812, class HVAC, issued to Delmar Sheet Metal Inc
Expires 12/31/2026. This license is not transferable.""",
    ),
    (
        "brochure",
        """Why choose Delmar
Award-winning duct work since 1974. Our products and services: design, fabrication, installation.
Call us today for a free estimate or visit our showroom. Satisfied customers from coast to coast.""",
    ),
    (
        "org_chart",
        """Organizational Chart
President Dale Marsh
Vice President Operations   Vice President Finance
Shop Manager   Field Superintendent   Controller   reports to""",
    ),
    (
        "id_image",
        "OHIO DRIVER LICENSE\nDL RB445566  DOB 04/02/1980\nLN LUND FN AVA\nEXP 04/02/2029 CLASS D END NONE REST NONE",
    ),
)

NEAR: tuple[tuple[str, str], ...] = (
    ("unknown", """Agency Loss Ratio Report 2025
Line  Written premium  Earned premium  Incurred losses  Loss ratio
General liability  410,000  388,000  120,400  31.0%
Book of business growth 4.2%"""),
    ("unknown", """Harborline Mutual Claims
We have received notice of the claim and assigned an adjuster.
Claim GL-20115, policy GL 220045. Please keep all receipts and do not admit fault."""),
    ("unknown", """APPLICATION AND CERTIFICATE FOR PAYMENT
Schedule of values, continuation sheet
Description of work  Scheduled value  Work completed this period  Materials stored  Balance to finish  Retainage
Ductwork 220,000 110,000 0 110,000 11,000"""),
    ("unknown", """Rent Roll
Suite  Tenant Name  Sq Ft  Lease Start  Lease End  Monthly Rent
101  Corner Bakery  1,200  01/01/2023  12/31/2027  2,400"""),
    ("unknown", """Employee Census
Emp ID  Last Name  First Name  DOB  Sex  Department  Coverage Tier  Salary
1001  Lund  Ava  04/02/1980  F  Shop  Family  62,000"""),
    ("unknown", """Payroll Register   Pay period ending 02/28/2026
Employee  Hours  Gross pay  Federal withholding  FICA  Net pay
Lund A  80  2,384  310  182  1,892"""),
    ("unknown", """IFTA Quarterly Fuel Tax
Unit  Jurisdiction  Total miles  Taxable gallons  Tax due
101  OH  4,200  610  286.70"""),
    ("unknown", """Fixed Asset Register
Asset ID  Description  In service  Cost  Useful life  Accumulated depreciation  Net book value
FA-0001  Forklift  01/15/2021  28,000  7  16,000  12,000"""),
    ("unknown", """Panel of Physicians
Provider  Specialty  Address  City  State  Zip  Phone
Orla Brandt, MD  Occupational medicine  18 Oak Ave  Dayton  OH  45402  (555) 555-0142"""),
    ("unknown", """Central station certificate
This certifies that the alarm system of the subscriber at 400 Mill Rd is monitored by our central station."""),
    ("unknown", """Projected Experience Modification
This test mod is an estimate by a vendor and not issued by the bureau.
Risk name Delmar  Expected losses 41,000  Actual primary 9,200  projected mod .91"""),
    ("quote_proposal", """Renewal Offer
Policy GL 220045   Policy period 04/01/2026 to 04/01/2027
We offer to renew your policy at the premium shown below. Coverage part: general liability. Total premium $19,020"""),
    ("acord_75", """INSURANCE BINDER
Binder number 4410   Effective 04/01/2026 12:01 AM   Expiration 05/01/2026
This binder is a temporary insurance contract."""),
    ("acord_25", """CERTIFICATE OF LIABILITY INSURANCE
Insured: Delmar Sheet Metal Inc   Certificate holder: City of Akron
INSR LTR  Type of insurance  ADDL INSD  SUBR WVD  Policy number  Limits
A  Commercial General Liability  GL 220045  $1,000,000"""),
    ("acord_37", """STATEMENT OF NO LOSS
I certify that I am not aware of any losses between 12:01 AM 03/01/2026 and 03/09/2026.
Signature of applicant"""),
    ("acord_36", """AGENT / BROKER OF RECORD CHANGE
New agency: Lakeshore Brokers   Policies listed below   Insured's signature"""),
    ("acord_139", """STATEMENT OF VALUES
ACORD 139 (2009/02)
Premises  Building  100% values"""),
    ("acord_810", """BUSINESS INCOME / EXTRA EXPENSE WORKSHEET
Net sales   Cost of goods sold   Payroll   ACORD 810"""),
    ("tax_return", """Form 941 Employer's Quarterly Federal Tax Return
Department of the Treasury Internal Revenue Service  OMB No. 1545-0029
Wages, tips and other compensation  Federal income tax withheld"""),
    ("bor_letter", """Broker of Record
Please be advised that we appoint Lakeshore Brokers as our broker of record.
This letter rescinds all prior appointments and letters."""),
    ("premium_finance", """Notice of Intent to Cancel
The premium finance company has not received your payment. Unless $980 is paid your policies will be cancelled
under the power of attorney in your agreement."""),
    ("loss_run", """Keystone & Union Fire
Re: Loss experience for Delmar Sheet Metal Inc, valued 02/01/2026
For the term 04/01/2024 to 04/01/2025 we show 1 claim with a total incurred of $4,210.
For the term 04/01/2025 to 04/01/2026 there are no claims on file."""),
)  # fmt: skip


def read(text: str) -> ParsedDocument:
    """Lay the lines of a text out as a page with a text layer."""
    words = []
    for number, line in enumerate(text.splitlines()):
        x = 40.0
        for part in line.split():
            words.append(Word(part, (x, 36.0 + 15 * number, x + 5.0 * len(part), 46.0 + 15 * number)))
            x += 5.0 * len(part) + 4
    page = Page(number=1, width=612.0, height=792.0, words=tuple(words))
    return ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=(page,))


def written(text: str) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type=DOCX, status="read", text=text)


def only(document: ParsedDocument) -> Classification:
    (found,) = classify(document, name="scan0001.pdf")
    return found


@pytest.mark.parametrize(("kind", "text"), PAPERS, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(PAPERS)])
def test_a_paper_is_told_printed_and_written(kind: str, text: str) -> None:
    assert only(read(text)).kind == kind
    assert only(written(text)).kind == kind


@pytest.mark.parametrize(("kind", "text"), NEAR, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(NEAR)])
def test_what_resembles_a_paper_is_not_taken_for_it(kind: str, text: str) -> None:
    assert only(read(text)).kind == kind


def test_every_kind_that_is_no_form_has_a_paper_here() -> None:
    from classifiers import artefact

    known = {kind for kind in artefact.model("kinds").facts.scores if not kind.startswith("acord_")} - {"unknown"}
    assert known <= {kind for kind, _ in PAPERS}


@pytest.mark.parametrize("number", sorted(printed.forms_by_number(), key=int))
def test_every_registered_form_is_told_by_the_number_at_its_foot(number: str) -> None:
    page = read("Some text that says nothing much").pages[0]
    foot = [
        Word(part, (40.0 + 60 * n, 770.0, 95.0 + 60 * n, 780.0))
        for n, part in enumerate(["ACORD", number, "(2016/03)"])
    ]
    document = read("x")
    page = Page(number=1, width=612.0, height=792.0, words=(*page.words, *foot))
    document = ParsedDocument(sha256=document.sha256, media_type=document.media_type, status="read", pages=(page,))
    assert only(document).kind == f"acord_{number}"


def test_a_rule_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="cue 3"):
        cues._rule(3, {"kind": "w9", "none": ["draft"]})


def test_a_phrase_that_could_never_stand_on_a_page_is_refused() -> None:
    with pytest.raises(ValueError, match="plain lower case"):
        cues._rule(1, {"kind": "w9", "all": [["Form W-9"]]})
