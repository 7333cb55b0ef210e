"""The largest messages: what people wrote and the small parts are read, what is beyond measure is refused by reason."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from intake import mime, oversize, unpack

SMALL = b"%PDF-1.4\n" + b"small" * 100


def message(*, big: int, small_behind: bool = True) -> Iterator[bytes]:
    """Yield a message with a part of ``big`` encoded bytes, in pieces that cut anywhere."""
    yield b'From: kim@oak.example\r\nSubject: Oak\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    yield b"--b\r\nContent-Type: text/plain\r\n\r\nPlease quote.\r\n--b\r\n"
    yield b'Content-Type: application/zip; name="photos.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    for _ in range(big // (len(line) * 100)):
        yield line * 100
    if small_behind:
        yield b"\r\n--b\r\nContent-Type: application/pdf; name=app.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        yield base64.encodebytes(SMALL)
    yield b"\r\n--b--\r\n"


def pieces(whole: bytes, size: int) -> Iterator[bytes]:
    return (whole[at : at + size] for at in range(0, len(whole), size))


def test_what_fits_stays_the_same_byte_for_byte() -> None:
    whole = b"".join(message(big=200_000))
    for size in (1, 7, 4096, len(whole)):
        slim = oversize.slimmed(pieces(whole, size if size > 1 else 3))
        assert slim.raw == whole and slim.cut == ()


@pytest.mark.parametrize("size", [1000, 65_536, 10_000_000])
def test_a_part_beyond_measure_is_refused_and_everything_else_is_read(size: int) -> None:
    whole = b"".join(message(big=3_000_000))
    slim = oversize.slimmed(pieces(whole, size), part_bytes=1_000_000)
    assert len(slim.raw) < 100_000
    read = mime.parse(slim.raw, cut=slim.cut)
    assert read.text.strip() == "Please quote."
    assert [one.content for one in read.attachments] == [SMALL]
    (refused,) = unpack.unpack(read).refused
    assert (refused.name, refused.reason, refused.path) == ("photos.zip", "too_large", ("2",))


def test_many_parts_that_are_too_much_together_lose_the_last_ones() -> None:
    part = b"\r\n--b\r\nContent-Type: application/zip; name=p%d.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    whole = b"From: kim@oak.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nText"
    whole += b"".join(part % number + line * 5000 for number in range(10)) + b"\r\n--b--\r\n"
    slim = oversize.slimmed(pieces(whole, 50_000), total_bytes=1_600_000)
    read = mime.parse(slim.raw, cut=slim.cut)
    refused = unpack.unpack(read).refused
    assert len(read.attachments) + len(refused) == 10
    assert {one.reason for one in refused} == {"too_large"}
    assert [one.name for one in read.attachments] == [f"p{number}.zip" for number in range(len(read.attachments))]


def test_a_message_of_nothing_but_boundary_lines_still_ends() -> None:
    slim = oversize.slimmed((b"\n--x" * 250_000 for _ in range(30)), total_bytes=1_000_000)
    assert len(slim.raw) < 12_000_000 and slim.cut


def test_the_text_of_a_mail_is_kept_as_far_as_it_is_held() -> None:
    text = (b"A line of a very long mail.\r\n" * 1000 for _ in range(100))
    slim = oversize.slimmed((b"From: kim@oak.example\r\n\r\n", *text), part_bytes=1_000_000)
    assert mime.parse(slim.raw, cut=slim.cut).text.startswith("A line of a very long mail.\nA line")
