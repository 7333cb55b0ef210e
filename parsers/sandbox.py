"""Read and draw strangers' files in disposable processes, and turn every way that can end into a reason.

One zygote, started once, forks a process for the files of a message, and another whenever one of them fails in it. A
second zygote, started with the first scan, has the heavy engines that read pages by their looks, and forks a process
for each page.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Self

from parsers import registry, scanned
from parsers.confine import Confinement
from parsers.document import ParsedDocument
from parsers.errands import Errand, File, answered, errand, second_choice, together, unreadable
from parsers.limits import MIB, REASONS, SCAN, Limits
from parsers.nursery import Nursery, SandboxError
from parsers.packing import Container, Opened, Room
from parsers.readers import office
from parsers.sniff import sniff
from parsers.verdict import Answer, Settled
from parsers.wire import OcrEngine, Picture, Request

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Sandbox", "SandboxError"]

_TRY_NEXT: Final = frozenset({"damaged", "timeout", "parser_crashed", "out_of_memory", "output_too_large"})
_CONFINED_ONCE = Limits(wall_seconds=30.0)
_SCANS_AT_ONCE: Final = 2
"""How many scanned pages are read side by side: one takes a processor to itself for a second."""
_PATIENCE: Final = 4.0
"""Seconds on the clock for each processor second: a busy machine must not lose pages."""


class _Allowance:
    """The processor seconds that the scanned pages of one file may take together, and a patient wait for them."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._until = time.monotonic() + _PATIENCE * seconds
        self._lock = threading.Lock()

    def take(self, seconds: float) -> None:
        with self._lock:
            self._left -= seconds

    def used_up(self) -> bool:
        return self._left <= 0 or time.monotonic() >= self._until


