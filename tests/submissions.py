"""A submission of four lines that lacks nothing, and the ways to take something from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from parsers.document import Check, ExtractedTable, Proof, Row, Scalar
from pipeline.deciding import lines_of
from pipeline.requirements import evaluate
from pipeline.rulebook import default_rules
from pipeline.submission import Answer, Facts, FactStatus, FiledDocument, Item, ResolvedField, Rival, Source

RULES = default_rules()
AS_OF = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GL, PROPERTY, AUTO, WC = "general_liability", "commercial_property", "commercial_auto", "workers_compensation"
GOOD_VIN, OTHER_VIN = "1FTFW1E58MKA00101", "1FVACWDTXSHU00112"

FORMS = {
    "named_insureds[0].": "acord_125",
    "gl_": "acord_126",
    "hazards": "acord_126",
    "con_": "acord_126",
    "vehicles": "acord_127",
    "drivers": "acord_127",
    "buildings": "acord_140",
    "wc_": "acord_130",
    "class_rows": "acord_130",
    "individuals": "acord_130",
}

FIELDS: dict[str, Scalar] = {
    "named_insureds[0].name": "Dunlap Mechanical LLC",
    "named_insureds[0].fein": "471839205",
    "named_insureds[0].entity_type": "llc",
    "named_insureds[0].naics": "238220",
    "named_insureds[0].website": "dunlapmechanical.example",
    "named_insureds[0].mailing_line1": "1180 Mill St",
    "named_insureds[0].mailing_city": "Mesa",
    "named_insureds[0].mailing_state": "AZ",
    "named_insureds[0].mailing_zip": "85201",
    "contacts[0].type": "Inspection",
    "contacts[0].name": "Ana Dunlap",
    "contacts[0].phone": "480-555-0101",
    "operations_description": "HVAC service and installation in Maricopa County, no work above three stories.",
    "business_start_date": "2009-04-01",
    "proposed_effective_date": "2027-01-15",
    "q_declined_cancelled": False,
    "applicant_signature": True,
    "applicant_signature_date": "2026-11-01",
    "form_completed_date": "2026-11-01",
    "lob_requested.general_liability": True,
    "lob_requested.commercial_property": True,
    "lob_requested.commercial_auto": True,
    "locations[0].number": "1",
    "locations[0].street": "1180 Mill St",
    "locations[0].city": "Mesa",
    "locations[0].state": "AZ",
    "locations[0].zip": "85201",
    "gl_limit_occurrence": "1000000",
    "gl_trigger": "occurrence",
    "hazards[0].class_code": "91111",
    "hazards[0].class_description": "Air conditioning",
    "hazards[0].premium_basis": "P",
    "hazards[0].exposure": "1900000",
    "con_sub_cost": "400000",
    "buildings[0].premises_number": "1",
    "buildings[0].building_number": "2",
    "buildings[0].street": "1180 Mill St",
    "buildings[0].state": "AZ",
    "buildings[0].construction": "2",
    "buildings[0].year_built": "2005",
    "buildings[0].area": "12400",
    "buildings[0].description": "Shop",
    "buildings[0].protection_class": "3",
    "buildings[0].building_value": "1800000",
    "buildings[0].bi_value": "200000",
    "ca_limit_csl_or_bi_person": "1000000",
    "drivers[0].number": "3",
    "drivers[0].first_name": "Jorge",
    "drivers[0].last_name": "Ortiz",
    "drivers[0].dob": "1988-03-04",
    "drivers[0].license_number": "D01234567",
    "drivers[0].license_state": "AZ",
    "vehicles[0].number": "5",
    "vehicles[0].year": "2021",
    "vehicles[0].make": "Ford",
    "vehicles[0].vin": GOOD_VIN,
    "vehicles[0].garage_zip": "85201",
    "vehicles[0].garage_state": "AZ",
    "vehicles[0].gvw": "26000",
    "vehicles[0].radius": "50",
    "vehicles[0].cost_new": "61000",
    "vehicles[0].ded_comp": "1000",
    "wc_el_accident": "1000000",
    "wc_part1_states[0]": "AZ",
    "wc_premium_total": "41000",
    "class_rows[0].state": "AZ",
    "class_rows[0].location": "1",
    "class_rows[0].code": "5537",
    "class_rows[0].payroll": "1900000",
    "individuals[0].name": "Ana Dunlap",
    "individuals[0].ownership_percent": "100",
    "individuals[0].included": "INC",
    "prior_carriers[0].year": "2026",
    "prior_carriers[0].gl_carrier": "Harborline Mutual",
    "prior_carriers[0].auto_carrier": "Harborline Mutual",
    "prior_carriers[0].property_carrier": "Harborline Mutual",
    "wc_prior[0].year": "2026",
    "wc_prior[0].carrier": "Harborline Mutual",
}


def paper(kind: str, name: str = "", *, at: datetime = NOON, **changes: object) -> FiledDocument:
    """One document of a kind, read without trouble."""
    base = FiledDocument(
        id=f"{name or kind}:1",
        sha256=name or kind,
        name=name or f"{kind}.pdf",
        kind=kind,
        confidence=0.99,
        pages=(1, 1),
        status="read",
        received_at=at,
    )
    return replace(base, **changes)


def table(name: str, rows: Iterable[dict[str, Scalar]]) -> ExtractedTable:
    """A table without proof."""
    found = tuple(Row(values=dict(row)) for row in rows)
    return ExtractedTable(name=name, rows=found, proof=Proof(proven=True, rows=len(found)))


def doubtful(document: FiledDocument, *failed: str) -> FiledDocument:
    """The document with rows that nothing proves, or that a check disproves."""
    checks = tuple(Check(name=name, ok=False) for name in failed)
    tables = tuple(
        replace(one, proof=Proof(proven=False, rows=len(one.rows), checks=checks)) for one in document.tables
    )
    return replace(document, tables=tables)


def term(line: str | None, year: int, **changes: Scalar) -> dict[str, Scalar]:
    """A policy term that starts on 15 January."""
    return {
        "carrier": "Harborline Mutual",
        "line": line,
        "policy_number": f"HLM-{year}",
        "term_from": f"{year}-01-15",
        "term_to": f"{year + 1}-01-15",
        "valuation_date": "2026-10-01",
        "insured": "Dunlap Mechanical LLC",
    } | changes


def run(*terms: dict[str, Scalar], name: str = "runs.pdf", claims: Iterable[dict[str, Scalar]] = ()) -> FiledDocument:
    """A carrier's loss run."""
    return paper("loss_run", name, tables=(table("terms", terms), table("claims", claims)))


