"""Warm a reader before its processes are forked: have it read one small document of our own making.

Engines load modules, tables and fonts with the first document. What is loaded here is there in every process; what is
not, each process loads again.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from parsers import registry
from parsers.limits import Limits
from parsers.sent import sent

_PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_RULED = b"".join(b"72 %d 200 1 re f %d 640 1 60 re f " % (640 + 30 * n, 72 + 100 * n) for n in range(3))
_PAGE = b"BT /F 12 Tf 80 650 Td (Sample) Tj 100 0 Td (page) Tj ET " + _RULED
_PDF = (
    b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/DR<<>>>>>>",
    b"<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_PAGE), _PAGE),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(value)/Rect[72 100 172 120]/P 8 0 R>>",
    b"<</Title(Sample)>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Annots[6 0 R]/Resources<<>>>>",
)
_DOCX = {
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Sample</w:t></w:r></w:p></w:body></w:document>",
}
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
_XLSX = {
    "_rels/.rels": f'<Relationships xmlns="{_RELATION}"><Relationship Id="r1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="Sample" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATION}"><Relationship Id="r1" '
    f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    "</sheetData></worksheet>",
}


def warm(reader: str) -> None:
    """Import a reader's module and, where there is a sample for it, read that once."""
    module: Any = importlib.import_module(reader)
    if reader == registry.SCANNER:
        module.prepare()
    elif make := SAMPLES.get(reader):
        msgspec.msgpack.encode(sent(module.read(make(), "sample", Limits())))


def sample_pdf() -> bytes:
    """Return a PDF with words, a ruled table and, on another page, a form field."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(_PDF, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(_PDF) + 1
    trailer = b"trailer <</Size %d/Root 1 0 R/Info 7 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def _zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


SAMPLES: Final[Mapping[str, Callable[[], bytes]]] = MappingProxyType(
    {
        "parsers.readers.pdf": sample_pdf,
        "parsers.readers.docx": lambda: _zipped(_DOCX),
        "parsers.readers.sheet": lambda: _zipped(_XLSX),
        "parsers.readers.image": lambda: _PICTURE,
        "parsers.readers.delimited": lambda: b"name,value\nSample,1\n",
        "parsers.readers.html": lambda: b"<html><body><p>Sample</p><table><tr><td>1</td></tr></table></body></html>",
        "parsers.readers.text": lambda: b"Sample\n",
    }
)
"""Reader → what makes its sample. The spare engines have none: they are wanted too seldom."""
