"""Files that are read in one process are read as if each had one of its own."""

from __future__ import annotations

import importlib
import io
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import openpyxl
import pytest

from intake import mime, unpack
from parsers import confine, errands, verdict, warmth
from parsers.document import Defect, ParsedDocument
from parsers.errands import Errand, File
from parsers.limits import MIB, Limits
from parsers.sandbox import Sandbox
from parsers.sent import sent
from parsers.verdict import Settled
from tests.unit.test_parsers_sandbox import endless, in_a_confined_child, printed

MAILBOX = Path(__file__).parents[2] / "fixtures" / "mailbox"


class Counting(Sandbox):
    """A sandbox that notes how many files each process was handed."""

    def __init__(self) -> None:
        super().__init__()
        self.handed: list[int] = []

    def _ask(self, wanted: Sequence[Errand], kind: type[verdict.Answer]) -> list[Settled[verdict.Answer]]:
        self.handed.append(len(wanted))
        return super()._ask(wanted, kind)


@pytest.fixture(scope="module")
def shared() -> Iterator[Counting]:
    with pytest.MonkeyPatch.context() as patch:
        # Where LibreOffice is installed it would read what these tests want refused.
        patch.setenv("PATH", "")
        sandbox = Counting()
    with sandbox:
        yield sandbox


@pytest.fixture
def box(shared: Counting) -> Counting:
    shared.handed.clear()
    return shared


def text(words: str) -> File:
    return words.encode(), "a.txt", None


def crashing() -> File:
    """A sheet with a stray cell, which the first engine does not survive."""
    book = openpyxl.Workbook()
    book.active["A1"] = 1  # type: ignore[index]
    book.active["XFD1048576"] = 1  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), "a.xlsx", None


def long_list(rows: int) -> File:
    return b"name,value\n" + b"Dunlap Mechanical,12\n" * rows, "a.csv", "text/csv"


def answer(status: str = "read", reason: str | None = None) -> bytes:
    document = ParsedDocument(sha256="", media_type="", status=status, reason=reason)  # type: ignore[arg-type]
    return msgspec.msgpack.encode(sent(document))


# --- One process -------------------------------------------------------------------------------------------------


def test_files_of_one_message_share_a_process_and_keep_their_order(box: Counting) -> None:
    first, second, third = box.read_all([text("one"), (printed("Two"), "b.pdf", None), text("three")])

    assert (first.text, second.pages[0].words[0].text, third.text) == ("one", "Two", "three")
    assert box.handed == [3]
    assert first.seconds > 0


def test_nothing_to_read_starts_no_process(box: Counting) -> None:
    assert box.read_all([]) == ()
    assert box.read_all([(b"", "a.pdf", None), (b"{\\rtf1 x}", "a.rtf", None)])[1].reason == "unsupported"
    assert box.handed == []


def test_the_same_bytes_twice_are_two_answers(box: Counting) -> None:
    assert [document.text for document in box.read_all([text("same"), text("same")])] == ["same", "same"]


def test_every_file_of_the_sample_mailbox_is_read_as_it_is_alone(box: Counting) -> None:
    compared = 0
    for path in sorted(MAILBOX.glob("*.eml")):
        found = unpack.unpack(mime.parse(path.read_bytes())).files
        files: list[File] = [(each.content, each.name, each.media_type) for each in found]
        alone = [box.read(content, name=name, declared=declared) for content, name, declared in files]
        together = box.read_all(files)
        assert [replace(one, seconds=0) for one in together] == [replace(one, seconds=0) for one in alone], path.name
        compared += len(files)

    assert compared > 50


def test_one_process_is_handed_so_many_files_and_bytes_and_no_more() -> None:
    def wanted(*sizes: int) -> list[Errand]:
        return [errands.errand(b"x" * size, "a.txt", None, Limits()) for size in sizes]

    assert len(errands.together(wanted(*[1] * 40))) == 16
    assert len(errands.together(wanted(20 * MIB, 10 * MIB, 10 * MIB))) == 2
    assert len(errands.together(wanted(40 * MIB, 1))) == 1


# --- Failing in company ------------------------------------------------------------------------------------------


def test_a_crash_in_the_middle_keeps_what_stands_before_and_behind(box: Counting) -> None:
    before, crashed, behind = box.read_all([text("before"), crashing(), text("behind")])

    assert (before.text, behind.text) == ("before", "behind")
    assert (crashed.status, crashed.reason) == ("partial", "parser_crashed")
    # All three; the sheet again as the first of the rest; the spare engine; the rest.
    assert box.handed == [3, 2, 1, 1]


