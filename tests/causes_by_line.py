"""What opens each reason code of a line: a change of the complete submission."""

from __future__ import annotations

from dataclasses import replace

from causes import opens
from submissions import AUTO, GL, GOOD_VIN, OTHER_VIN, PROPERTY, WC, Package, buildings, paper, rival


def mismatched(package: Package) -> Package:
    """A schedule that says 2.1 million where the section says 1.8."""
    package.add(paper("sov"))
    package.rivals["buildings[0].building_value"] = rival("2100000", "sov")
    return package


BY_LINE = (
    opens(
        "GL-CLASS-EXPOSURE",
        lambda p: p.without("hazards[0].exposure"),
        "blocking",
        line=GL,
        subject="class Air conditioning",
        says="amount of exposure",
    ),
    opens("GL-CONTRACTOR-SUPP", lambda p: p.drop("supplemental_app"), "needed_to_quote", line=GL),
    opens("GL-SUBS", lambda p: p.without("con_sub_cost"), "needed_to_quote", line=GL),
    opens(
        "GL-PRODUCTS",
        lambda p: p.drop("supplemental_app").put("named_insureds[0].naics", "332710"),
        "needed_to_quote",
        line=GL,
    ),
    opens(
        "GL-HABITATIONAL",
        lambda p: p.drop("supplemental_app").put("business_type.apartments", True),
        "needed_to_quote",
        line=GL,
    ),
    opens(
        "GL-LIQUOR",
        lambda p: p.drop("supplemental_app").given(operations_description="Family restaurant with a full bar."),
        "needed_to_quote",
        line=GL,
    ),
    opens("GL-CM-RETRO", lambda p: p.given(gl_trigger="claims_made"), "blocking", line=GL),
    opens(
        "PR-COPE",
        lambda p: p.without("buildings[0].construction", "buildings[0].year_built"),
        "blocking",
        line=PROPERTY,
        subject="1-2, 1180 Mill St",
        says="construction type and year built",
    ),
    opens(
        "PR-VALUES",
        lambda p: p.without("buildings[0].building_value", "buildings[0].bi_value"),
        "blocking",
        line=PROPERTY,
        subject="1-2, 1180 Mill St",
    ),
    opens("PR-SOV", lambda p: buildings(p, 5), "needed_to_quote", line=PROPERTY, says="5 buildings"),
    opens("PR-SOV-MISMATCH", mismatched, "needed_to_quote", line=PROPERTY, says="2.30M, the property sections 2.00M"),
    opens(
        "PR-UPDATES",
        lambda p: p.put("buildings[0].year_built", "1968"),
        "needed_to_quote",
        line=PROPERTY,
        subject="1-2, 1180 Mill St",
        says="roof, wiring, plumbing and HVAC",
    ),
    opens(
        "PR-ROOF",
        lambda p: p.put("buildings[0].state", "TX"),
        "needed_to_quote",
        line=PROPERTY,
        subject="1-2, 1180 Mill St",
        says="roof type and year",
    ),
    opens(
        "PR-PROTECTION",
        lambda p: p.without("buildings[0].protection_class"),
        "nice",
        line=PROPERTY,
        subject="1-2, 1180 Mill St",
    ),
    opens(
        "PR-BI-WORKSHEET",
        lambda p: p.put("buildings[0].bi_value", "ALS"),
        "needed_to_quote",
        line=PROPERTY,
        says="actual loss sustained",
    ),
    opens(
        "PR-TIV-ENGINEERING",
        lambda p: p.put("buildings[0].building_value", "12000000").add(paper("sov")),
        "needed_to_quote",
        line=PROPERTY,
        says="12.20M",
    ),
    opens("AU-DRIVERS", lambda p: p.without("drivers*"), "blocking", line=AUTO),
    opens(
        "AU-DRIVER-FIELDS",
        lambda p: p.without("drivers[0].license_state"),
        "blocking",
        line=AUTO,
        subject="driver 3, J. Ortiz",
        says="Driver 3, J. Ortiz: please give the licence state",
    ),
    opens("AU-VEHICLES", lambda p: p.without("vehicles*"), "blocking", line=AUTO),
    opens(
        "AU-VIN",
        lambda p: p.put("vehicles[0].vin", GOOD_VIN.replace("58M", "57M")),
        "needed_to_quote",
        line=AUTO,
        subject="vehicle 5",
        says="does not pass its check digit; please re-send it from the registration",
    ),
    opens(
        "AU-GARAGING", lambda p: p.without("vehicles[0].garage_zip"), "needed_to_quote", line=AUTO, subject="vehicle 5"
    ),
    opens("AU-RADIUS", lambda p: p.without("vehicles[0].radius"), "needed_to_quote", line=AUTO, subject="vehicle 5"),
    opens(
        "AU-COST-NEW", lambda p: p.without("vehicles[0].cost_new"), "needed_to_quote", line=AUTO, subject="vehicle 5"
    ),
    opens(
        "AU-137",
        lambda p: p.put("vehicles[1].garage_state", "NM").put("vehicles[1].vin", OTHER_VIN),
        "needed_to_quote",
        line=AUTO,
        subject="NM",
        says="garaged in AZ and NM; 137 received for AZ only",
    ),
    opens("AU-FILINGS", lambda p: p.given(aq_filings_required=True), "blocking", line=AUTO, says="USDOT"),
    opens("WC-130", lambda p: replace(p.drop("acord_130"), mail_lines=(WC,)), "blocking", line=WC),
    opens(
        "WC-CLASS-PAYROLL",
        lambda p: p.without("class_rows[0].payroll"),
        "blocking",
        line=WC,
        subject="class AZ 5537, location 1",
        says="annual payroll",
    ),
    opens(
        "WC-STATE-SHEET",
        lambda p: p.put("wc_part1_states[1]", "OK"),
        "blocking",
        line=WC,
        subject="OK",
        says="ACORD 130: OK is listed as a covered state but there is no OK payroll page.",
    ),
    opens(
        "WC-OWNERS",
        lambda p: p.put("individuals[0].ownership_percent", "70"),
        "blocking",
        line=WC,
        says="70 % of ownership",
    ),
    opens(
        "WC-EXCLUSION-FORM",
        lambda p: p.put("individuals[0].included", "EXC"),
        "needed_to_bind",
        line=WC,
        says="Ana Dunlap",
    ),
    opens(
        "WC-MOD",
        lambda p: p.drop("exmod_worksheet"),
        "needed_to_quote",
        line=WC,
        says="premium of about 41k and 18 years in business",
    ),
    opens(
        "WC-MONOPOLISTIC",
        lambda p: p.put("wc_part1_states[1]", "OH").put("class_rows[1].state", "OH"),
        "internal",
        line=WC,
        subject="OH",
    ),
    opens("SIG-APPLICANT", lambda p: p.without("applicant_signature", "applicant_signature_date"), "needed_to_bind"),
)
