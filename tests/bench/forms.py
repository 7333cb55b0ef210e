"""What reading application forms costs beside single calls of the engines: ratios of processor time, and memory.

A fillable form is put beside the text once and the widgets once, a flattened one beside what most people would take, a
scanned page beside one pass of the same engine over nothing but its filled boxes, cut out where the truth says they
are. Files are those of ``fixtures.formcases``; models and libraries are loaded before anything is measured.
"""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from classifiers import pages
from fixtures import formcases
from parsers import collector, extract, registry
from parsers.document import ParsedDocument
from parsers.forms.anchors import text_of
from parsers.limits import Limits
from parsers.sandbox import Sandbox
from parsers.sniff import sniff
from tests.bench import floor, popular
from tests.bench.cpu import cost, descendants, of_others

SOME = 3
"""Files of a kind: their ratios differ by how much is filled in."""
DENSE = 50
"""Filled text boxes a scanned page has at least: below, what any page costs hides what its boxes cost."""
DPI = 300
PACKAGE_PAGES = 60
UNLIMITED = Limits(cpu_seconds=1_000_000, wall_seconds=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One comparison: median processor seconds a file, ours and theirs, over so many files; goal is a bound on it."""

    name: str
    ours: float
    theirs: float
    files: int
    goal: float
    faster: bool = False

    @property
    def value(self) -> float:
        """Return theirs over ours where we shall be faster, else ours over theirs."""
        return self.theirs / self.ours if self.faster else self.ours / self.theirs

    def shown(self) -> str:
        """Return the line people see."""
        met = self.value >= self.goal if self.faster else self.value <= self.goal
        words = ("times faster, goal at least" if self.faster else "times, goal at most", "met" if met else "missed")
        figures = f"{1000 * self.ours:>8.1f} ms {1000 * self.theirs:>9.1f} ms {self.value:>7.2f}"
        return f"{self.name:<56}{figures} {words[0]} {self.goal:g}: {words[1]}  ({self.files} files)"


def main(runs: int) -> None:
    """Measure and print everything."""
    sys.stdout.write(f"{'processor time, medians':<56}{'product':>11} {'beside':>12} {'ratio':>7}\n")
    for measure in (fillable, flattened, scanned):
        sys.stdout.write(measure(runs).shown() + "\n")
        sys.stdout.flush()
    for name, rungs in (("digital", ("widget_d2", "flattened")), ("scanned", ("scan_200",))):
        sys.stdout.write(_memory_line(name, rungs) + "\n")
        sys.stdout.flush()


def fillable(runs: int) -> Ratio:
    """Compare a fillable form of four pages with its text and widgets read once."""
    files = [case.file for case in _applications("widget_d2")]
    ours = median(cost(lambda file=file: product(file), runs=runs) for file in files)
    theirs = median(cost(lambda file=file: floor.read_pdf(file), runs=runs) for file in files)
    return Ratio(name="fillable form: text once and widgets once", ours=ours, theirs=theirs, files=len(files), goal=2.0)


def flattened(runs: int) -> Ratio:
    """Compare a flattened form with words and tables of every page by pdfplumber."""
    files = [case.file for case in _applications("flattened")]
    ours = median(cost(lambda file=file: product(file), runs=runs) for file in files)
    few = max(1, runs // 5)
    theirs = median(cost(lambda file=file: popular.words_and_tables(file), runs=few) for file in files)
    name = "flattened form: pdfplumber words and tables"
    return Ratio(name=name, ours=ours, theirs=theirs, files=len(files), goal=10.0, faster=True)


def scanned(runs: int) -> Ratio:
    """Compare a densely filled scanned page, all processes counted, with one pass over its filled boxes."""
    cases = list(_dense_pages())
    pass_over, few = one_pass(), max(1, runs // 5)
    with Sandbox() as sandbox:
        ours = median(_in_children(sandbox, case.file, few) for case in cases)
    sheets = [mosaic(case) for case in cases]
    theirs = median(cost(lambda sheet=sheet: pass_over(sheet), runs=few) for sheet in sheets)
    return Ratio(
        name="scanned page, densely filled: one pass over its boxes",
        ours=ours,
        theirs=theirs,
        files=len(cases),
        goal=1.5,
    )


def product(content: bytes) -> int:
    """Read, classify and extract one file in this process, as the reading child and the worker do; count the fields."""
    # What the run before left of the same pages does not count; blank forms come again, filled pages do not.
    text_of.cache_clear()
    reader: Any = importlib.import_module(registry.READERS[sniff(content)][0])
    with collector.paused():  # A reading child never searches for cycles: it ends with its file.
        document = reader.read(content, "file.pdf", UNLIMITED)
    return fields_of(document)


def fields_of(document: ParsedDocument) -> int:
    """Classify and extract; count the fields."""
    found = 0
    for kind in pages.classify(document, name="file.pdf"):
        told = extract.extract(
            document, kind=kind.kind, pages=kind.pages, form=kind.form, edition=kind.edition, state=kind.state
        )
        found += len(told.fields)
    return found


def mosaic(case: formcases.FormCase) -> Any:
    """Return the filled text boxes of a one-page scan, cut from a picture of the page, one below the other."""
    import pypdfium2
    from PIL import Image

    page = pypdfium2.PdfDocument(case.file)[0]
    picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
    crops = [picture.crop(tuple(round(edge * DPI / 72) for edge in box)) for box in _filled(case)]
    sheet = Image.new("L", (max(c.width for c in crops) + 40, sum(c.height + 12 for c in crops) + 40), 255)
    top = 20
    for crop in crops:
        sheet.paste(crop, (20, top))
        top += crop.height + 12
    return sheet


def one_pass() -> Callable[[Any], str]:
    """Return Tesseract reading one uniform block, its English model loaded."""
    import tesserocr

    reader = tesserocr.PyTessBaseAPI(path=_tessdata(), lang="eng", psm=tesserocr.PSM.SINGLE_BLOCK)

    def read(picture: Any) -> str:
        reader.SetImage(picture)
        reader.SetSourceResolution(DPI)
        text: str = reader.GetUTF8Text()
        return text

    return read


def package(rungs: tuple[str, ...]) -> bytes:
    """Return files of some rungs in turn as one PDF of sixty pages."""
    import pikepdf

    whole, streams = pikepdf.Pdf.new(), [formcases.cases("tune", rung, PACKAGE_PAGES) for rung in rungs]
    while True:
        for stream in streams:
            with pikepdf.open(io.BytesIO(next(stream).file)) as one:
                whole.pages.extend(one.pages)
            if len(whole.pages) >= PACKAGE_PAGES:
                del whole.pages[PACKAGE_PAGES:]
                made = io.BytesIO()
                whole.save(made)
                return made.getvalue()


def _applications(rung: str) -> Iterator[formcases.FormCase]:
    """Yield the first files that are one application of four pages."""
    kept = 0
    for case in formcases.cases("tune", rung, 400):
        if kept < SOME and len(case.documents) == 1 and case.documents[0].pages == (1, 4):
            kept += 1
            yield case
        elif kept == SOME:
            return


def _dense_pages() -> Iterator[formcases.FormCase]:
    """Yield the first scans that are one page with enough filled boxes."""
    kept = 0
    for case in formcases.cases("tune", "scan_300", 100):
        if case.documents[0].pages == (1, 1) and len(_filled(case)) >= DENSE:
            kept += 1
            yield case
        if kept == SOME:
            return


def _filled(case: formcases.FormCase) -> list[tuple[float, float, float, float]]:
    truth = case.documents[0]
    return [box for name, (_, box) in truth.boxes.items() if isinstance(truth.typed.get(name), str)]


def _in_children(sandbox: Sandbox, content: bytes, runs: int) -> float:
    """Return the mean processor seconds of reading a file in the sandbox, its processes counted to the tick."""
    fields_of(sandbox.read(content, name="file.pdf"))
    before = of_others(descendants(os.getpid())) + time.process_time()
    for _ in range(runs):
        fields_of(sandbox.read(content, name="file.pdf"))
    return (of_others(descendants(os.getpid())) + time.process_time() - before) / runs


def _memory_line(name: str, rungs: tuple[str, ...]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.forms_memory", *rungs], capture_output=True, text=True, check=True
    )
    pages_read, peak = map(int, done.stdout.split())
    met = "met" if peak <= 400_000_000 else "missed"
    return (
        f"largest reading process, {name} package of {pages_read} pages: {peak / 1e6:.0f} MB, goal at most 400: {met}"
    )


def _tessdata() -> str:
    return os.environ.get("TESSDATA_PREFIX", "/usr/share/tesseract-ocr/5/tessdata")
