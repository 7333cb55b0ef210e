"""Split a header block into fields, and read what stands in them: encoded words and parameters.

Everything is one pass over the bytes; nothing here backtracks, so a hostile header costs its length and no more.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from intake import charsets
from intake.budget import Meter

Fields = tuple[tuple[str, str], ...]

#: A header block is looked for in this many bytes; whatever is longer is no header any more.
SCAN_BYTES: Final = 1024 * 1024
#: Fields the structure hangs on; short ones are kept even when the budget is gone.
_STRUCTURAL: Final = frozenset({b"content-type", b"content-transfer-encoding", b"content-disposition", b"from"})
_STRUCTURAL_BYTES: Final = 8 * 1024
#: One field may not eat the budget of the others: 64 KiB hold some 3,000 recipients.
_FIELD_BYTES: Final = 64 * 1024
_NAME_BYTES: Final = bytes(range(33, 58)) + bytes(range(59, 127))
_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_PARAMETERS: Final = 100
#: RFC 2047 allows 75; real ones run to a few hundred. The window also keeps unclosed words from costing a search each.
_WORD_CHARS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A header with parameters: the value in lower case and the decoded parameters by lower-case name."""

    value: str
    parameters: dict[str, str]


def split(raw: bytes, start: int, end: int, meter: Meter, where: str = "") -> tuple[Fields, int]:
    """Return the unfolded fields of the block at ``start`` and the offset where the body begins."""
    block_end, body = _block(raw, start, end)
    if block_end - start > SCAN_BYTES:
        meter.note("header_budget", f"{block_end - start} bytes", where)
        block_end = start + SCAN_BYTES
    elif body > end:
        body = end
    groups, early = _groups(raw[start:block_end].split(b"\n"), meter, where)
    if early is not None:
        body = start + early
    return _fields(groups, meter, where), body


def _block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the fields end and where the body begins: behind the first empty line."""
    for blank in (b"\n", b"\r\n"):
        if raw.startswith(blank, start, end):
            return start, start + len(blank)
    crlf = raw.find(b"\n\r\n", start, end)  # first, because mail from the wire has it a few lines down
    bare = raw.find(b"\n\n", start, end if crlf < 0 else crlf)
    if bare >= 0:
        return bare, bare + 2
    return (end, end) if crlf < 0 else (crlf, crlf + 3)


def _groups(lines: list[bytes], meter: Meter, where: str) -> tuple[list[list[bytes]], int | None]:
    """Return each field's lines, and the offset of the body when a line shows that the headers ended early."""
    groups: list[list[bytes]] = []
    offset = 0
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and groups:
            groups[-1].append(line)
        elif _is_field(line):
            groups.append([line])
        elif number == 0 and line.startswith((b"From ", b">From ")):
            pass
        elif line.strip():
            meter.note("header_malformed", "", where)
            follower = lines[number + 1] if number + 1 < len(lines) else b""
            if not groups or not _is_field(follower):
                return groups, offset
            groups[-1].append(line)
        offset += len(line) + 1
    return groups, None


def _is_field(line: bytes) -> bool:
    name, colon, _ = line[:200].partition(b":")
    name = name.rstrip(b" \t")
    return bool(colon and name) and not name.translate(None, _NAME_BYTES)


def _fields(groups: list[list[bytes]], meter: Meter, where: str) -> Fields:
    fields: list[tuple[str, str]] = []
    for group in groups:
        name, _, first = group[0].partition(b":")
        name = name.strip()
        value = b" ".join((first.strip(), *(line.strip() for line in group[1:])))
        size = min(len(value), _FIELD_BYTES) + len(name)
        if len(value) > _FIELD_BYTES:
            meter.note("header_budget", name.decode("ascii"), where)
        if not meter.take_header(size):
            meter.note("header_budget", "", where)
            if name.lower() not in _STRUCTURAL or size > _STRUCTURAL_BYTES:
                continue
        fields.append((name.decode("ascii"), _characters(value[:_FIELD_BYTES], meter, where)))
    return tuple(fields)


def _characters(value: bytes, meter: Meter, where: str) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        meter.note("header_8bit", "", where)
        text = value.decode("cp1252", "replace")
    clean = text.translate(_CONTROLS)
    if len(clean) != len(text):
        meter.note("header_controls", "", where)
    return clean.replace("\r", " ").replace("\n", " ")


def first(fields: Fields, name: str) -> str | None:
    """Return the first field of that lower-case name, or None."""
    return next((value for key, value in fields if key.lower() == name), None)


