"""What a page prints about itself: its footer (form, state, edition), its title, its number, its running head."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from classifiers.wording import words
from parsers.document import Page, Word

EDGE = 0.14
"""Share of the page height at top and bottom where footers and form numbers stand."""
TOP = 0.3
"""Share of the page height a title stands in."""
TITLE_LINES = 12
TITLE_SLACK = 5
"""Words a title line may hold beyond the title: a date box, a page number, a form number."""

_FOOTER = re.compile(
    r"\bACORD\s*[®™]?\s*(?:FORM\s*)?(?P<number>\d{1,3})(?!\d)(?:[\s-]*(?P<state>[A-Z]{2})\b)?"
    r"(?:\s*\(?\s*(?P<year>(?:19|20)\d\d)\s*[/-]\s*(?P<month>\d\d)\b)?"
)
_EDITION = re.compile(r"(?P<year>(?:19|20)\d\d)\s*[/-]\s*(?P<month>\d\d)")
_NUMBER = re.compile(r"\bpage\s+(\d{1,3})\s*(?:of|/)\s*(\d{1,3})\b", re.IGNORECASE)
_ALNUM = re.compile(r"[a-z0-9]+")
_PROSE = re.compile(r"\b(?:attach\w*|enclos\w*|schedule to|see|complete\w*|form title)\b", re.IGNORECASE)
STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPAPRRISCSDTNTXUTVTVAWAWVWIWY",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One registered form: its kind id, its number, whether it is printed per state, and its printed titles."""

    kind: str
    number: str
    state: bool
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A printed title of an unregistered kind; the title does not count when a word of ``unless`` is on the page."""

    kind: str
    text: str
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """A printed form number with its state and edition (``2016/03``), and the text it was read from."""

    kind: str
    number: str
    state: str | None
    edition: str | None
    text: str


def footer(page: Page) -> Footer | None:
    """Return the form number printed at the foot or the head of ``page``, the foot first; None when there is none."""
    edge = page.height * EDGE
    if not any("ACORD" in word.text for word in page.words):
        return None
    low = [word for word in page.words if word.box[1] >= page.height - edge]
    # What is typed across the foot tears its line apart; the file still has its words one after the other.
    lines = (*reversed(_lines(low)), " ".join(word.text for word in low))
    found = next(filter(None, map(read_footer, lines)), None)
    if found is None:
        high = [word for word in page.words if word.box[3] <= edge]
        found = next(filter(None, map(read_footer, _lines(high))), None)
    return found


def read_footer(line: str) -> Footer | None:
    """Return the form number a line prints; lines that talk about another form ("attach ACORD 101") do not count."""
    found = _FOOTER.search(line)
    if found is None or (_PROSE.search(line) and not found["year"]) or _PROSE.search(line[: found.start()]):
        return None
    form = forms_by_number().get(found["number"])
    if form is None:
        return None
    state = found["state"] if form.state and found["state"] in STATES else None
    return Footer(
        kind=form.kind, number=form.number, state=state, edition=edition(found.group()), text=found.group().strip()
    )


def edition(text: str) -> str | None:
    """Return the edition in ``text`` as ``2016/03``, or None."""
    found = _EDITION.search(text)
    return f"{found['year']}/{found['month']}" if found else None


def top_lines(page: Page) -> tuple[str, ...]:
    """Return the printed lines of the top part of ``page``, top down."""
    return tuple(_lines([word for word in page.words if word.box[1] < page.height * TOP])[:TITLE_LINES])


def form_title(lines: Sequence[str]) -> Form | None:
    """Return the registered form whose title stands alone on one of ``lines`` or on two that follow each other."""
    for line in (*lines, *(f"{a} {b}" for a, b in pairwise(lines))):
        plain = _plain(line)
        for at in _possible(plain, _form_title_index()):
            title, form = _form_titles()[at]
            if _stands_alone(title, plain, line):
                return form
    return None


def kind_title(lines: Sequence[str], text: str) -> Title | None:
    """Return the title of an unregistered kind that stands alone on one of ``lines``.

    ``text`` is that of the whole page, for the guards of the title.
    """
    for line in lines:
        plain = _plain(line)
        for at in _possible(plain, _kind_title_index()):
            title = _kind_titles()[at]
            if _stands_alone(title.text, plain, line) and not (title.unless and _guarded(title, text)):
                return title
    return None


def _guarded(title: Title, text: str) -> bool:
    return not frozenset(words(text)).isdisjoint(title.unless)


def _possible(plain: str, index: Mapping[str, Sequence[int]]) -> list[int]:
    """Return which titles begin with a word of the line, in their order; the others cannot stand in it."""
    return sorted(at for word in frozenset(plain.split()) for at in index.get(word, ()))


def page_number(text: str) -> tuple[int, int] | None:
    """Return (page, pages) as printed ("Page 2 of 4"), or None when nothing sensible is printed."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    number, total = int(found[1]), int(found[2])
    return (number, total) if 1 <= number <= total else None


