"""Take a flat page of an unknown layout apart: the captions printed in its cells, and the runs of text typed there.

What was typed is told from print by its font: a font belongs to values where its text begins under captions, at their
left edge, and captions are not set in it. Headings and sentences stand elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.document import Box, Page, Word
from parsers.extract.ink import feet
from parsers.extract.printed import union
from parsers.forms.anchors import in_lines, key

_SPLIT = 0.7
"""Words of one run stand less than this apart, in heights."""
_STACKED = 0.5
_FONT = re.compile(r"(.*?) ?(\d+(?:\.\d+)?)?")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_CROSSES = frozenset("xX✓✔✗✘✕✖☑☒×")
_SIGNS = re.compile(r"dingbat|wingding|webding|symbol|zadb", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:^|\s)[a-z]{2,}(?:\s.*)?\s[a-z]{2,}")
_BRACKETS = re.compile(r"\([^)]*\)")
_LEFT, _RIGHT = 2.0, 7.0
"""Typing begins so far left or right of where its caption does, in points, at most."""
_UNDER = 9.0
_NEXT = 18.0
"""Points between a caption and what is typed under it, and between lines of one column, at most."""
_OF_OTHERS, _OF_OWN = 0.5, 0.6
"""From this share of runs under captions on a font is one of values: of a face of its own, of the form's face."""
_OF_FIGURES, _FEW, _FIGURES = 0.1, 5, 2
_LEAST_CAPTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words of one line and one font that stand together: their text, indices, place in points, and font."""

    text: str
    words: tuple[int, ...]
    box: Box
    font: int

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A page taken apart: captions, other print (headings, sentences), and what was typed, in reading order.

    ``signs`` are set in a font of signs, whatever letters the text layer says for them; ``foreign`` is what else of
    the print is of another face than the captions.
    """

    captions: tuple[Run, ...]
    print: tuple[Run, ...]
    typed: tuple[Run, ...]
    signs: tuple[Run, ...] = ()
    foreign: tuple[Run, ...] = ()

    @property
    def headings(self) -> tuple[Run, ...]:
        """Print that is neither caption nor sentence."""
        return tuple(run for run in self.print if key(run.text) and not _SENTENCE.search(run.text))


def apart(page: Page, known: Collection[str]) -> Apart | None:
    """Return the page taken apart, None where fonts or captions do not tell; ``known`` are keys of likely captions."""
    if not page.word_fonts:
        return None
    every = list(_runs(page))
    signs = tuple(run for run in every if _SIGNS.search(page.fonts[run.font]))
    runs = [part for run in every if run not in signs for part in _parted(page, run, known)]
    named = [run for run in runs if key(run.text) in known or key(_BRACKETS.sub(" ", run.text)) in known]
    heard = Counter(font for font, _ in {(run.font, key(run.text)) for run in named})
    size = {font: _size(page.fonts[font]) for font in heard}
    fonts = {font for font, count in heard.items() if count >= _LEAST_CAPTIONS and size[font] <= _CAPTION}
    if not fonts:
        return None
    captions = [run for run in runs if run.font in fonts and not _SENTENCE.search(run.text)]
    typed = _typed(page, runs, captions, fonts)
    # A cross in a tick box stands under nothing, and may be larger or smaller than what else was typed.
    signs += tuple(run for run in runs if run.font not in fonts and run.font not in typed and run.text in _CROSSES)
    runs = [run for run in runs if run not in signs]
    rest = [run for run in runs if run.font not in typed and (run.font not in fonts or _SENTENCE.search(run.text))]
    faces = {_face(page.fonts[font]) for font in fonts}
    return Apart(
        captions=tuple(_stacked(captions, known)),
        print=tuple(rest),
        typed=tuple(run for run in runs if run.font in typed),
        signs=signs,
        foreign=tuple(run for run in rest if _face(page.fonts[run.font]) not in faces),
    )


def phrases(words: Sequence[Word], known: Collection[str]) -> tuple[list[Run], list[Run]]:
    """Return the captions and the other print among words of which only their places are known."""
    page = Page(number=1, width=0, height=0, words=tuple(words), fonts=("",), word_fonts=(0,) * len(words))
    runs = [part for run in _runs(page) for part in _parted(page, run, known)]
    captions = [run for run in runs if run.box[3] - run.box[1] <= _LOW and not _SENTENCE.search(run.text)]
    held = {run.words for run in captions}
    return list(_stacked(captions, known)), [run for run in runs if run.words not in held]


_CAPTION, _LOW = 8.2, 10.0
"""Captions are set no larger than this, and their words are no higher."""


def _runs(page: Page) -> Iterator[Run]:
    left_out = feet(page.words)
    for line in in_lines(page.words):
        run: list[int] = []
        for n in line:
            if n in left_out:
                continue
            if run and not _goes_on(page, run[-1], n):
                yield _run(page, run)
                run = []
            run.append(n)
        if run:
            yield _run(page, run)


