"""Chain the pages of one file into documents: which page goes on with the one before, and which begins something new.

A page goes on when it prints the next number of the same count, when it carries the agency's customer id at its head,
when it shows nothing, or when it shows the same kind without beginning again. Everything else begins a document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from classifiers.judgement import Classification
from classifiers.sightings import Sighting

SAME_FIRST_PAGE = 0.6
"""Share of the first page's widget names that must come back before a form counts as begun anew."""
UNKNOWN = "unknown"
STRAY_WORDS = 40
"""A page with more different words is a page of something; with fewer it may be a note that got in between."""
_PAGE_NUMBER = re.compile(r"\W*\b(?:page|pg)\b\W*\d+(?:\W+of\W+\d+)?\W*", re.IGNORECASE)
"""What differs from page to page in a head that is printed on all."""
_LOSSES = frozenset({"loss_run", "no_loss_carrier"})
"""A page of a loss run may list nothing but terms without claims."""
BUILT_IN = frozenset({"fingerprint", "footer", "labels"})
"""What says on every page of a form which form it is."""


@dataclass(slots=True)
class Chain:
    """The pages of one document so far; ``best`` is the sighting its kind rests on."""

    pages: list[Sighting] = field(default_factory=list)
    best: Sighting | None = None

    def take(self, page: Sighting, *, sure: float) -> None:
        """Add ``page``; the first page with a kind, or a stronger one of the same kind, becomes the best."""
        self.pages.append(page)
        if page.kind in (None, UNKNOWN) or (not page.strong and page.confidence < sure):
            return
        best = self.best
        listed = best is not None and page.kind == "loss_run" and best.kind == "no_loss_carrier"
        if best is None or listed or (page.kind == best.kind and page.confidence > best.confidence):
            self.best = page


def group(pages: Sequence[Sighting], *, sure: float) -> tuple[Classification, ...]:
    """Return the documents of a file in page order, every page in exactly one.

    ``sure`` is the probability in [0, 1] from which a guess by vocabulary is believed; below it a page says nothing.
    """
    chains: list[Chain] = []
    for page in pages:
        if not chains or not _goes_on(chains[-1], page, sure=sure):
            chains.append(Chain())
        chains[-1].take(page, sure=sure)
    return tuple(_classification(chain) for chain in chains)


def _goes_on(chain: Chain, page: Sighting, *, sure: float) -> bool:
    last = chain.pages[-1]
    if page.empty:
        return last.empty or not page.pictured
    if last.empty and last.pictured and chain.best is None:
        return False
    if _out_of_order(chain, page):
        return True
    if page.numbered and page.numbered[0] == 1 and page.numbered[1] > 1 and not _repeated_number(last, page):
        return False
    if _next_number(last, page):
        return not _contradicts(chain, page)
    believed = page.strong or page.confidence >= sure
    if chain.best is None:
        return not believed or page.kind == UNKNOWN
    if page.kind == chain.best.kind or {page.kind, chain.best.kind} <= _LOSSES:
        return not _begins_again(chain, chain.best, page)
    if page.how in BUILT_IN or (not believed and not page.continued and _foreign(chain, page)):
        return False
    if chain.best.form and not page.titled:
        return page.continued or not believed or page.form is not None
    if chain.best.form and page.continued and page.form is None:
        return True
    return not believed or (page.kind == UNKNOWN and not page.titled)


def _out_of_order(chain: Chain, page: Sighting) -> bool:
    """Return whether the page is one of the same form and edition that the document lacks: papers get shuffled."""
    best = chain.best
    if best is None or (page.kind, page.state, page.edition) != (best.kind, best.state, best.edition):
        return False
    there = [one.form_page or 0 for one in chain.pages]
    return 0 < (page.form_page or 0) < max(there) and page.form_page not in there


def _foreign(chain: Chain, page: Sighting) -> bool:
    """Return whether a short page says nothing that the document before it said: a stray sheet in the pile."""
    said = page.said
    if not 0 < len(said) <= STRAY_WORDS:
        return False
    return all(said.isdisjoint(before.said) for before in (chain.pages[0], chain.pages[-1]))


def _next_number(last: Sighting, page: Sighting) -> bool:
    if not (last.numbered and page.numbered):
        return False
    return page.numbered[1] == last.numbered[1] and page.numbered[0] == last.numbered[0] + 1


def _repeated_number(last: Sighting, page: Sighting) -> bool:
    """Return whether both print the same number: that is the count of an outer print run, or a sheet per state."""
    return last.numbered == page.numbered and not page.titled


def _contradicts(chain: Chain, page: Sighting) -> bool:
    """Return whether form evidence says otherwise than the running count: a whole package may be numbered through."""
    if chain.best is None:
        return False
    if page.kind == chain.best.kind:
        return page.how in {"fingerprint", "labels"} and _begins_again(chain, chain.best, page)
    return page.how in BUILT_IN or (page.how == "title" and page.form is not None)


def _begins_again(chain: Chain, best: Sighting, page: Sighting) -> bool:
    """Return whether a page of the same kind is the first page of another document of that kind."""
    first = chain.pages[0]
    if page.state and best.state and page.state != best.state:
        return True
    if page.how in BUILT_IN and first.names and page.names:
        return len(first.names & page.names) >= SAME_FIRST_PAGE * len(first.names)
    if page.form_page and first.form_page:
        # Where the first page was not known for the first of its form, what the page prints of itself says more.
        counted = first.form_page > 1 and page.numbered is not None and page.numbered[0] == len(chain.pages) + 1
        return page.form_page == first.form_page and not counted
    if page.how in BUILT_IN and page.numbered and page.numbered == first.numbered and page.numbered[0] == 1:
        return True
    if page.form:
        return page.titled and first.titled
    return page.titled and first.titled and _PAGE_NUMBER.sub("", page.head) != _PAGE_NUMBER.sub("", first.head)


def _classification(chain: Chain) -> Classification:
    span = (chain.pages[0].page, chain.pages[-1].page)
    best = chain.best
    if best is None or best.kind is None:
        return Classification(kind=UNKNOWN, confidence=0.0, pages=span)
    same = [page for page in chain.pages if page.kind == best.kind]
    return Classification(
        kind=best.kind,
        confidence=best.confidence,
        pages=span,
        form=best.form,
        edition=next((page.edition for page in same if page.edition), None),
        state=next((page.state for page in same if page.state), None),
        cues=tuple(dict.fromkeys(cue for page in same for cue in page.cues)),
    )
