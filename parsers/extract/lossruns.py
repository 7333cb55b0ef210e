"""Carrier loss runs → terms and claims, with proof by what the run prints.

Layouts are found by structure: headers of claims in lines of words or in tables of cells, labels of a claim told as a
block, tables and sentences with one term each. What a line is, its grammar says (``parsers.extract.runrows``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from parsers.document import Check, Defect, ExtractedTable, Extraction, Page, ParsedDocument, Proof, Row
from parsers.extract.candidates import candidate
from parsers.extract.certificate import Evidence, certify
from parsers.extract.lines import Line
from parsers.extract.runclaims import claim_row
from parsers.extract.runcolumns import AMOUNT_NAMES, Columns, find, find_unknown, header_names
from parsers.extract.runcuts import finished
from parsers.extract.runfacing import joined
from parsers.extract.rungrids import GridColumns, find_in_grid
from parsers.extract.runheads import RunHead, read_head
from parsers.extract.runlines import Strip, read_lines
from parsers.extract.runmarks import MONEY
from parsers.extract.runpanes import in_order
from parsers.extract.runparts import parted
from parsers.extract.runpassing import Passing
from parsers.extract.runproof import Scopes, checks, evidence
from parsers.extract.runreader import Reader
from parsers.extract.runsections import facts_of
from parsers.extract.runterms import Claim, Reading, term_row

_HEAD_PAGES = 2
_HEAD_LINES = 12
_LEARNED_ROWS = 400
_EDGE = 7.0
"""Points: no printer prints as near to the edge of the paper."""


@dataclass(slots=True)
class _Plan:
    """The lines of a run in reading order, the headers among them by the place of their first line, and the parts of
    claims that lines tell, by their place."""

    lines: list[Strip] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    heads: dict[int, Columns | GridColumns] = field(default_factory=dict)
    tables: dict[int, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)


def read_loss_run(document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the tables ``terms`` and ``claims`` of a loss run, and its insured as ``document_insured``."""
    return told(*reading_of(document, pages, as_of), as_of)


def reading_of(document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None) -> tuple[Reading, RunHead]:
    """Return what is found on the lines of a run, and what its head says.

    A run that tells its large losses before the list of all is read twice: the second time it is known which these are.
    """
    reading, head, early = _read(document, pages, as_of, {})
    if early and (foretold := _foretold(reading.claims)):
        reading, head, _ = _read(document, pages, as_of, foretold)
    return reading, head


def _foretold(claims: Sequence[Claim]) -> dict[str, Claim]:
    """Return by number the claims at the beginning that are told once more further down, with the same amounts."""
    last = {claim.cells.get("claim_number"): claim for claim in claims}
    found: dict[str, Claim] = {}
    for claim in claims:
        number = claim.cells.get("claim_number")
        later = last[number]
        amounts = {name: text for name, text in claim.cells.items() if name in AMOUNT_NAMES}
        if later is claim or number is None or any(later.cells.get(name) != text for name, text in amounts.items()):
            break
        found[number] = later
    return found


def _read(
    document: ParsedDocument, pages: tuple[int, int], as_of: date | None, foretold: Mapping[str, Claim]
) -> tuple[Reading, RunHead, bool]:
    """Return what is found, what the head says, and whether some claims stand apart before all others."""
    head, plan = _laid_out(document, pages, as_of)
    reader, passing = Reader(head, as_of, foretold), Passing(as_of)
    wanted = [page for page in document.pages if pages[0] <= page.number <= pages[1]]
    reader.cropped = sum(map(_cut_lines, wanted)) > 1
    first = min(plan.heads, default=0)
    plan.lines.reverse()  # Lines are let go one by one: claims take their place.
    for index, number in enumerate(plan.pages):
        strip = plan.lines.pop()
        reader.line(strip, number, plan.heads.get(index), plan.tables.get(index, "claims"), plan.parts.get(index, ""))
        passing.line(strip, headed=index >= first, claimed=reader.claimed)
    reading = reader.finish()
    passing.tell(reading)
    reading.scanned = any(page.scan for page in wanted)
    return reading, head, reader.early


def _laid_out(document: ParsedDocument, pages: tuple[int, int], as_of: date | None) -> tuple[RunHead, _Plan]:
    sheets = read_lines(document, pages)
    return read_head(list(_head_lines(sheets)), as_of), _planned(sheets)


def _cut_lines(page: Page) -> int:
    """Return how many figures end at the very edge of a page: the rest of them fell off."""
    return sum(word.box[2] > page.width - _EDGE and any(map(str.isdigit, word.text)) for word in page.words)


