"""What opens each general reason code and each code of the loss history: a change of the complete submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from submissions import (
    AUTO,
    GL,
    PROPERTY,
    WC,
    Package,
    claim,
    conflicting,
    doubtful,
    five_years,
    paper,
    run,
    table,
    term,
)

Change = Callable[[Package], Package]


@dataclass(frozen=True, slots=True)
class Opens:
    """What a change of the complete package must open, and what its ask must say."""

    code: str
    by: Change
    severity: str
    line: str | None = None
    subject: str = ""
    says: str = ""


def opens(code: str, by: Change, severity: str, *, line: str | None = None, subject: str = "", says: str = "") -> Opens:
    """Name a code, its cause, and what the open item must look like."""
    return Opens(code, by, severity, line, subject, says)


def _sent_again(package: Package, before: list[str], after: list[str]) -> Package:
    """A proven list, and a version of it that nothing proves."""
    first, second = (table("drivers", [{"name": name} for name in names]) for names in (before, after))
    package.add(paper("driver_list", "first.xlsx", tables=(first,)))
    again = paper("driver_list", "again.pdf", tables=(second,), version=2, version_of="first.xlsx:1")
    return package.add(doubtful(again, "rows drawn = rows read"))


GENERAL = (
    opens("APP-125-MISSING", lambda p: p.drop("acord_125"), "blocking", says="ACORD 125"),
    opens("APP-SECTION-MISSING", lambda p: p.drop("acord_126"), "blocking", line=GL, says="ACORD 126"),
    opens(
        "APP-EDITION-OLD",
        lambda p: p.add(paper("acord_140", "old.pdf", edition="2007/09")),
        "nice",
        subject="ACORD 140",
        says="2007/09",
    ),
    opens(
        "APP-STALE",
        lambda p: p.given(applicant_signature_date="2026-03-02"),
        "needed_to_bind",
        says="signed 2026-03-02",
    ),
    opens(
        "APP-BLANK-FIELD",
        lambda p: p.without("named_insureds[0].mailing_zip"),
        "blocking",
        subject="mailing address",
        says="ZIP",
    ),
    opens(
        "APP-EXPLAIN-YES",
        lambda p: p.given(q_bankruptcy=True),
        "needed_to_quote",
        subject="q_bankruptcy",
        says="bankruptcy",
    ),
    opens(
        "APP-CONFLICT",
        conflicting,
        "needed_to_quote",
        subject="fein",
        says="47-1839205 in ACORD 125 (page 1) and 47-1839206 in ACORD 130",
    ),
    opens(
        "DOC-DECLARED-MISSING",
        lambda p: p.put("attachments_declared.vehicle_schedule", True),
        "needed_to_quote",
        subject="vehicle_schedule",
        says="did not arrive",
    ),
    opens(
        "DOC-UNREADABLE",
        lambda p: p.add(paper("unknown", "scan.pdf", status="unreadable", reason="damaged")),
        "needed_to_quote",
        subject="scan.pdf",
        says="damaged",
    ),
    opens(
        "DOC-LOCKED",
        lambda p: p.add(paper("unknown", "mod.pdf", status="unreadable", reason="locked")),
        "needed_to_quote",
        subject="mod.pdf",
        says="do not e-mail the password",
    ),
    opens(
        "DOC-BLANK-FORM",
        lambda p: p.add(paper("acord_140", "blank.pdf", filled_ratio=0.01)),
        "needed_to_quote",
        subject="blank.pdf",
        says="came empty",
    ),
    opens(
        "DOC-SECURE-LINK",
        lambda p: p.add(paper("unknown", "securedoc.html", status="unreadable", reason="secure_link")),
        "needed_to_quote",
        subject="securedoc.html",
        says="plain e-mail",
    ),
    opens(
        "DOC-LINK-ONLY",
        lambda p: replace(p, cloud_hosts=("drive.google.com",)),
        "needed_to_quote",
        subject="drive.google.com",
        says="attach the files",
    ),
    opens(
        "DOC-WRONG-INSURED",
        lambda p: p.add(paper("loss_run", "2024.pdf", wrong_insured=True, insured="Hartwell Tools Inc")),
        "blocking",
        subject="2024.pdf",
        says="belongs to another company",
    ),
    opens(
        "LIST-UNPROVEN",
        lambda p: p.add(doubtful(run(term(GL, 2021), name="northgate.pdf"), "2 claims printed, 0 read")),
        "internal",
        subject="northgate.pdf",
        says="0 claims read, not proven: 2 claims printed, 0 read",
    ),
    opens(
        "DOC-VERSION",
        lambda p: _sent_again(p, ["Ann Lee", "Dan Kim"], ["Ann Lee"]),
        "internal",
        subject="again.pdf",
        says="Dan Kim not in the new one",
    ),
    opens("INS-NAME", lambda p: p.without("named_insureds[0].name"), "blocking", says="full legal name"),
    opens("INS-OPS", lambda p: p.given(operations_description="Contractor"), "blocking", says="two or"),
    opens(
        "INS-ENTITY",
        lambda p: p.put("named_insureds[0].entity_type", "corporation"),
        "needed_to_quote",
        says="ends in LLC but the box says corporation",
    ),
    opens("INS-FEIN", lambda p: p.put("named_insureds[0].fein", "47183920"), "blocking", says="has 8 digits"),
    opens(
        "INS-NAICS",
        lambda p: p.without("named_insureds[0].naics").given(operations_description="Commercial HVAC service work."),
        "nice",
        says="NAICS",
    ),
    opens("INS-START", lambda p: p.without("business_start_date"), "needed_to_quote", says="start"),
    opens("INS-WEBSITE", lambda p: p.without("named_insureds[0].website"), "nice", says="none"),
    opens("EFF-DATE", lambda p: p.given(proposed_effective_date="2016-01-15"), "needed_to_quote", says="01/15/2016"),
    opens("LOB-CONFLICT", lambda p: replace(p, mail_lines=(GL, "umbrella")), "blocking", says="Which lines"),
    opens(
        "LOC-ADDRESS",
        lambda p: p.put("locations[0].street", "PO Box 71"),
        "blocking",
        subject="location 1",
        says="physical address",
    ),
    opens("LIMITS-GL", lambda p: p.without("gl_limit_occurrence"), "needed_to_quote", line=GL),
    opens("LIMITS-AUTO", lambda p: p.without("ca_limit*"), "needed_to_quote", line=AUTO),
    opens("LIMITS-WC", lambda p: p.without("wc_el_accident"), "needed_to_quote", line=WC),
    opens(
        "LOSS-MISSING",
        lambda p: p.drop("loss_run"),
        "blocking",
        line=GL,
        says="from Harborline Mutual for the 2022 through 2026 terms",
    ),
    opens(
        "LOSS-YEARS-GAP",
        lambda p: p.runs(*five_years(GL, PROPERTY, WC), *(term(AUTO, y) for y in (2024, 2025, 2026))),
        "needed_to_quote",
        line=AUTO,
        subject="2022, 2023",
        says="we have 2024–2026 from Harborline Mutual valued 2026-10-01; still need the 2022 and 2023 terms",
    ),
    opens(
        "LOSS-LINE-GAP",
        lambda p: p.runs(*five_years(GL, PROPERTY, WC)),
        "blocking",
        line=AUTO,
        says="the runs we have show general liability, property, workers comp",
    ),
    opens(
        "LOSS-STALE",
        lambda p: p.runs(*five_years(GL, PROPERTY, AUTO), *five_years(WC, valuation_date="2026-06-01")),
        "needed_to_quote",
        line=WC,
        says="valued 2026-06-01 (172 days ago); please order one valued on or after 2026-08-22",
    ),
    opens(
        "LOSS-NO-VALUATION",
        lambda p: p.add(run(term(GL, 2021, valuation_date=None), name="northgate.pdf")),
        "needed_to_quote",
        subject="northgate.pdf",
        says="no valuation date",
    ),
    opens(
        "LOSS-NOT-CARRIER",
        lambda p: p.drop("loss_run").add(paper("loss_summary_agent")),
        "needed_to_quote",
        line=GL,
        says="summary helps",
    ),
    opens(
        "LOSS-NEW-VENTURE",
        lambda p: p.drop("loss_run").without("prior_*", "wc_prior*").given(business_start_date="2026-05-01"),
        "needed_to_quote",
        says="signed by the owner",
    ),
    opens(
        "LOSS-LARGE-DETAIL",
        lambda p: p.runs(*five_years(GL, PROPERTY, AUTO, WC), claims=[claim(incurred="118400.00", status="open")]),
        "needed_to_quote",
        line=GL,
        subject="24-GL-0093",
        says="08/2024, 118,400 incurred, open",
    ),
    opens(
        "LOSS-CONFLICT",
        lambda p: p.given(loss_none=True).runs(*five_years(GL, PROPERTY, AUTO, WC), claims=[claim()]),
        "needed_to_quote",
        says="1 claim (2024)",
    ),
    opens(
        "PRIOR-CARRIER",
        lambda p: p.without("prior_carriers*").drop("loss_run"),
        "needed_to_quote",
        line=GL,
        says="who insures general liability now",
    ),
    opens(
        "COV-GAP",
        lambda p: p.runs(
            *five_years(GL, PROPERTY, WC),
            *(term(AUTO, year) for year in (2022, 2023, 2026)),
            term(AUTO, 2024, term_to="2024-12-26"),
            term(AUTO, 2025, term_from="2025-02-04"),
        ),
        "needed_to_quote",
        line=AUTO,
        subject="2024-12-26 to 2025-02-04",
        says="from 12/26/2024 to 02/04/2025",
    ),
)
