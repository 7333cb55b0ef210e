"""What one page shows of itself, strongest first: widget names, printed number, labels, title, wording, vocabulary.

A file name is no sighting; it is asked last, by the judge of the whole file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from classifiers import artefact, cues, fingerprints, printed, sheets
from classifiers.judgement import Cue
from classifiers.wording import features
from parsers.document import Page, ParsedDocument, Registration, Table, Widget
from parsers.forms import form_map, registration
from parsers.forms.names import is_elabel

FOOTER_CONFIDENCE = 0.98
BARE_FOOTER_CONFIDENCE = 0.9
TITLE_CONFIDENCE = 0.93
LAID_CONFIDENCE = 0.97
ALIKE_CONFIDENCE = 0.9
"""A page that lies exactly over a known form page, and one that has many of its labels in other places."""
EXACT = 3.0
"""Points by which the labels of a scanned page may lie beside those of the edition it is; paper shrinks and bends."""
LONGER = 4
"""Letters or digits from which a word says what a page is about."""
STRONG = frozenset({"fingerprint", "footer", "labels", "title", "wording", "headers"})
"""What is printed or built in; vocabulary alone is a guess."""
CORRECTED = frozenset({"acord_24", "acord_25"})
"""Forms that are printed as examples too: only their wording tells a sample from a certificate."""
ASIDE = 60
"""Words that may stand beside a list, as greeting, notes or totals, before the list is but a part of a paper."""
TOLD_BY_TEXT = frozenset({"loss_run", "loss_summary_agent"})
"""Lists whose headers do not tell who made them: the words around the table do."""
_LISTS_CLAIMS = 0.85
TOGETHER = 128
"""Pages the model is asked about at once: the features of a thousand pages are never held together."""
FEWEST_FEATURES = 8
"""A page with fewer known features says nothing; the model is not asked about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One page as seen: its kind (None without evidence) and what helps to tell where a document begins.

    ``how`` is the strongest cue's name. ``form_page`` is the page of the form by names or labels, ``numbered`` what the
    page prints ("Page 2 of 4"), ``head`` its first printed line. ``names`` are the plain widget names on the page.
    ``text`` are the words of the page. ``empty`` is a page without words, ``pictured`` one with pictures.
    """

    page: int
    kind: str | None = None
    confidence: float = 0.0
    how: str = ""
    form: str | None = None
    edition: str | None = None
    state: str | None = None
    cues: tuple[Cue, ...] = ()
    form_page: int | None = None
    numbered: tuple[int, int] | None = None
    continued: bool = False
    titled: bool = False
    head: str = ""
    names: frozenset[str] = frozenset()
    text: str = ""
    empty: bool = False
    pictured: bool = False

    @property
    def said(self) -> frozenset[str]:
        """Return the longer words of the page."""
        words = (word.strip(",.;:()").casefold() for word in self.text.split(" "))
        return frozenset([word for word in words if len(word) >= LONGER])

    @property
    def strong(self) -> bool:
        """Return whether the evidence is printed or built in, not guessed from vocabulary."""
        return self.how in STRONG


def see(document: ParsedDocument) -> tuple[Sighting, ...]:
    """Return one sighting for each page of ``document``, in page order; the model is asked for all open pages."""
    widgets: dict[int, list[Widget]] = defaultdict(list)
    for widget in document.widgets:
        widgets[widget.page].append(widget)
    texts = [" ".join(word.text for word in page.words) for page in document.pages]
    tables: dict[int | None, list[Table]] = defaultdict(list)
    for table in document.tables:
        tables[table.page].append(table)
    seen = [
        _listed(_look(page, text, widgets.get(page.number, [])), tables[page.number], text)
        for page, text in zip(document.pages, texts, strict=True)
    ]
    return _ask_vocabulary(seen, texts)


def see_text(text: str, lines: Sequence[str], tables: Sequence[Table] = ()) -> Sighting:
    """Return the sighting of running text (a letter, a DOCX) as if it were one page; ``lines`` are its first ones."""
    seen = Sighting(page=1, numbered=None, head=lines[0] if lines else "", empty=not text.strip())
    seen = _listed(_worded(_titled(seen, lines, text), text, lines), tables, text)
    seen = _ask_vocabulary([seen], [text])[0]
    if seen.kind == "unknown" and any(sheets.is_run(table, lines) for table in tables):
        return replace(seen, kind="loss_run", confidence=_LISTS_CLAIMS, how="vocabulary")
    return seen


def _look(page: Page, text: str, widgets: Sequence[Widget]) -> Sighting:
    lines = printed.top_lines(page)
    names = frozenset(fingerprints.elabel(widget.name) for widget in widgets)
    seen = Sighting(
        page=page.number,
        numbered=printed.page_number(text),
        continued=printed.is_continuation(lines),
        head=lines[0] if lines else "",
        names=names,
        text=text,
        empty=not page.words and not widgets,
        pictured=page.images > 0,
    )
    footer = printed.footer(page)
    match = fingerprints.match(names)
    if match and not _outvoted(match, footer, names):
        return _with_title(_fingerprinted(seen, match, widgets, footer), lines)
    if footer and not _is_detached(lines, text):
        return _worded(_with_title(_footed(seen, footer, _form_page(page, footer)), lines), text, lines)
    titled = _titled(seen, lines, text)
    elsewhere = titled.kind is not None and titled.form is None
    # A scan was laid over a form already; headings inside of forms are titles of other papers.
    if (page.scan or not elsewhere) and (laid := _laid(page)):
        return _with_title(_labelled(seen, laid), lines)
    return _worded(titled, text, lines)


def _outvoted(match: fingerprints.Match, footer: printed.Footer | None, names: frozenset[str]) -> bool:
    """Return whether a page prints the number of another form than its names are of: sister forms share many.

    A few names are no match for what is printed, nor are many that the form whose number is printed has as well.
    """
    if footer is None or footer.kind == match.kind:
        return False
    return match.hits < fingerprints.CERTAIN_HITS or _has_all(footer.number, names)


def _has_all(number: str, names: frozenset[str]) -> bool:
    """Return whether a form has nearly all of a page's names."""
    fields = form_map(number)
    own = [name for name in names if is_elabel(name)]
    return fields is not None and sum(name in fields.fields for name in own) >= _NEARLY_ALL * len(own) > 0