def _head_lines(sheets: Sequence[Sequence[Strip]]) -> Iterator[Line]:
    """Yield what stands apart on the first pages and the last as running lines."""
    wanted = [*sheets[:_HEAD_PAGES], *sheets[_HEAD_PAGES:][-1:]]
    for strip in (strip for sheet in wanted for strip in sheet[:400]):
        if strip.cells:
            texts = [cell.text.strip() for cell in strip.cells if cell.text.strip()]
            text = f"{texts[0].rstrip(':')}: {texts[1]}" if len(texts) == 2 else "   ".join(texts)
            yield Line(text=text, place=strip.at)
        else:
            yield from _parts(strip)


def _parts(strip: Strip) -> Iterator[Line]:
    """Yield what stands apart in a line; a label and its value are one."""
    at, label, begun = 0, "", 0
    for part in strip.parts:
        start, at = at, at + len(part.split(" "))
        if part.endswith(":") and not label:
            label, begun = part, start
            continue
        words = strip.words[begun if label else start : at] if strip.page else ()
        yield Line(text=f"{label} {part}" if label else part, page=strip.page, words=words)
        label = ""
    if label:
        yield Line(text=label, page=strip.page, words=strip.words[begun:] if strip.page else ())


def _planned(sheets: Sequence[list[Strip]]) -> _Plan:
    """Find every header, and learn from the rows below all that look alike where their columns end."""
    plan = _Plan()
    top: list[Strip] = []
    for number, sheet in enumerate(joined(sheets)):
        ordered = in_order(sheet)
        top = top or ordered
        ordered = ordered[_page_head(top, ordered) if number else 0 :]
        plan.lines += ordered
        plan.pages += [number] * len(ordered)
    plan.lines, plan.parts = parted(plan.lines)
    _find_heads(plan)
    alike: dict[object, Columns] = {}
    for index, head in plan.heads.items():
        if isinstance(head, Columns):
            first = alike.setdefault((head.key, plan.tables[index]), head)
            if first is not head:
                first.below.extend(head.below[: max(_LEARNED_ROWS - len(first.below), 0)])
    done = {key: finished(head, key[1]) for key, head in alike.items()}  # type: ignore[index]
    for index, head in plan.heads.items():
        if isinstance(head, Columns):
            plan.heads[index] = done[head.key, plan.tables[index]]
            head.below.clear()
        elif isinstance(head, GridColumns):
            same = (one for one in plan.heads.values() if isinstance(one, GridColumns) and one.heads == head.heads)
            plan.heads[index] = _likeliest(list(same))
    return plan


def _likeliest(alike: Sequence[GridColumns]) -> GridColumns:
    """Return the best understood of equal headers, for cells of a longer table told more, with the doubts of all."""
    best = max(alike, key=lambda one: len(one.names))
    return replace(best, unread=any(one.unread for one in alike if len(one.names) >= len(best.names)) or best.unread,
                   guessed=any(one.guessed for one in alike))  # fmt: skip


def _page_head(first: Sequence[Strip], sheet: Sequence[Strip]) -> int:
    """Return how many lines on top of a page are those on top of the first: whose run it is, said again."""
    same = 0
    for one, other in zip(first[:_HEAD_LINES], sheet, strict=False):
        if (
            one.text != other.text
            or abs(one.top - other.top) > 1
            or not other.words
            or len(header_names(other) - {""}) > 2
        ):
            break
        if MONEY.search(other.text) or facts_of(other.text, None).opens:
            break
        same += 1
    return same


def _find_heads(plan: _Plan) -> None:
    current: Columns | None = None
    until = 0
    for index, strip in enumerate(plan.lines):
        if index < until:
            continue
        found, table = _header(plan.lines, index)
        if found:
            plan.heads[index], plan.tables[index] = found, table
            until = index + found.depth
            current = found if isinstance(found, Columns) else None
        elif current is not None and strip.words and len(current.below) < _LEARNED_ROWS:
            current.below.append(strip)


def _header(lines: Sequence[Strip], index: int) -> tuple[Columns | GridColumns | None, str]:
    """Return the header that begins with a line, and of which table: of the one that names most of its columns."""
    found: list[tuple[Columns | GridColumns, str]] = []
    for table in ("claims", "run_terms"):
        head = find_in_grid(lines, index, table) if lines[index].cells else find(lines, index, table)
        if head:
            found.append((head, table))
    if not found and not lines[index].cells and (unknown := find_unknown(lines, index)):
        return unknown, "claims"
    return max(found, key=lambda one: _sure(one[0]), default=(None, "claims"))