def is_continuation(lines: Sequence[str]) -> bool:
    """Return whether a registered form's later page is announced at its head by the agency's customer id."""
    return any("agency customer id" in _plain(line) for line in lines[:3])


def _stands_alone(title: str, plain: str, line: str) -> bool:
    """Return whether ``title`` fills the line (a little more is allowed) and is printed as a title, not as prose."""
    at = f" {plain} ".find(f" {title} ")
    if at < 0 or len(plain.split()) > len(title.split()) + TITLE_SLACK:
        return False
    long_words = [word for word in re.findall(r"[A-Za-z']+", line) if len(word) > 3 and word.lower() in title]
    return all(word[0].isupper() for word in long_words)


@lru_cache(maxsize=64)  # The dozen lines on top of a page are asked for by several looks.
def _plain(line: str) -> str:
    return " ".join(_ALNUM.findall(line.lower().replace("'", "").replace("’", "").replace("&", " and ")))


def _lines(page_words: Sequence[Word]) -> list[str]:
    """Return words joined to lines, top down and left to right; words of one line overlap by half their height."""
    lines: list[tuple[float, list[Word]]] = []
    for word in sorted(page_words, key=lambda w: (w.box[1] + w.box[3], w.box[0])):
        middle = (word.box[1] + word.box[3]) / 2
        if lines and abs(middle - lines[-1][0]) <= (word.box[3] - word.box[1]) / 2:
            lines[-1][1].append(word)
        else:
            lines.append((middle, [word]))
    return [" ".join(word.text for word in sorted(line, key=lambda w: w.box[0])) for _, line in lines]


@lru_cache(maxsize=1)
def forms_by_number() -> dict[str, Form]:
    """Return the registered forms by number; raises ValueError naming the entry of ``forms.toml`` that is wrong."""
    forms: dict[str, Form] = {}
    for position, entry in enumerate(_entries("forms.toml", "form"), 1):
        try:
            form = Form(
                kind=entry["kind"],
                number=entry["number"],
                state=entry.get("state", False),
                titles=tuple(entry["titles"]),
            )
        except KeyError as missing:
            raise ValueError(f"forms.toml, form {position}: {missing} is missing") from missing
        if form.number in forms or any(title != _plain(title) for title in form.titles):
            raise ValueError(f"forms.toml, form {position}: number twice, or a title that is not plain lower case")
        forms[form.number] = form
    return forms


def forms_by_kind(kind: str) -> Form | None:
    """Return the registered form of a kind id, or None for other kinds."""
    return forms_by_number().get(kind.removeprefix("acord_")) if kind.startswith("acord_") else None


@lru_cache(maxsize=1)
def _form_titles() -> tuple[tuple[str, Form], ...]:
    pairs = [(title, form) for form in forms_by_number().values() for title in form.titles]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def _form_title_index() -> dict[str, list[int]]:
    return _by_first_word([title for title, _ in _form_titles()])


@lru_cache(maxsize=1)
def _kind_title_index() -> dict[str, list[int]]:
    return _by_first_word([title.text for title in _kind_titles()])


def _by_first_word(titles: Sequence[str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for at, title in enumerate(titles):
        index.setdefault(title.split()[0], []).append(at)
    return index


@lru_cache(maxsize=1)
def _kind_titles() -> tuple[Title, ...]:
    titles: list[Title] = []
    for position, entry in enumerate(_entries("titles.toml", "title"), 1):
        if unknown := entry.keys() - {"kind", "texts", "unless"}:
            raise ValueError(f"titles.toml, title {position}: unknown keys {sorted(unknown)}")
        for text in entry["texts"]:
            if text != _plain(text):
                raise ValueError(f"titles.toml, title {position}: {text!r} is not plain lower case")
            titles.append(Title(kind=entry["kind"], text=text, unless=tuple(entry.get("unless", ()))))
    return tuple(sorted(titles, key=lambda title: -len(title.text)))


def _entries(name: str, key: str) -> list[dict[str, list[str] | str | bool]] | list:  # type: ignore[type-arg]
    return list(tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))[key])
