"""Running lines of a document: pages cut into visual lines and their runs, sheets and prose as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from parsers.document import Location, Page, ParsedDocument, Word
from parsers.extract.grids import around, place, tables_on

# Two words further apart than this many points belong to different runs of a line.
_GAP = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One run of text: what stands together on one line, apart from what stands far left or right of it.

    A run of words is placed only when somebody asks where it stands: most runs of a page are read and passed over.
    """

    text: str
    place: Location = Location()
    page: int | None = None
    words: Sequence[Word] = ()

    @property
    def at(self) -> Location:
        """Return where the run stands."""
        if not self.words:
            return self.place
        return Location(page=self.page, box=around([word.box for word in self.words]))


def lines_of(document: ParsedDocument, pages: tuple[int, int], most: int | None = None) -> tuple[Line, ...]:
    """Return the runs of text on ``pages`` in reading order; rows of sheets as ``label: value``, prose line by line.

    ``most`` is how many are wanted: a long list need not be gone through for the first of them.
    """
    return tuple(islice(_lines(document, pages), most))


def _lines(document: ParsedDocument, pages: tuple[int, int]) -> Iterator[Line]:
    is_empty = True
    for page in document.pages:
        if pages[0] <= page.number <= pages[1]:
            for line in _runs(page):
                is_empty = False
                yield line
    if is_empty:
        yield from _sheet_lines(document, pages)
    yield from (Line(text=text.strip()) for text in document.text.splitlines() if text.strip())


def _sheet_lines(document: ParsedDocument, pages: tuple[int, int]) -> Iterator[Line]:
    for table in tables_on(document, pages):
        for row in table.rows:
            texts = [cell.text.strip() for cell in row if cell.text.strip()]
            if texts:
                joined = f"{texts[0].rstrip(':')}: {texts[1]}" if len(texts) == 2 else "   ".join(texts)
                yield Line(text=joined, place=place(row))


def visual_lines(page: Page) -> list[list[Word]]:
    """Return the words of a page as lines from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(page.words, key=lambda word: (word.box[1] + word.box[3], word.box[0])):
        middle = (word.box[1] + word.box[3]) / 2
        if lines and lines[-1][0].box[1] <= middle <= lines[-1][0].box[3]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def _runs(page: Page) -> list[Line]:
    found = []
    for line in visual_lines(page):
        run = [line[0]]
        for word in line[1:]:
            if word.box[0] - run[-1].box[2] > _GAP:
                found.append(_line(run, page.number))
                run = []
            run.append(word)
        found.append(_line(run, page.number))
    return found


def _line(words: Sequence[Word], page: int) -> Line:
    return Line(text=" ".join([word.text for word in words]), page=page, words=words)


def labelled(lines: Sequence[Line], labels: str) -> tuple[str, Line] | None:
    """Return the text behind the first label that matches the expression ``labels``, and its line.

    Read are ``Label: value`` in one line and, when the label stands alone, the next line. The value ends before another
    ``Label:`` of the same line.
    """
    pattern = re.compile(rf"^(?:{labels})\s*(?:[:#]|\s-\s)\s*(?P<value>.*)$", re.IGNORECASE)
    for index, line in enumerate(lines):
        found = pattern.match(line.text)
        if not found:
            continue
        value = re.split(r"\s{2,}|\s+[A-Z][\w/ ]{2,18}:\s", found["value"], maxsplit=1)[0].strip()
        if value:
            return value, line
        if index + 1 < len(lines) and ":" not in lines[index + 1].text:
            return lines[index + 1].text, lines[index + 1]
    return None