def five_years(*lines: str, **changes: Scalar) -> list[dict[str, Scalar]]:
    """Terms 2022 to 2026 of the lines."""
    return [term(line, year, **changes) for line in lines for year in range(2022, 2027)]


@dataclass(slots=True)
class Package:
    """A submission of four lines that lacks nothing; tests take things away."""

    fields: dict[str, Scalar] = field(default_factory=lambda: dict(FIELDS))
    rivals: dict[str, tuple[Rival, ...]] = field(default_factory=dict)
    papers: dict[str, FiledDocument] = field(
        default_factory=lambda: (
            {
                kind: paper(kind)
                for kind in ("acord_125", "acord_126", "acord_127", "acord_130", "acord_140", "exmod_worksheet")
            }
            | {
                "acord_137": paper("acord_137", state="AZ"),
                "supplemental_app": paper("supplemental_app"),
                "loss_run": run(*five_years(GL, PROPERTY, AUTO, WC)),
            }
        )
    )
    sources: dict[str, Source] = field(default_factory=dict)
    mail_lines: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    mentions: frozenset[str] = frozenset()
    cloud_hosts: tuple[str, ...] = ()
    said: str = ""
    lines: tuple[str, ...] | None = None
    statuses: dict[str, FactStatus] = field(default_factory=dict)
    restricted: frozenset[str] = frozenset()

    def without(self, *names: str) -> Package:
        """Take facts away; a name that ends in ``*`` takes all that start so."""
        for name in names:
            gone = [
                known for known in self.fields if known == name or (name[-1] == "*" and known.startswith(name[:-1]))
            ]
            assert gone, name
            for known in gone:
                del self.fields[known]
        return self

    def given(self, **facts: Scalar) -> Package:
        """Set facts whose names are plain words; members of groups go through ``put``."""
        self.fields |= facts
        return self

    def put(self, name: str, value: Scalar) -> Package:
        """Set one fact by its canonical name."""
        self.fields[name] = value
        return self

    def drop(self, *kinds: str) -> Package:
        """Take documents away."""
        for kind in kinds:
            del self.papers[kind]
        return self

    def add(self, document: FiledDocument) -> Package:
        """Put a document in, under its name."""
        self.papers[document.name] = document
        return self

    def runs(self, *terms: dict[str, Scalar], claims: Iterable[dict[str, Scalar]] = ()) -> Package:
        """Replace the loss runs by one report of these terms."""
        self.papers["loss_run"] = run(*terms, claims=claims)
        return self

    def facts(self) -> Facts:
        """Return the facts as assembly would."""
        resolved = {name: self._resolved(name, value) for name, value in self.fields.items()}
        papers = tuple(self.papers.values())
        return Facts(
            as_of=AS_OF,
            lines=self.lines or lines_of(resolved, papers, self.mail_lines, RULES),
            fields=resolved,
            documents=papers,
            answers=self.answers,
            mentions=self.mentions,
            received_at=NOON,
            mail_lines=self.mail_lines,
            cloud_hosts=self.cloud_hosts,
            said=self.said,
        )

    def _resolved(self, name: str, value: Scalar) -> ResolvedField:
        kind = next((form for start, form in FORMS.items() if name.startswith(start)), "acord_125")
        rivals = self.rivals.get(name, ())
        return ResolvedField(
            field=name,
            value=value,
            raw=str(value),
            confidence=0.99,
            status=self.statuses.get(name, "conflict" if rivals else "extracted"),
            source=self.sources.get(name.split("[")[0], Source(label=kind, document=f"{kind}:1", kind=kind, page=1)),
            rivals=rivals,
            restricted=name in self.restricted,
        )

    def items(self) -> tuple[Item, ...]:
        """Return all items."""
        return evaluate(RULES, self.facts())

    def open(self) -> dict[str, Item]:
        """Return the open items by code; of several units the first."""
        found: dict[str, Item] = {}
        for item in self.items():
            if item.is_open:
                found.setdefault(item.code, item)
        return found


