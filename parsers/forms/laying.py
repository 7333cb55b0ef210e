"""Lay one page over one known form page: pair the labels, fit, pair again what the fit makes plain."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from parsers.forms.anchors import Hit, PageText, key
from parsers.forms.fitting import Affine, Pair, agreed, distance, least_squares, moved, moved_box, scale_of
from parsers.forms.geometry import Edition, FormPage, PlacedLabel
from parsers.forms.numbering import Question, questions_of

SHORT_KEY = 3
"""Keys shorter than this stand everywhere and are paired only where a fit puts them."""
_PLAIN = 6
"""From this length on a label that stands once on form and page is taken for the same."""
_MANY = 12
"""Most combinations of form and page places that still say something about the fit."""
_VOTE = 5.0
_NEAR = 3.0
"""Points a label may be off the fit and still belong to it, at a scale of one."""
_GUIDED = 6.0
_FEW = 12
_GARBLED = 0.34
"""Share of signs in which a label near its place may differ: two of six, as faxes are read."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed label with its key and the point it is laid by: left edge, middle height."""

    key: str
    x: float
    y: float
    label: PlacedLabel


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One form page made ready for laying; ``tokens`` are the keys of its labels' words."""

    edition: Edition
    page: FormPage
    anchors: tuple[Anchor, ...]
    counts: Mapping[str, int]
    tokens: frozenset[str]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class Laid:
    """A page laid over a form page: the fit, and for each label index the place where it was found.

    ``numbers`` are the heights at which the numbers of its questions stand, by the index of the question, ``counted``
    the words that are these numbers.
    """

    sheet: Sheet
    fit: Affine
    found: dict[int, Hit]
    tried: int = 0
    numbers: dict[int, float] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)

    @property
    def scale(self) -> float:
        """The mean scale of the fit."""
        return scale_of(self.fit)

    def off(self, index: int) -> float:
        """Return how far a found label is from where the fit puts it, in points of the page."""
        return distance(self.fit, pair_of(self.sheet.anchors[index], self.found[index]))

    @property
    def residual(self) -> float:
        """The median distance of the found labels from the fit, in points of the page."""
        return median(self.off(index) for index in self.found) if self.found else 0.0

    @property
    def share(self) -> float:
        """The share of the page's labels that were found."""
        return len(self.found) / max(self.tried, 1)


def keeps_together(text: PageText, laid: Laid) -> bool:
    """Return whether the layout is the known one: hardly a label went elsewhere, and no three went the same way.

    Counted are the labels that cannot be mistaken: several words, once on the form and once on the page. On a misread
    page single labels seem to stand elsewhere; in another layout they go together.
    """
    here = 0
    strays: list[tuple[float, float]] = []
    for n, anchor in enumerate(laid.sheet.anchors):
        hits = text.hits(anchor.key) if len(anchor.key) >= _PLAIN else ()
        if len(hits) != 1 or laid.sheet.counts[anchor.key] != 1:
            continue
        if n in laid.found:
            here += 1
        elif " " in anchor.label.text.strip():
            x, y = moved(laid.fit, anchor.x, anchor.y)
            strays.append((hits[0].x0 - x, hits[0].middle - y))
    if len(strays) > _ASTRAY * (here + len(strays)):
        return False
    near = _VOTE * max(laid.scale, 0.7)
    return all(sum(max(abs(x - u), abs(y - v)) <= near for u, v in strays) < _BLOCK for x, y in strays)


_ASTRAY = 0.12
_BLOCK = 3
"""So many labels that went the same way are a block that moved."""


def sheet_of(edition: Edition, page: FormPage) -> Sheet:
    """Make a form page ready for laying."""
    anchors = tuple(
        Anchor(key(label.text), label.box[0] + _lead(label), (label.box[1] + label.box[3]) / 2, label)
        for label in page.labels
        if "{" not in label.text
    )
    tokens = frozenset(found for anchor in anchors for word in anchor.label.text.split() if len(found := key(word)) > 2)
    counts = Counter(anchor.key for anchor in anchors)
    return Sheet(edition, page, anchors, counts, tokens, questions_of(edition, page))