_NEARLY_ALL = 0.9


def _is_detached(lines: Sequence[str], text: str) -> bool:
    """Return whether a page is a signed page alone: the number at its foot is that of the form it belongs to."""
    title = printed.kind_title(lines[:2], text)
    return title is not None and title.kind == "signature_page"


def _laid(page: Page) -> tuple[Registration, bool] | None:
    """Return which known form page lies under the page, and whether it fits exactly."""
    if page.scan:
        found = page.scan.registration
        return (found, found.residual <= EXACT) if found else None
    if len(page.words) < FEWEST_FEATURES:
        return None
    placed = registration.identify(tuple(page.words), page.width, page.height)
    return (placed.registration, placed.exact) if placed else None


def _labelled(seen: Sighting, laid: tuple[Registration, bool]) -> Sighting:
    """Return the page as the form whose printed labels it carries; an edition is named where the layout is its own."""
    found, exact = laid
    form = printed.forms_by_number().get(found.form)
    if form is None:
        return seen
    return replace(
        seen,
        kind=form.kind,
        confidence=LAID_CONFIDENCE if exact else ALIKE_CONFIDENCE,
        how="labels",
        form=form.number,
        edition=found.edition if exact else None,
        cues=(Cue(how="labels", what=f"{found.matched} of {found.expected} labels of {form.kind}"),),
        form_page=found.form_page,
    )


def _fingerprinted(
    seen: Sighting, match: fingerprints.Match, widgets: Sequence[Widget], footer: printed.Footer | None
) -> Sighting:
    """Return the page as the form its widgets belong to; edition and state from the hidden field, else the footer."""
    own = footer if footer and footer.kind == match.kind else None
    hidden = next((w.value or "" for w in widgets if fingerprints.elabel(w.name) == fingerprints.EDITION_FIELD), "")
    told = printed.read_footer(hidden) if hidden else None
    cues = [Cue(how="fingerprint", what=f"{match.hits} field names of {match.kind}")]
    if own:
        cues.append(Cue(how="footer", what=own.text))
    return replace(
        seen,
        kind=match.kind,
        confidence=match.confidence,
        how="fingerprint",
        form=match.kind.removeprefix("acord_"),
        edition=printed.edition(hidden) or (own.edition if own else None),
        state=(told.state if told else None) or (own.state if own else None),
        cues=tuple(cues),
        form_page=match.page,
    )


