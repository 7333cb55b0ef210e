"""Lead the lines of a loss run to what reads them: rows under headers, blocks of labels, summaries of terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from parsers.extract.runclaims import amount_in
from parsers.extract.runcolumns import AMOUNT_NAMES, Columns
from parsers.extract.runcuts import starts_record, told
from parsers.extract.rungrids import GridColumns, texts_of
from parsers.extract.runheads import RunHead
from parsers.extract.runlines import Strip, of_words
from parsers.extract.runmarks import MONEY, label_of
from parsers.extract.runmatrix import Matrix, heads_beside
from parsers.extract.runmatrix import begins as matrix_at
from parsers.extract.runpairs import Pair, begins_claim, pairs_of
from parsers.extract.runrows import Grammar
from parsers.extract.runsections import facts_of
from parsers.extract.runsummaries import Summaries
from parsers.extract.runterms import Claim, Reading
from parsers.extract.runvalues import is_blank
from parsers.extract.runwords import counted, says

_PAGE_NUMBER = re.compile(r"\bpage:?\s+\d+(?:\s+of\s+\d+)?|\b\d+\s+of\s+\d+\b", re.IGNORECASE)
_PAGE_FOOT = re.compile(r"[-–—]\s*\d{1,4}\s*[-–—]|(?:pg\b\.?|page)?\s*\d{1,4}\s*(?:/|of)\s*\d{1,4}", re.IGNORECASE)
"""A line that is nothing but the number of its page."""
_GENERAL = re.compile(r"\b(?:periods|policies|terms|years|above|listed|shown|following)\b", re.IGNORECASE)
_FIGURE = re.compile(rf"{MONEY.pattern}|\$?0")
_BELOW = frozenset({"claimant", "description", "reported", "closed", "status", "date_of_loss"})
"""What a line of labels below a row may tell of its claim."""
_LABEL = re.compile(r"(?:\w[\w./#&'-]*\s){0,3}\w[\w./#&'-]*:(?:\s|$)")
"""A line that begins with a label goes on with no text."""
_NEAR = 0.95
"""A line that goes on with a row begins within this share of a line's height below it."""


@lru_cache(maxsize=64)  # Every claim keeps what it has columns for: those of one table have the same.
def _amounts_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in names if name in AMOUNT_NAMES or name == "date_of_loss")