def _lead(label: PlacedLabel) -> float:
    """Return how far into a label its first word with a key begins: ``# STORIES`` is found by its second word."""
    lead = 0.0
    for word in label.text.split():
        if key(word):
            return lead * label.size
        lead += sum(_WIDTHS.get(sign, _WIDTH) for sign in word) + _WIDTHS[" "]
    return 0.0


_WIDTH = 0.556
_WIDTHS = {" ": 0.278, "%": 0.889, "*": 0.389, "&": 0.667, "/": 0.278, "-": 0.333, "(": 0.333}
"""Widths of signs in ems, of the sans serif face forms are printed in; those not named are as wide as a digit."""


def pair_of(anchor: Anchor, hit: Hit, weight: float = 1.0) -> Pair:
    """Return the pair a label and its place on the page make."""
    return Pair(anchor.x, anchor.y, hit.x0, hit.middle, weight)


def lay(
    text: PageText,
    sheet: Sheet,
    *,
    least: int = 4,
) -> Laid | None:
    """Return the page laid over the form page, None where fewer than ``least`` labels agree on anything."""
    pairs = list(_votes(text, sheet))
    if len(pairs) < least:
        return None
    fit = agreed(pairs, _VOTE)
    if fit is None:
        return None
    # The first fit is alike both ways; where the page is not, labels far out are reached step by step.
    for step, reach in enumerate((_VOTE, _VOTE, _VOTE, _NEAR)):
        if step in (1, 2) and abs(fit[0] - fit[3]) <= _ALIKE * fit[0]:
            continue
        found = paired(text, sheet, fit, reach * max(scale_of(fit), 0.7))
        better = least_squares([pair_of(sheet.anchors[n], hit) for n, hit in found.items()])
        if len(found) < least:
            return None
        fit = better or fit
    laid = Laid(sheet, fit, found, sum(len(anchor.key) >= SHORT_KEY for anchor in sheet.anchors))
    laid.found = paired(text, sheet, fit, _NEAR * max(laid.scale, 0.7))
    return laid if len(laid.found) >= least else None