class Sandbox:
    """A place to open files in. Use it as a context manager; threads may share it.

    ``read`` and ``render`` never raise for what a file does. They raise ``SandboxError`` where no process can be
    started at all. ``ocr`` (else ``INTAKE_OCR``, else ``auto``) says which engine reads scans, one of
    ``registry.OCR_CHOICES``; anything else raises ``SandboxError``.
    """

    def __init__(self, *, ocr: str | None = None) -> None:
        choice = ocr or os.environ.get("INTAKE_OCR") or registry.OCR_CHOICES[0]
        if choice not in registry.OCR_CHOICES:
            raise SandboxError(f"INTAKE_OCR is one of {', '.join(registry.OCR_CHOICES)}, not {choice!r}")
        self._readers = Nursery({})
        self._scanners = Nursery(_scanning(choice))
        self._scanning = threading.BoundedSemaphore(_SCANS_AT_ONCE)
        self._converting = threading.Lock()
        self._office = office.found()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygotes and whatever still reads."""
        self._readers.close()
        self._scanners.close()

    def read(
        self, content: bytes, *, name: str, declared: str | None = None, limits: Limits | None = None
    ) -> ParsedDocument:
        """Read one file and say what is in it, or why nothing is.

        ``name`` and ``declared`` (the media type the sender claims) decide between kinds of plain text only. The
        answer's ``status`` is ``partial`` when a spare engine had to read it.
        """
        return self.read_all([(content, name, declared)], limits=limits)[0]

    def read_all(self, files: Sequence[File], *, limits: Limits | None = None) -> tuple[ParsedDocument, ...]:
        """Read the files of one message, each a content, a name and a declared media type, as ``read`` reads each.

        They share a process as long as none fails in it; ``limits`` hold for each file by itself. Pass only files of
        one sender: a file that takes its process over could answer for those behind it. Pages without a text layer
        are read by their looks afterwards, each in a process of its own.
        """
        given = [errand(*file, limits or Limits()) for file in files]
        wanted = [self._converted(each) for each in given]
        found = {each: unreadable(*each.refused) for each in wanted if each.refused}
        waiting = [each for each in wanted if not each.refused]
        while waiting:
            some = together(waiting)
            told = self._ask(some, ParsedDocument)
            found.update((each, self._best(each, one)) for each, one in zip(some, told, strict=False))
            waiting = waiting[len(told) :]
        looked = (self._looked_at(each, found[each]) for each in wanted)
        return tuple(own.signed(document) for own, document in zip(given, looked, strict=True))

    def _converted(self, given: Errand) -> Errand:
        """Return the errand of reading what LibreOffice makes of a file, where it can and is there."""
        known = registry.CONVERTED.get(given.request.media_type)
        if known is None or self._office is None or (given.refused or ("",))[0] != "unsupported":
            return given
        suffix, target, media_type = known
        limits = given.request.limits
        with self._converting:
            made = office.convert(given.content, suffix=suffix, target=target, program=self._office, limits=limits)
        if made.reason:
            return given.refuse(made.reason)
        new = errand(made.content, f"file.{target}", None, limits)
        return new if new.request.media_type == media_type else given.refuse("damaged")

    def _best(self, wanted: Errand, told: Settled[ParsedDocument]) -> ParsedDocument:
        """Take the first engine's answer, or try the spare ones, each in a process of its own."""
        first = answered(told)
        if first.status != "unreadable" or first.reason not in _TRY_NEXT:
            return first
        for reader in registry.READERS[wanted.request.media_type][1:]:
            (told,) = self._ask([wanted.spare(reader)], ParsedDocument)
            spare = answered(told)
            if spare.status != "unreadable":
                return second_choice(first, spare)
            if spare.reason not in _TRY_NEXT:
                return spare
        return first

    def _looked_at(self, wanted: Errand, document: ParsedDocument) -> ParsedDocument:
        """Read by their looks the pages that have no text layer, as many and as long as the limits allow."""
        limits = wanted.request.limits
        pages = scanned.wanted(document, wanted.request.media_type)
        if not pages:
            return document
        some, beyond = pages[: limits.scanned_pages], pages[limits.scanned_pages :]
        allowed = _Allowance(limits.scan_seconds)
        with ThreadPoolExecutor(min(_SCANS_AT_ONCE, len(some) or 1)) as pool:
            told = pool.map(lambda page: self._scan(wanted.scan(page), allowed), some)
            return scanned.completed(document, dict(zip(some, told, strict=True)), beyond, limits)

    def _scan(self, wanted: Errand, allowed: _Allowance) -> ParsedDocument:
        with self._scanning:
            if allowed.used_up():
                return unreadable("timeout", "its turn did not come")
            (told,) = self._scanners.ask([wanted], ParsedDocument)
        allowed.take(told.seconds if told.cpu is None else told.cpu)
        return answered(told)

    def render(self, content: bytes, *, page: int, dpi: int, limits: Limits | None = None) -> Picture:
        """Draw one page (1-based) as PNG at ``dpi`` dots per inch, form fields included, within ``limits.pixels``."""
        limits = limits or Limits()
        media_type = sniff(content[: limits.input])
        renderer = registry.RENDERERS.get(media_type)
        if len(content) > limits.input or renderer is None:
            return Picture(reason="too_large" if renderer else "unsupported")
        request = Request(
            action="render",
            size=len(content),
            reader=renderer,
            media_type=media_type,
            limits=limits,
            page=page,
            dpi=dpi,
        )
        (told,) = self._ask([Errand(content, request)], Picture)
        return Picture(reason=told.answer) if isinstance(told.answer, str) else told.answer

    def unpack(self, content: bytes, *, kind: Container, room: Room) -> Opened:
        """Take the files out of a container, each as far as ``room`` allows; ``reason`` says what stood in the way."""
        limits = Limits(output=room.total_bytes + 16 * MIB)
        if len(content) > limits.input:
            return Opened(reason="too_large")
        reader = registry.CONTAINERS[kind]
        request = Request(action="unpack", size=len(content), reader=reader, limits=limits, room=room)
        (told,) = self._ask([Errand(content, request)], Opened)
        return Opened(reason=told.answer) if isinstance(told.answer, str) else told.answer

    def confinement(self) -> Confinement:
        """Confine a process for a moment and report what took hold on this machine."""
        (told,) = self._ask([Errand(b"", Request(action="confinement", limits=_CONFINED_ONCE))], Confinement)
        if isinstance(told.answer, str):
            raise SandboxError(f"no reading process could be confined: {REASONS[told.answer]}")
        return told.answer

    def ocr_engine(self) -> OcrEngine:
        """Load the engine that reads scans, and report which one it is."""
        request = Request(action="engine", reader=registry.SCANNER, limits=SCAN)
        (told,) = self._scanners.ask([Errand(b"", request)], OcrEngine)
        if isinstance(told.answer, str):
            raise SandboxError(f"no process that reads scans could be started: {REASONS[told.answer]}")
        return told.answer

    def _ask(self, wanted: Sequence[Errand], kind: type[Answer]) -> list[Settled[Answer]]:
        return self._readers.ask(wanted, kind)


def _scanning(choice: str) -> dict[str, str]:
    """Return what those that read scans are told: the engine, and where its data is."""
    told = {name: value for name in ("TESSDATA_PREFIX",) if (value := os.environ.get(name))}
    return {"INTAKE_OCR": choice, **told}