class Reader:
    """Reads a run line by line; ``finish`` tells what was found."""

    def __init__(self, head: RunHead, as_of: date | None, foretold: Mapping[str, Claim] | None = None) -> None:
        self._grammar = Grammar(head, as_of)
        self._summaries = Summaries(self._grammar)
        self._columns: Columns | GridColumns | None = None
        self._table = "claims"
        self._skip = 0
        self._tier = 0
        self._seen: dict[tuple[str, int], int] = {}
        self._before: Strip | None = None
        self._block = False
        self._label = ""
        self._matrix: Matrix | None = None
        self._sums: Matrix | None = None
        self._no_losses = False
        self.cropped = False
        self._foretold = foretold or {}
        self.early = False

    def line(self, strip: Strip, page: int, head: Columns | GridColumns | None, table: str, part: str = "") -> None:
        """Read the next line; ``head`` is the header that begins with it, ``part`` what of a claim its amounts are."""
        if head is not None:
            self._under(head, table)
            return
        if self._skip:
            self._skip -= 1
            return
        if self._repeated(strip, page):
            self._label = ""
            return
        if not (part and self._further_part(strip, part)):
            self._read(strip)
        self._before = strip

    @property
    def claimed(self) -> bool:
        """Return whether a claim was read already."""
        return bool(self._grammar.reading.claims)

    def finish(self) -> Reading:
        """Return everything that was read."""
        self._summaries.finish()
        reading = self._grammar.reading
        reading.cropped = self.cropped
        if self._no_losses and not reading.claims:
            for term in reading.terms:
                term.zero = term.zero or not term.count
        return reading

    def _under(self, head: Columns | GridColumns, table: str) -> None:
        self._columns, self._table, self._skip = head, table, head.depth - 1
        self._tier, self._block, self._before = 0, False, None
        if table != "claims":
            self._summaries.header()
        else:
            self._summaries.pause()
            reading = self._grammar.reading
            reading.unknown = reading.unknown or head.unread
            reading.set_apart = reading.set_apart or head.unread
            reading.guessed = reading.guessed or head.guessed

    def _further_part(self, strip: Strip, part: str) -> bool:
        """Read what was spent on the claim, or the total, above; or both parts together. False: it begins a row."""
        cells = self._cells(strip, 0) if self._columns is not None and self._table == "claims" else {}
        if not cells or cells.keys() - AMOUNT_NAMES or part == "loss":
            return False
        return self._grammar.part(strip, cells, part)

    def _repeated(self, strip: Strip, page: int) -> bool:
        """Return whether a line that says whose run it is stood at this place on another page: the head of a page."""
        if strip.cells or MONEY.search(strip.text):
            return False
        if _PAGE_FOOT.fullmatch(strip.text):
            return True
        facts = facts_of(strip.text, self._grammar.as_of)
        told = any(says(name, strip.text) for name in ("zero", "total", "carried")) or counted(strip.text) is not None
        if _PAGE_NUMBER.search(strip.text) and not told and not facts.opens:
            return facts.valued is None
        whose = facts.insured or facts.carrier or facts.letterhead
        if facts.opens or told or not (whose or facts.valued):
            return False
        key = (_PAGE_NUMBER.sub("", strip.text), round(strip.top))
        return self._seen.setdefault(key, page) != page

    def _read(self, strip: Strip) -> None:
        if self._columns is not None and self._table != "claims":
            if self._summaries.row(strip, self._cells(strip, 0)):
                return
            self._columns = None
        if self._summaries.crosswise(strip):
            self._columns = None
            return
        if self._block and (beside := self._beside_matrix(strip)):
            self._in_matrix(of_words(strip.words[beside:], strip.page, strip.pane))
            table = self._matrix
            left = of_words(strip.words[:beside], strip.page, strip.pane)
            if pairs := pairs_of(left):
                self._pairs(left, pairs)
            self._matrix = table
            return
        if self._block and self._in_matrix(strip):
            return
        pairs = [] if strip.cells and isinstance(self._columns, GridColumns) else pairs_of(strip)
        if pairs and not self._of_more(strip, pairs) and self._pairs(strip, pairs):
            return
        if self._label and not self._begins_row(strip) and self._wrapped_value(strip):
            return
        if self._columns is None or (isinstance(self._columns, GridColumns) and not strip.cells):
            self._plain(strip)
            return
        self._under_header(strip)

    def _under_header(self, strip: Strip) -> None:
        grammar, cells = self._grammar, self._cells(strip, 0)
        grammar.blank = self._columned(0)
        tiers = len(self._columns.tiers) if isinstance(self._columns, Columns) else 1
        if 0 < self._tier < tiers and self._fits(strip) and self._next_of_record(strip, cells):
            grammar.blank = self._columned(self._tier)
            grammar.join(strip, self._cells(strip, self._tier))
            self._tier += 1
            return
        if tiers > 1 and grammar.told is not None and self._near(strip):
            below = self._cells(strip, 1)
            if below and not below.keys() - AMOUNT_NAMES:
                grammar.add_to_total(strip, below)
                return
        if self._goes_on(strip, cells):
            grammar.join(strip, cells)
            return
        self._note_zero(strip)
        self._tier = 1 if grammar.row(strip, cells, self._dated()) else 0

    def _next_of_record(self, strip: Strip, cells: Mapping[str, str]) -> bool:
        """Return whether a line is the next of a record: it fits there, and begins no record or fits better."""
        if not starts_record(cells, self._first_names()):
            return True
        if "claim_number" in self._first_names():
            return False
        return told(self._cells(strip, self._tier)) >= told(cells)

    def _columned(self, tier: int) -> frozenset[str]:
        """Return the amounts that have a column in a line of a record."""
        columns = self._columns
        return _amounts_of(
            columns.tiers[tier].names if isinstance(columns, Columns) else tuple(columns.names.values())  # type: ignore[union-attr]
        )

    def _first_names(self) -> tuple[str, ...]:
        return self._columns.tiers[0].names if isinstance(self._columns, Columns) else ()

    def _dated(self) -> bool:
        """Return whether the rows read have a column for dates of loss in their first line."""
        columns = self._columns
        if isinstance(columns, Columns):
            return "date_of_loss" in columns.tiers[0].names
        return columns is not None and "date_of_loss" in columns.names.values()

    def _cells(self, strip: Strip, tier: int) -> Mapping[str, str]:
        columns = self._columns
        if isinstance(columns, GridColumns):
            return columns.cells(texts_of(strip)) if strip.cells else {}
        if columns is None or not strip.words:
            return {}
        one = columns.tiers[tier]
        return {name: text for name, text in zip(one.names, one.cells(strip.words), strict=True) if name and text}

    def _fits(self, strip: Strip) -> bool:
        """Return whether a line may be the next of a record: near the one before, and no total or heading."""
        other = any(says(name, strip.text) for name in ("total", "carried", "zero"))
        return not other and not facts_of(strip.text, self._grammar.as_of).opens and self._near(strip)

    def _near(self, strip: Strip) -> bool:
        before = self._before
        if before is None or strip.cells or before.page != strip.page:
            return True
        return strip.top - before.bottom < _NEAR * (strip.bottom - strip.top)

    def _goes_on(self, strip: Strip, cells: Mapping[str, str]) -> bool:
        """Return whether a line is more text of the claim above: it stands where that text stands."""
        if not self._grammar.wraps(cells) or not self._near(strip):
            return False
        if isinstance(self._columns, GridColumns):
            return True
        if not isinstance(self._columns, Columns) or MONEY.search(strip.text):
            return False
        lefts = [
            head.left
            for tier in self._columns.tiers
            for head, name in zip(tier.heads, tier.names, strict=True)
            if name in cells
        ]
        indented = min(lefts, default=0.0) - 12 <= strip.words[0].box[0]
        return indented and not (says("zero", strip.text) and facts_of(strip.text, None).policy)

    # Lines under no header

    def _plain(self, strip: Strip) -> None:
        if self._summaries.sentence(strip.text):
            return
        if summed := self._in_order(strip):
            self._grammar.total(strip, summed)
            return
        if says("partial", strip.text) and not self.claimed:
            self.early = True
            if self._foretold:
                self._grammar.foretell(self._foretold)
            else:
                self._grammar.reading.partial = True
        self._note_zero(strip)
        self._grammar.text(strip)

    def _in_order(self, strip: Strip) -> dict[str, str]:
        """Return the amounts of a total that stands apart from the cells of its table, one for each of its columns."""
        columns, label = self._columns, label_of(strip)
        if not isinstance(columns, GridColumns) or strip.cells:
            return {}
        if not (says("total", label) or says("grand", label)) or facts_of(strip.text, None).opens:
            return {}
        names = [columns.names[at] for at in sorted(columns.names) if columns.names[at] in AMOUNT_NAMES]
        figures = strip.parts[-len(names) :] if names else []
        told = all(is_blank(figure) or amount_in(figure) is not None for figure in figures)
        before = strip.parts[: -len(names)] if names else []
        whole = told and len(before) == 1 and amount_in(before[0]) is None
        return dict(zip(names, figures, strict=True)) if whole else {}

    def _note_zero(self, strip: Strip) -> None:
        if says("zero", strip.text) and not says("unmatched", strip.text):
            self._no_losses = self._no_losses or bool(_GENERAL.search(strip.text)) or self._grammar.term is None

    # Blocks of labels

    def _beside_matrix(self, strip: Strip) -> int:
        """Return how many words of labels stand to the left of a line of the table of amounts."""
        if matrix_at(strip) is not None:
            return 0
        words = heads_beside(strip) or (self._matrix.beside(strip) if self._matrix else 0)
        left = of_words(strip.words[:words], strip.page, strip.pane) if words else None
        return words if left and (":" in left.text or pairs_of(left)) else 0

    def _in_matrix(self, strip: Strip) -> bool:
        """Read a line of the table of amounts below a claim; False where it is none."""
        if self._matrix is not None:
            told = self._matrix.line(strip)
            held = self._grammar.claim.cells.keys() if self._grammar.claim else frozenset()
            if told is not None and not told.keys() & held & AMOUNT_NAMES:
                self._grammar.join(strip, told, table=True)
                return True
        if self._sums is not None and (summed := self._sums.total(strip)):
            self._grammar.total(strip, summed)
            self._label = ""
            return True
        self._matrix = matrix_at(strip)
        self._sums = self._matrix or self._sums
        return self._matrix is not None

    def _of_more(self, strip: Strip, pairs: list[Pair]) -> bool:
        """Return whether labelled figures are of more than the claim above: counted claims, or an amount told again."""
        if not self._block or self._grammar.claim is None or begins_claim(pairs):
            return False
        held = self._grammar.claim.cells
        again = any(value and name in AMOUNT_NAMES and name in held for name, value in pairs)
        return again or (counted(strip.text) is not None and not all(name for name, _ in pairs))

    def _pairs(self, strip: Strip, pairs: list[Pair]) -> bool:
        grammar = self._grammar
        cells = {name: value for name, value in pairs if name and value}
        grammar.blank = frozenset(name for name, value in pairs if name in AMOUNT_NAMES and not value)
        if self._block or begins_claim(pairs):
            grammar.reading.unused += sum(not name and _FIGURE.fullmatch(value) is not None for name, value in pairs)
        if begins_claim(pairs):
            self._columns, self._block = None, True
            grammar.reading.figures += len(MONEY.findall(strip.text))
            grammar.block(strip, cells)
        elif self._block and grammar.claim is not None and not self._heading(cells):
            grammar.join(strip, cells)
        elif cells and not cells.keys() - AMOUNT_NAMES and grammar.told is not None:
            grammar.add_to_total(strip, cells)
        elif self._of_row_above(cells):
            grammar.blank = frozenset()
            grammar.join(strip, cells)
        else:
            return False
        self._label = pairs[-1][0]
        return True

    def _of_row_above(self, cells: Mapping[str, str]) -> bool:
        """Return whether a line of labels tells more of the claim in the row above it."""
        claim = self._grammar.claim
        if claim is None or self._columns is None or self._table != "claims":
            return False
        return bool(cells) and cells.keys() <= _BELOW and not cells.keys() & claim.cells.keys()

    def _heading(self, cells: Mapping[str, str]) -> bool:
        claim = self._grammar.claim
        own = cells.keys() - {"policy_number", "term", "term_from", "term_to", "line"}
        return bool(cells) and not own and claim is not None and bool(claim.cells.keys() & AMOUNT_NAMES)

    def _begins_row(self, strip: Strip) -> bool:
        """Return whether a line begins a row of the table that is being read."""
        return not self._block and starts_record(self._cells(strip, 0), self._first_names())

    def _wrapped_value(self, strip: Strip) -> bool:
        """Add a line without a label to the text it goes on with."""
        other = says("total", strip.text) or says("zero", strip.text) or counted(strip.text) is not None
        other = other or _LABEL.match(strip.text) is not None
        if self._label not in ("description", "claimant") or not self._near(strip) or MONEY.search(strip.text) or other:
            self._label = ""
            return False
        self._grammar.join(strip, {self._label: " ".join(strip.text.split())})
        return True