def _goes_on(page: Page, before: int, n: int) -> bool:
    one, other = page.words[before].box, page.words[n].box
    return page.word_fonts[before] == page.word_fonts[n] and other[0] - one[2] < _SPLIT * (one[3] - one[1])


def _run(page: Page, run: Sequence[int]) -> Run:
    words = [page.words[n] for n in run]
    text = " ".join(word.text for word in words)
    return Run(text=text, words=tuple(run), box=union(word.box for word in words), font=page.word_fonts[run[0]])


def _parted(page: Page, run: Run, known: Collection[str]) -> Iterator[Run]:
    """Yield a run, or the captions it is that stand close to each other: where its widest gaps part them."""
    boxes = [page.words[n].box for n in run.words]
    gaps = [later[0] - sooner[2] for sooner, later in pairwise(boxes)]
    if len(gaps) > 1 and key(run.text) not in known:
        cut = max(range(len(gaps)), key=lambda n: (gaps[n], -n)) + 1
        parts = _run(page, run.words[:cut]), _run(page, run.words[cut:])
        if gaps[cut - 1] > _WIDER * min(gaps) and any(key(part.text) in known for part in parts):
            for part in parts:
                yield from _parted(page, part, known)
            return
    yield run


_WIDER = 1.5


def _face(font: str) -> str:
    match = _FONT.fullmatch(font)
    return re.split(r"[-,]", _SUBSET.sub("", match[1] if match else font))[0].casefold()


def _size(font: str) -> float:
    match = _FONT.fullmatch(font)
    return float(match[2]) if match and match[2] else 0.0


def _typed(page: Page, runs: Sequence[Run], captions: Sequence[Run], printing: Collection[int]) -> set[int]:
    """Return the fonts of values: of a face that nothing is printed in, else larger ones of the captions' own face."""
    faces = {_face(page.fonts[font]) for font in printing}
    largest = max(_size(page.fonts[font]) for font in printing)
    groups: dict[tuple[bool, str], list[Run]] = defaultdict(list)
    for run in runs:
        if run.font not in printing and key(run.text):
            face = _face(page.fonts[run.font])
            own = face in faces
            if not own or _size(page.fonts[run.font]) > largest:
                groups[own, page.fonts[run.font] if own else face].append(run)
    found = {name: group for name, group in groups.items() if _begin_under(group, captions) >= _share(name[0], group)}
    if any(not own for own, _ in found):
        found = {name: group for name, group in found.items() if not name[0]}
    return {run.font for group in found.values() for run in group}


def _share(own: bool, group: Sequence[Run]) -> float:
    """Return the share of runs that must begin under captions; figures in a face of their own are hardly print."""
    if own:
        return _OF_OWN
    figures = sum(any(sign.isdigit() for sign in run.text) for run in group)
    return _OF_FIGURES if len(group) >= _FEW and figures >= _FIGURES else _OF_OTHERS


def _begin_under(runs: Sequence[Run], captions: Sequence[Run]) -> float:
    """Return the share of runs that begin under a caption, beside one with a colon, or under another such run."""
    good: list[Run] = []
    for run in sorted(runs, key=lambda run: run.box[1]):
        near = any(_under(one, run, _UNDER) or _beside(one, run) for one in captions)
        if near or any(_under(one, run, _NEXT) for one in good):
            good.append(run)
    return len(good) / len(runs)


def _under(upper: Run, lower: Run, far: float) -> bool:
    gap = lower.box[1] - upper.box[3]
    return -3.0 <= gap <= far and lower.middle > upper.box[3] and -_LEFT <= lower.box[0] - upper.box[0] <= _RIGHT


def _beside(caption: Run, run: Run) -> bool:
    return (
        caption.text.endswith(":")
        and caption.box[1] - 3 <= run.middle <= caption.box[3] + 3
        and -1 <= run.box[0] - caption.box[2] <= 60
    )


def _stacked(captions: Sequence[Run], known: Collection[str]) -> Iterator[Run]:
    """Yield the captions, those of two lines as one where together they are a known one."""
    taken: set[int] = set()
    for n, upper in enumerate(captions):
        if n in taken:
            continue
        lower = next(
            (m for m, one in enumerate(captions) if m > n and m not in taken and _both(upper, one, known)), None
        )
        if lower is None:
            yield upper
            continue
        taken.add(lower)
        other = captions[lower]
        text, words = f"{upper.text} {other.text}", (*upper.words, *other.words)
        yield Run(text=text, words=words, box=union((upper.box, other.box)), font=upper.font)


def _both(upper: Run, lower: Run, known: Collection[str]) -> bool:
    gap = lower.box[1] - upper.box[3]
    high = upper.box[3] - upper.box[1]
    shared = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    if not (-_STACKED * high <= gap <= _STACKED * high and shared > 0 and lower.middle > upper.middle):
        return False
    return key(f"{upper.text} {lower.text}") in known and key(lower.text) not in known