def words(value: str, meter: Meter, where: str = "") -> str:
    """Return a header value with its encoded words (RFC 2047) decoded; broken ones stand as they came."""
    if "=?" not in value:
        return value
    runs: list[tuple[str, str, bytearray]] = []  # text before, character set, bytes: adjacent words are one run
    position = 0
    while (found := _next_word(value, position)) is not None:
        begin, end, charset, content = found
        between = value[position:begin]
        if runs and not between.strip() and runs[-1][1] == charset:
            runs[-1][2].extend(content)
        else:
            runs.append((between if between.strip() or not runs else "", charset, bytearray(content)))
        position = end
    rest = value[position:]
    if "=?" in rest or any("=?" in before for before, _, _ in runs):
        meter.note("header_word_broken", "", where)
    out = (before + _word_text(charset, bytes(data), meter, where) for before, charset, data in runs)
    return _plain("".join((*out, rest)))


def _next_word(value: str, position: int) -> tuple[int, int, str, bytes] | None:
    """Return begin, end, character set and bytes of the next whole encoded word at or behind ``position``."""
    while (begin := value.find("=?", position)) >= 0:
        mark = value.find("?", begin + 2, begin + 80)
        if mark > 0 and value[mark + 1 : mark + 2].lower() in ("b", "q") and value[mark + 2 : mark + 3] == "?":
            close = value.find("?=", mark + 3, mark + _WORD_CHARS)
            content = _word_bytes(value[mark + 1].lower(), value[mark + 3 : close]) if close >= 0 else None
            if content is not None:
                return begin, close + 2, value[begin + 2 : mark].partition("*")[0].lower(), content
        position = begin + 2
    return None


def _word_bytes(encoding: str, text: str) -> bytes | None:
    data = text.encode("utf-8", "replace")
    if encoding == "q":
        return binascii.a2b_qp(data, header=True)
    letters = data.rstrip(b"=")
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None


def _word_text(charset: str, data: bytes, meter: Meter, where: str) -> str:
    return charsets.decode(data, charset, lambda reason, detail: meter.note(reason, detail, where))


def _plain(text: str) -> str:
    """Take line breaks and controls out of decoded text: an encoded newline must not make a second header."""
    return text.replace("\r", " ").replace("\n", " ").translate(_CONTROLS)


def value_of(text: str | None, meter: Meter, where: str = "") -> Value:
    """Read a header like Content-Type: the value, and parameters with RFC 2231 and RFC 2047 names decoded."""
    pieces = _pieces((text or "")[:32_768])
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bool, str]]] = {}
    for piece in pieces[1:_PARAMETERS]:
        name, equals, content = piece.partition("=")
        name, content = name.strip().lower(), _unquote(content.strip())
        if not equals or not name:
            if piece.strip():
                meter.note("parameter_malformed", piece[:60], where)
        elif "*" in name:
            _collect(extended, name, content, meter, where)
        else:
            plain.setdefault(name, content)
    parameters = {name: words(content, meter, where) for name, content in plain.items()}
    parameters |= {name: _joined(sections, meter, where) for name, sections in extended.items()}
    return Value(value="".join(pieces[0].split()).lower() if pieces else "", parameters=parameters)


def _pieces(text: str) -> list[str]:
    """Split at semicolons outside quotes."""
    if '"' not in text:
        return text.split(";")
    pieces, start, quoted, skip = [], 0, False, False
    for index, char in enumerate(text):
        if skip:
            skip = False
        elif quoted and char == "\\":
            skip = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(text[start:index])
            start = index + 1
    tail = text[start:]
    return [*pieces, *(tail.split(";") if quoted else [tail])]


def _unquote(text: str) -> str:
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
    # Windows paths come unescaped in quotes; only quotes and backslashes were ever escaped on purpose.
    return inner.replace('\\"', '"').replace("\\\\", "\\")


def _collect(
    extended: dict[str, dict[int, tuple[bool, str]]], name: str, content: str, meter: Meter, where: str
) -> None:
    """File one RFC 2231 section (``name*``, ``name*0``, ``name*0*``) under its parameter."""
    base, _, rest = name.partition("*")
    coded = rest == "" or rest.endswith("*")
    section = rest.rstrip("*") or "0"
    if not base or not (section.isascii() and section.isdigit()) or len(section) > 4:
        meter.note("parameter_malformed", name[:60], where)
        return
    extended.setdefault(base, {}).setdefault(int(section), (coded, content))


def _joined(sections: dict[int, tuple[bool, str]], meter: Meter, where: str) -> str:
    charset, data = "utf-8", bytearray()
    for position, number in enumerate(sorted(sections)):
        coded, content = sections[number]
        if coded and position == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if coded else content.encode("utf-8", "replace")
    text = charsets.decode(bytes(data), charset or "utf-8", lambda reason, note: meter.note(reason, note, where))
    return _plain(text)