def rival(value: Scalar, kind: str) -> tuple[Rival, ...]:
    """Another document's value."""
    return (
        Rival(value=value, raw=str(value), confidence=0.99, source=Source(label=kind, document="other:1", kind=kind)),
    )


def conflicting(package: Package) -> Package:
    """Two forms with two FEINs."""
    package.rivals["named_insureds[0].fein"] = rival("471839206", "acord_130")
    return package


def buildings(package: Package, count: int, **changes: Scalar) -> Package:
    """Copy the building onto ``count`` premises."""
    for index in range(count):
        for name, value in FIELDS.items():
            if name.startswith("buildings[0]."):
                package.put(name.replace("[0]", f"[{index}]"), value)
        package.put(f"buildings[{index}].premises_number", str(index + 1))
        for name, value in changes.items():
            package.put(f"buildings[{index}].{name}", value)
    return package


def claim(**changes: Scalar) -> dict[str, Scalar]:
    """A small closed liability claim."""
    return {
        "claim_number": "24-GL-0093",
        "line": GL,
        "policy_number": "HLM-2024",
        "date_of_loss": "2024-08-11",
        "status": "closed",
        "incurred": "1180.00",
    } | changes


def alone(package: Package, line: str) -> Package:
    """Ask for one line only."""
    package.lines = (line,)
    return package
