"""Whatever a file does, its reader ends, and the reason has a name."""

from __future__ import annotations

import io
import os
import random
import signal
import socket
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from reportlab.pdfgen import canvas

from parsers import confine, landlock, registry, seccomp
from parsers.confine import Confinement
from parsers.limits import MIB, REASONS, Limits
from parsers.sandbox import Sandbox, SandboxError


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        # Where LibreOffice is installed it would read what these tests want refused.
        patch.setenv("PATH", "")
        sandbox = Sandbox()
    with sandbox:
        yield sandbox


def zygote(sandbox: Sandbox) -> int:
    assert sandbox._readers.pid is not None
    return sandbox._readers.pid


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def soon(condition: Callable[[], bool]) -> bool:
    """Wait, a few seconds at most, for what another process is about to do."""
    deadline = time.monotonic() + 5
    while not condition():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def pdf(*objects: bytes) -> bytes:
    """Write a PDF of numbered objects, the first being the catalogue."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    tail = b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return body + head + tail


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s /Length %d>> stream\n%s\nendstream" % (entries, len(content), content)


def one_page(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <<%s>>>>" % resources
    return pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>", page, content, *more)


def endless() -> bytes:
    """A form object that draws itself, several times: PDFium does not come back from it."""
    form = b"<</Type /XObject /Subtype /Form /BBox [0 0 612 792]"
    calls = stream(b"/X Do " * 10, form[2:] + b" /Resources <</XObject <</X 5 0 R>>>>")
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
    content = stream(b"BT /F 12 Tf 72 700 Td (Dunlap Mechanical) Tj ET /X Do")
    return one_page(content, calls, font, resources=b"/XObject <</X 5 0 R>> /Font <</F 6 0 R>>")


def flate_bomb(size: int) -> bytes:
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()
    return one_page(stream(packed, b"/Filter /FlateDecode"))


def swollen_docx(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * size)
    return out.getvalue()


def printed(text: str) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=True)
    page.drawString(72, 700, text)
    page.save()
    return out.getvalue()


def in_a_confined_child(act: Callable[[], object], limits: Limits | None = None) -> str:
    """Confine a forked child as readers are, let it act there, and return what came of it."""
    outlet, inlet = os.pipe()
    rules, parent = landlock.ruleset(), os.getpid()
    pid = os.fork()
    if pid == 0:
        said = "done"
        try:
            confine.confine(limits or Limits(memory=1 << 40), rules=rules, parent=parent)
            act()
        except BaseException as error:
            said = type(error).__name__
        os.write(inlet, said.encode())
        os._exit(0)
    os.close(inlet)
    if rules is not None:
        os.close(rules)
    with os.fdopen(outlet) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said


# --- Ordinary work -----------------------------------------------------------------------------------------------


def test_a_file_is_read_with_its_hash_type_and_time(box: Sandbox) -> None:
    document = box.read(printed("Dunlap Mechanical"), name="app.pdf")

    assert (document.status, document.media_type) == ("read", "application/pdf")
    assert len(document.sha256) == 64
    assert document.seconds > 0
    assert [word.text for word in document.pages[0].words] == ["Dunlap", "Mechanical"]


def test_the_same_bytes_give_the_same_answer(box: Sandbox) -> None:
    first, second = (box.read(printed("Dunlap"), name="app.pdf") for _ in range(2))

    assert (first.pages, first.sha256) == (second.pages, second.sha256)


def test_pages_are_drawn_apart_too(box: Sandbox) -> None:
    picture = box.render(printed("Dunlap"), page=1, dpi=50)

    assert picture.png.startswith(b"\x89PNG")
    assert (picture.width, picture.reason) == (414, None)
    assert box.render(b"hello", page=1, dpi=50).reason == "unsupported"
    assert box.render(printed("Dunlap"), page=9, dpi=50).reason == "no_such_page"


def test_the_declared_type_helps_text_only(box: Sandbox) -> None:
    assert box.read(b"title\na,b\n1,2", name="x", declared="text/csv").tables[0].rows[1][1].text == "b"
    assert box.read(printed("x"), name="x", declared="text/csv").media_type == "application/pdf"


def test_a_name_that_cannot_be_written_down_does_no_harm(box: Sandbox) -> None:
    assert box.read(b"x", name="\udcff\ud800" * 500 + ".txt").status == "read"


def test_threads_share_a_sandbox(box: Sandbox) -> None:
    def one(number: int) -> str:
        return box.read(f"text {number}".encode() * 20_000, name="a.txt").text[:9].strip()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(10, 90))) == [f"text {n}te" for n in range(10, 90)]


def test_a_slow_file_does_not_hold_up_a_quick_one(box: Sandbox) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(box.read, endless(), name="slow.pdf", limits=Limits(wall_seconds=3))
        assert soon(lambda: bool(children(zygote(box))))
        assert box.read(b"quick", name="a.txt").text == "quick"
        assert not slow.done()
        slow.result()


def test_nothing_is_left_open_or_running(box: Sandbox) -> None:
    box.read(b"x", name="a.txt")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(20):
        box.read(b"x", name="a.txt")
        box.read(endless()[:400], name="a.pdf")

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert soon(lambda: not children(zygote(box)))


# --- Files that are refused or broken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.pdf", "empty"),
        (b"<html><script>x</script>%PDF-1.4", "a.pdf", "not_a_document"),
        (b"MZ" + bytes(100), "a.pdf", "not_a_document"),
        (b"{\\rtf1 x}", "a.rtf", "unsupported"),
        (b"%PDF-1.7 and nothing else", "a.pdf", "damaged"),
        (b"PK\x03\x04 nothing", "a.docx", "damaged"),
        (swollen_docx(4000)[:150], "a.docx", "damaged"),
    ],
)
def test_a_file_that_is_no_document_gets_its_reason(box: Sandbox, content: bytes, name: str, reason: str) -> None:
    document = box.read(content, name=name)

    assert (document.status, document.reason, document.pages) == ("unreadable", reason, ())
    assert document.defects[0].reason == reason


def test_advice_comes_with_a_refusal(box: Sandbox) -> None:
    assert "docx or PDF" in box.read(b"{\\rtf1 x}", name="a.rtf").defects[0].detail


def test_a_file_over_the_size_limit_is_not_opened(box: Sandbox) -> None:
    assert box.read(b"x" * 101, name="a.txt", limits=Limits(input=100)).reason == "too_large"
    assert box.render(printed("x"), page=1, dpi=72, limits=Limits(input=100)).reason == "too_large"


def test_random_bytes_always_end_with_a_reason(box: Sandbox) -> None:
    rng = random.Random(11)
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    wholes = [printed("x" * 200), book.getvalue(), swollen_docx(2000)]
    for number in range(200):
        if number % 2:
            content = bytearray(wholes[number % 3])
            for _ in range(rng.randrange(1, 40)):
                content[rng.randrange(len(content))] = rng.randrange(256)
        else:
            content = bytearray(rng.choice((b"%PDF-1.5\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"")))
            content += rng.randbytes(rng.randrange(1, 3000))
        document = box.read(bytes(content), name=rng.choice(("a.pdf", "b.docx", "c.xlsx", "d.csv")))
        assert (document.reason is None) == (document.status == "read")
        assert document.reason is None or document.reason in REASONS


# --- Files that attack -------------------------------------------------------------------------------------------


def test_a_hanging_reader_is_killed_and_the_spare_engine_tried(box: Sandbox) -> None:
    document = box.read(endless(), name="a.pdf", limits=Limits(wall_seconds=1.0, memory=4 << 30))

    assert (document.status, document.reason) == ("partial", "timeout")
    assert "Dunlap" in {word.text for word in document.pages[0].words}
    assert soon(lambda: not children(zygote(box)))


def test_processor_time_runs_out_as_a_timeout(box: Sandbox) -> None:
    document = box.read(endless(), name="a.pdf", limits=Limits(cpu_seconds=1, wall_seconds=20, memory=8 << 30))

    assert (document.status, document.reason) == ("partial", "timeout")
    assert document.seconds < 5


def test_a_reader_out_of_memory_says_so(box: Sandbox) -> None:
    document = box.read(b"x\n" * 45_000_000, name="a.txt", limits=Limits(memory=200 * MIB))

    assert (document.status, document.reason) == ("unreadable", "out_of_memory")


def test_a_flate_bomb_ends_with_a_reason(box: Sandbox) -> None:
    document = box.read(flate_bomb(600 * MIB), name="a.pdf", limits=Limits(memory=400 * MIB))

    assert document.status != "read"
    assert document.reason in REASONS
    assert document.seconds < 20


def test_a_swollen_part_is_never_inflated(box: Sandbox) -> None:
    document = box.read(swollen_docx(100 * MIB), name="a.docx")

    assert (document.status, document.reason) == ("unreadable", "unsafe")


def test_one_stray_cell_does_not_cost_the_sheet(box: Sandbox) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1  # type: ignore[index]
    book.active["XFD1048576"] = 1  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)

    document = box.read(out.getvalue(), name="a.xlsx")

    assert (document.status, document.reason) == ("partial", "parser_crashed")
    assert [cell.at.cell for row in document.tables[0].rows for cell in row] == ["A1", "XFD1048576"]


def test_a_page_beyond_all_paper_is_neither_read_nor_drawn(box: Sandbox) -> None:
    huge = printed("x").replace(b"841.8898", b"841889.8")

    assert box.read(huge, name="a.pdf").reason == "page_too_large"
    assert box.render(huge, page=1, dpi=72).reason == "page_too_large"


def test_more_output_than_allowed_is_given_up(box: Sandbox) -> None:
    document = box.read(b"word " * 100_000, name="a.txt", limits=Limits(output=10_000))

    assert document.reason == "output_too_large"
    assert soon(lambda: not children(zygote(box)))


# --- Processes that die ------------------------------------------------------------------------------------------


def test_a_zygote_killed_between_files_is_replaced(box: Sandbox) -> None:
    box.read(b"x", name="a.txt")
    before = zygote(box)
    os.kill(before, signal.SIGKILL)

    assert box.read(b"after", name="a.txt").text == "after"
    assert zygote(box) != before


def test_a_zygote_killed_in_the_middle_is_replaced_and_the_file_read_again(box: Sandbox) -> None:
    box.read(b"x", name="a.txt")
    before = zygote(box)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(box.read, endless(), name="a.pdf", limits=Limits(wall_seconds=2))
        assert soon(lambda: bool(children(before)))
        (child,) = children(before)
        os.kill(before, signal.SIGKILL)
        assert reading.result().status == "partial"

    assert zygote(box) != before
    assert not Path(f"/proc/{child}/exe").exists()


def test_a_reader_that_crashes_is_a_reason(box: Sandbox) -> None:
    def shoot() -> None:
        assert soon(lambda: bool(children(zygote(box))))
        os.kill(int(children(zygote(box))[0]), signal.SIGSEGV)

    box.read(b"x", name="a.txt")
    assert soon(lambda: not children(zygote(box)))
    shooter = threading.Thread(target=shoot)
    shooter.start()
    document = box.read(endless(), name="a.pdf", limits=Limits(wall_seconds=5, memory=8 << 30))
    shooter.join()

    assert (document.status, document.reason) == ("partial", "parser_crashed")


@pytest.mark.parametrize("interpreter", ["/bin/false", "/nowhere/python"])
def test_a_sandbox_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, interpreter: str) -> None:
    monkeypatch.setattr(sys, "executable", interpreter)
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="does not start"):
        sandbox.read(b"x", name="a.txt")


def test_closing_ends_every_process() -> None:
    with Sandbox() as sandbox:
        sandbox.read(b"x", name="a.txt")
        pid = zygote(sandbox)

    assert not Path(f"/proc/{pid}").exists()


# --- Walls -------------------------------------------------------------------------------------------------------


def test_readers_get_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SMTP_URL", "smtp://user:canary-secret@mail.example")
    with Sandbox() as sandbox:
        sandbox.read(b"x", name="a.txt")
        environment = Path(f"/proc/{zygote(sandbox)}/environ").read_bytes()

    assert b"canary-secret" not in environment


def test_this_machine_confines_readers_completely(box: Sandbox) -> None:
    found = box.confinement()

    assert found == Confinement(network="seccomp", files="landlock", processes="seccomp")
    assert found.complete


def write_a_file() -> None:
    Path("/tmp/written-by-a-reader").write_text("x")


def signal_the_parent() -> None:
    os.kill(os.getppid(), 0)


@pytest.mark.parametrize(
    "act",
    [
        lambda: socket.socket(),
        lambda: socket.socket(socket.AF_UNIX),
        lambda: socket.socketpair(),
        write_a_file,
        signal_the_parent,
        lambda: os.fork(),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.unlink("/tmp/anything"),  # noqa: PTH108
        lambda: os.mkdir("/tmp/anything"),  # noqa: PTH102
        lambda: os.rename("/tmp/a", "/tmp/b"),  # noqa: PTH104
        lambda: os.chmod("/tmp", 0o777),  # noqa: PTH101
        lambda: Path(__file__).read_bytes(),
        lambda: Path("/etc/passwd").read_bytes(),
        lambda: os.listdir("/proc"),  # noqa: PTH208
        lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0),
    ],
)
def test_a_reader_is_refused(act: Callable[[], object]) -> None:
    assert in_a_confined_child(act) == "PermissionError"


def test_a_reader_may_still_think_import_and_thread() -> None:
    def act() -> None:
        import colorsys  # noqa: F401 - some module nobody has loaded yet

        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
        assert len(b"x" * MIB) == MIB

    assert in_a_confined_child(act) == "done"


def test_a_reader_cannot_raise_its_limits() -> None:
    def act() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (100, 100))

    assert in_a_confined_child(act) in ("ValueError", "PermissionError")


def test_memory_is_bounded_in_the_child() -> None:
    assert in_a_confined_child(lambda: bytes(600 * MIB), Limits(memory=500 * MIB)) == "MemoryError"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_well_formed_for_either_machine(machine: str) -> None:
    code = seccomp.program(*seccomp.MACHINES[machine], 4242)

    assert len(code) < 4096
    assert code[-1] == (0x06, 0, 0, 0x7FFF0000)
    for at, (kind, yes, no, _operand) in enumerate(code):
        if kind not in (0x06, 0x20):
            assert at + 1 + max(yes, no) < len(code)


def test_a_machine_without_a_filter_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    assert seccomp.install(os.getpid()) is False


def test_every_registered_reader_exists() -> None:
    import importlib

    for modules in registry.READERS.values():
        for module in modules:
            assert callable(importlib.import_module(module).read)
    for module in registry.RENDERERS.values():
        assert callable(importlib.import_module(module).render)


def test_readers_add_little_to_a_small_file(box: Sandbox) -> None:
    box.read(b"x", name="a.txt")
    count = 50
    before = _used(zygote(box)) + time.process_time()
    for _ in range(count):
        box.read(b"x", name="a.txt")
    soon(lambda: not children(zygote(box)))

    assert (_used(zygote(box)) + time.process_time() - before) / count < 0.010


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