def _form_page(page: Page, footer: printed.Footer) -> int | None:
    """Return which page of the form its labels say it is; several copies of a form are parted by that.

    A page of an unknown layout that holds a part of a form page may be of another one that reads alike.
    """
    if page.scan:
        found = page.scan.registration
        return found.form_page if found and found.form == footer.number else None
    placed = registration.register(
        page.words, page.width, page.height, footer.number, state=footer.state, edition=footer.edition
    )
    if placed is None or not (placed.exact or placed.registration.matched >= _WHOLE * placed.registration.expected):
        return None
    return placed.registration.form_page


_WHOLE = 0.75
"""Share of a form page's labels from which on a page of an unknown layout is that page and no other."""


def _footed(seen: Sighting, footer: printed.Footer, form_page: int | None) -> Sighting:
    return replace(
        seen,
        kind=footer.kind,
        confidence=FOOTER_CONFIDENCE if footer.edition else BARE_FOOTER_CONFIDENCE,
        how="footer",
        form=footer.number,
        edition=footer.edition,
        state=footer.state,
        cues=(Cue(how="footer", what=footer.text),),
        form_page=form_page,
    )


def _with_title(seen: Sighting, lines: Sequence[str]) -> Sighting:
    """Mark a page that also prints the title of its form: that is where a form begins."""
    form = printed.form_title(lines)
    return replace(seen, titled=True) if form and form.kind == seen.kind else seen


def _titled(seen: Sighting, lines: Sequence[str], text: str) -> Sighting:
    if form := printed.form_title(lines):
        cue = Cue(how="title", what=form.titles[0])
        return replace(
            seen, kind=form.kind, confidence=TITLE_CONFIDENCE, how="title", form=form.number, cues=(cue,), titled=True
        )
    if title := printed.kind_title(lines, text):
        cue = Cue(how="title", what=title.text)
        return replace(seen, kind=title.kind, confidence=TITLE_CONFIDENCE, how="title", cues=(cue,), titled=True)
    return seen


def _worded(seen: Sighting, text: str, lines: Sequence[str]) -> Sighting:
    """Return the page as what its wording says for certain, where nothing stronger says anything or it misleads."""
    if seen.kind is None:
        told = cues.read(text, lines)
    elif seen.how == "footer" and seen.kind not in CORRECTED:
        return seen
    else:
        told = cues.correct(seen.kind, text, lines)
    if told is None:
        return seen
    form = printed.forms_by_kind(told.kind)
    return replace(
        seen,
        kind=told.kind,
        confidence=told.confidence,
        how="wording",
        form=form.number if form else None,
        edition=None,
        cues=(*seen.cues, Cue(how="wording", what=told.phrase)),
    )


def _listed(seen: Sighting, tables: Sequence[Table], text: str) -> Sighting:
    """Return an untitled page that is little more than a table as what the table's headers say it lists."""
    if seen.kind is not None or not tables:
        return seen
    matches = [found for table in tables if (found := sheets.match(table)) and found.kind not in TOLD_BY_TEXT]
    best = max(matches, key=lambda found: found.confidence, default=None)
    held = sum(len(cell.text.split()) for table in tables for row in table.rows for cell in row)
    if best is None or len(text.split()) - held > ASIDE:
        return seen
    return replace(seen, kind=best.kind, confidence=best.confidence, how="headers", cues=best.cues)


def _ask_vocabulary(seen: Sequence[Sighting], texts: Sequence[str]) -> tuple[Sighting, ...]:
    """Return the sightings with a guess for each page that stronger evidence left open; loads no model if none is."""
    left = [i for i, page in enumerate(seen) if page.kind is None]
    answers: dict[int, dict[str, float]] = {}
    for start in range(0, len(left), TOGETHER):
        told = {i: features(texts[i]) for i in left[start : start + TOGETHER]}
        asked = [i for i, found in told.items() if len(found) >= FEWEST_FEATURES]
        if asked:
            answers.update(zip(asked, artefact.model("kinds").scores(told[i] for i in asked), strict=True))
    if not answers:
        return tuple(seen)
    kinds = artefact.model("kinds")
    guessed = [_guessed(page, answers.get(i, {}), kinds) for i, page in enumerate(seen)]
    return tuple(_worded(page, texts[i], ()) if i in answers else page for i, page in enumerate(guessed))


def _guessed(seen: Sighting, scores: dict[str, float], kinds: artefact.Model) -> Sighting:
    if not scores:
        return seen
    label, score = max(scores.items(), key=lambda pair: pair[1])
    form = printed.forms_by_kind(label)
    return replace(
        seen,
        kind=label,
        confidence=kinds.table.probability(score),
        how="vocabulary",
        form=form.number if form else None,
        cues=(Cue(how="vocabulary", what=label),),
    )