def test_a_file_that_runs_out_of_time_keeps_what_stands_before_and_behind(box: Counting) -> None:
    limits = Limits(wall_seconds=20, cpu_seconds=1, memory=8 << 30)
    before, hanging, behind = box.read_all([text("before"), (endless(), "a.pdf", None), text("behind")], limits=limits)

    assert (before.text, behind.text) == ("before", "behind")
    assert (hanging.status, hanging.reason) == ("partial", "timeout")
    assert 1 <= hanging.seconds < 8


def test_the_wait_for_one_file_ends_though_the_others_were_quick(box: Counting) -> None:
    limits = Limits(wall_seconds=1.0, memory=8 << 30)
    before, hanging, behind = box.read_all([text("before"), (endless(), "a.pdf", None), text("behind")], limits=limits)

    assert (before.text, hanging.reason, behind.text) == ("before", "timeout", "behind")
    assert hanging.seconds >= 1


def test_each_file_has_its_own_time(box: Counting) -> None:
    limits = Limits(wall_seconds=1.0, cpu_seconds=1, memory=8 << 30)
    rows, took = 4_000, 0.0
    while took < 1.2:
        box.handed.clear()
        found = box.read_all([long_list(rows + number) for number in range(16)], limits=limits)
        took, rows = sum(document.seconds for document in found), 2 * rows

    assert {document.status for document in found} == {"read"}
    assert box.handed == [16]


def test_each_file_may_answer_as_much_as_one_file_may(box: Counting) -> None:
    limits = Limits(output=50_000)
    files = [text("word " * 7_000), text("word " * 8_000), text("word " * 20_000), text("word " * 9_000)]

    found = box.read_all(files, limits=limits)

    assert [document.reason for document in found] == [None, None, "output_too_large", None]
    assert len(found[3].text) > 40_000


def test_a_process_that_grew_large_leaves_the_rest_to_another(box: Counting) -> None:
    large = text("x\n" * 4_000_000)
    first, second = box.read_all([large, text("small")], limits=Limits(memory=200 * MIB))

    assert (first.status, second.text) == ("read", "small")
    assert box.handed == [2, 1]


# --- Who failed of what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [answer("unreadable", "damaged"), b"\xc1 no document", "parser_crashed"])
def test_a_failure_behind_others_is_no_judgement_yet(failure: bytes | str) -> None:
    assert len(verdict.settled(iter([answer(), failure, answer()]), ParsedDocument)) == 1


@pytest.mark.parametrize("failure", ["timeout", "output_too_large"])
def test_a_limit_of_its_own_is_a_judgement_wherever_it_is_met(failure: str) -> None:
    assert [one.answer for one in verdict.settled(iter([answer(), failure]), ParsedDocument)][1:] == [failure]


def test_the_first_failure_is_a_judgement_and_ends_the_process() -> None:
    told = verdict.settled(iter(["out_of_memory", answer()]), ParsedDocument)

    assert [one.answer for one in told] == ["out_of_memory"]


# --- The walls, still --------------------------------------------------------------------------------------------


def test_a_reader_that_uses_up_its_timer_is_ended() -> None:
    def burn() -> None:
        signal.setitimer(signal.ITIMER_PROF, 0.05)
        while True:
            pass

    assert in_a_confined_child(burn) == ""


def test_the_prepared_filter_is_the_one_built_for_the_process() -> None:
    confine.prepare()

    assert in_a_confined_child(lambda: os.kill(os.getppid(), 0)) == "PermissionError"
    assert in_a_confined_child(lambda: signal.raise_signal(signal.SIGTERM)) == ""


@pytest.mark.parametrize("reader", sorted(warmth.SAMPLES))
def test_every_sample_that_warms_a_reader_is_read(reader: str) -> None:
    document = importlib.import_module(reader).read(warmth.SAMPLES[reader](), "sample", Limits())

    assert (document.status, document.defects) == ("read", ())
    assert document.text or document.pages or document.tables


def test_a_defect_of_one_file_stays_with_it(box: Counting) -> None:
    _, damaged, good = box.read_all(
        [text("a"), (b"%PDF-1.7 and nothing else", "a.pdf", None), (printed("b"), "b", None)]
    )

    assert damaged.defects[0] == Defect(reason="damaged", detail=damaged.defects[0].detail)
    assert (good.status, good.defects) == ("read", ())