def _sure(head: Columns | GridColumns) -> float:
    """Return how well a header is understood: what it names, less the heads it leaves without a meaning."""
    if isinstance(head, GridColumns):
        return len(head.names) - 0.5 * (sum(map(bool, head.heads)) - len(head.names))
    heads = [name for tier in head.tiers for name in tier.names]
    return len(head.names) - 0.5 * heads.count("")


def told(reading: Reading, head: RunHead, as_of: date | None) -> Extraction:
    """Return the tables of what was found, each with its proof."""
    claims: list[Row] = []
    reading.defects.extend(_twice(reading))
    line = head.line if len({term.line for term in reading.terms}) < 2 else None
    reading.columns = {name for claim in reading.claims for name in claim.cells}
    for claim in reading.claims:
        claim.row = claim_row(claim, reading, line, as_of)
        claim.cells = {}  # The row says it all; both of a long run are too many.
        claims.append(claim.row)
    done, offered = _checked(reading, claims)
    proven = bool(done) and all(check.ok for check in done)
    terms = tuple(term_row(term, head) for term in reading.terms)
    if not terms:
        reading.defects.append(Defect(reason="no_rows", detail="terms"))
    certified = _certified(reading, claims, offered, Proof(proven=proven, rows=len(terms), checks=done))
    # Sums over rows prove no more than the rows are proven; what is told of terms themselves stands alone.
    rests = bool(claims) and not reading.partial and any(not term.summed for term in reading.terms if term.claims)
    done += tuple(_named_terms(reading))
    proven = proven and all(check.ok for check in done)
    proof = Proof(proven=proven and (certified.proven or not rests), rows=len(terms), checks=done)
    insured = (
        candidate("document_insured", head.insured, "insured", method="text", at=head.insured_at)
        if head.insured
        else None
    )
    return Extraction(
        fields=(insured,) if insured else (),
        tables=(
            ExtractedTable(name="terms", rows=terms, proof=proof),
            ExtractedTable(name="claims", rows=tuple(claims), proof=certified),
        ),
        defects=tuple(reading.defects),
    )


def _named_terms(reading: Reading) -> Iterator[Check]:
    """Yield what is missing of terms that are told apart by nothing else: their policy, or their days."""
    bare = sum(not term.policy or not (term.start or term.year) for term in reading.terms)
    if bare:
        yield Check(name=f"every term has its policy and its days ({bare} without)", ok=False)


def _checked(reading: Reading, claims: Sequence[Row]) -> tuple[tuple[Check, ...], Evidence]:
    """Return the checks a run allows, and what it offers to the certificate of its claims."""
    scopes = Scopes(claims, reading)
    return tuple(_named_once(checks(reading, claims, scopes))), evidence(reading, claims, scopes)


def _certified(reading: Reading, claims: Sequence[Row], offered: Evidence, proof: Proof) -> Proof:
    """Return the certificate of the claims; where the run lists none, what is told of its terms stands for it."""
    if not claims:
        return _unlisted(reading, proof)
    certified = certify("claims", claims, offered)
    said = {check.name for check in certified.checks}
    more = tuple(check for check in proof.checks if check.name not in said and not check.ok)
    done = (*certified.checks, *more)
    return Proof(proven=certified.proven and not more, rows=len(claims), checks=done)


def _unlisted(reading: Reading, proof: Proof) -> Proof:
    """Return what is proven where no claim was read: that there are none, if none are told of and no line is left."""
    told = sum(term.count or 0 for term in reading.terms)
    if not told and not reading.unused:
        return replace(proof, rows=0)
    check = Check(name=f"{told} claims told, 0 read", ok=False)
    return Proof(proven=False, rows=0, checks=(*proof.checks, check))


def _twice(reading: Reading) -> Iterator[Defect]:
    """Yield a defect for every claim that stands in the run twice, word for word."""
    met = Counter(claim.cells["claim_number"] for claim in reading.claims if "claim_number" in claim.cells)
    seen: set[frozenset[tuple[str, str]]] = set()
    for claim in reading.claims:
        number = claim.cells.get("claim_number")
        if number is None or met[number] < 2:
            continue
        key = frozenset(claim.cells.items())
        if key in seen:
            yield Defect(reason="unclear", detail=f"claim {number} is listed twice", page=claim.places[0].page)
            reading.twice += 1
        seen.add(key)


def _named_once(found: Iterator[Check]) -> Iterator[Check]:
    """Yield one check of each name; it holds where all of that name hold."""
    outcomes: dict[str, bool] = {}
    for check in found:
        outcomes[check.name] = outcomes.get(check.name, True) and check.ok
    yield from (Check(name=name, ok=ok) for name, ok in outcomes.items())