def loosely(text: PageText, sheet: Sheet, scale: float, taken: frozenset[int] = frozenset()) -> Laid | None:
    """Return the page laid over a form page whose blocks went different ways: by the shift most labels share.

    Labels may go sideways by a column's change and down by anything; ``scale`` is the page's by the form page's width.
    """
    votes: dict[int, set[str]] = defaultdict(set)
    pairs = list(_shifted(text, sheet, scale, taken))
    for wanted, _, across, down in pairs:
        if abs(across) <= _ASIDE:
            for place in (int(down // _VOTE), int(down // _VOTE) + 1):
                votes[place].add(wanted)
    if not votes:
        return None
    best = max(votes, key=lambda place: (len(votes[place]), -abs(place)))
    low, high = (best - 1) * _VOTE, (best + 1) * _VOTE
    chosen = [(across, down) for _, _, across, down in pairs if low <= down < high and abs(across) <= _ASIDE]
    if len(votes[best]) < _LEAST_KEYS:
        return None
    fit = scale, 0.0, 0.0, scale, median(across for across, _ in chosen), median(down for _, down in chosen)
    tried = sum(len(anchor.key) >= SHORT_KEY for anchor in sheet.anchors)
    return Laid(sheet, fit, paired(text, sheet, fit, _GUIDED, taken), tried)


def _shifted(
    text: PageText, sheet: Sheet, scale: float, taken: frozenset[int]
) -> Iterable[tuple[str, int, float, float]]:
    for n, anchor in enumerate(sheet.anchors):
        if len(anchor.key) > SHORT_KEY:
            for hit in text.hits(anchor.key):
                if taken.isdisjoint(hit.words):
                    yield anchor.key, n, hit.x0 - anchor.x * scale, hit.middle - anchor.y * scale


_ASIDE = 40.0
_LEAST_KEYS = 3


def scattered(text: PageText, sheet: Sheet, scale: float) -> Laid | None:
    """Return the page laid over a form page of which little is left, each piece elsewhere: by its unmistakable labels.

    There must be three long labels that stand once on both, in the same columns.
    """
    once = [
        (hit.x0 - anchor.x * scale, hit.middle - anchor.y * scale)
        for anchor in sheet.anchors
        if len(anchor.key) >= _UNMISTAKABLE and sheet.counts[anchor.key] == 1
        for hit in text.hits(anchor.key)[:1]
        if len(text.hits(anchor.key)) == 1 and abs(hit.x0 - anchor.x * scale) <= _ASIDE
    ]
    if len(once) < _LEAST_KEYS:
        return None
    fit = scale, 0.0, 0.0, scale, median(across for across, _ in once), median(down for _, down in once)
    tried = sum(len(anchor.key) >= SHORT_KEY for anchor in sheet.anchors)
    return Laid(sheet, fit, paired(text, sheet, fit, _GUIDED), tried)


_UNMISTAKABLE = 10


_ALIKE = 0.01


def _votes(text: PageText, sheet: Sheet) -> Iterable[Pair]:
    seen: Counter[str] = Counter()
    for anchor in sorted(sheet.anchors, key=lambda anchor: (round(anchor.y), anchor.x)):
        if len(anchor.key) < SHORT_KEY:
            continue
        hits = text.hits(anchor.key)
        count = sheet.counts[anchor.key]
        weight = min(len(anchor.key), 12)
        if 1 < count == len(hits):
            # As many on the page as on the form: they most likely come in the same order.
            yield pair_of(anchor, sorted(hits, key=_reading)[seen[anchor.key]], weight / 2)
            seen[anchor.key] += 1
        elif 0 < len(hits) * count <= _MANY:
            for hit in hits:
                yield pair_of(anchor, hit, weight / (len(hits) * count))


def _reading(hit: Hit) -> tuple[float, float]:
    return round(hit.middle), hit.x0


def paired(
    text: PageText, sheet: Sheet, fit: Affine, reach: float, taken: frozenset[int] = frozenset()
) -> dict[int, Hit]:
    """Return for each label that stands within ``reach`` points of its place the words that are it, each taken once."""
    close: list[tuple[float, int, Hit]] = []
    for n, anchor in enumerate(sheet.anchors):
        if len(anchor.key) < SHORT_KEY:
            continue
        hits = [hit for hit in text.hits(anchor.key) if taken.isdisjoint(hit.words)]
        if hits:
            x, y = moved(fit, anchor.x, anchor.y)
            off, hit = min((max(abs(hit.x0 - x), abs(hit.middle - y)), hit) for hit in hits)
            if off <= reach:
                close.append((off, n, hit))
    return one_each(close)


def one_each(close: Sequence[tuple[float, int, Hit]]) -> dict[int, Hit]:
    """Return the closest pairings in which no label and no word is taken twice."""
    taken: set[int] = set()
    found: dict[int, Hit] = {}
    for _, n, hit in sorted(close):
        if n not in found and taken.isdisjoint(hit.words):
            found[n] = hit
            taken.update(hit.words)
    return found


def fill_in(text: PageText, laid: Laid) -> None:
    """Find garbled labels near where the fit puts them, and fit once more where there are few others."""
    plain = len(laid.found)
    taken = {index for hit in laid.found.values() for index in hit.words}
    reach = _GUIDED * max(laid.scale, 0.7)
    for n, anchor in enumerate(laid.sheet.anchors):
        if n in laid.found or len(anchor.key) < 4:
            continue
        box = moved_box(laid.fit, anchor.label.box)
        hit = text.closest(anchor.key, box, reach, _GARBLED)
        if hit and taken.isdisjoint(hit.words) and distance(laid.fit, pair_of(anchor, hit)) <= reach:
            laid.found[n] = hit
            taken.update(hit.words)
    if plain < _FEW:
        better = least_squares([pair_of(laid.sheet.anchors[n], hit) for n, hit in laid.found.items()])
        laid.fit = better or laid.fit
