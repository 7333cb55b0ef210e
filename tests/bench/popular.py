"""The same steps with the packages most people would take: used with care, and used as they come."""

from __future__ import annotations

import io
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from fixtures.made import DOCX, JPEG, PDF, XLSX
from tests.bench import storage

TEMPLATE = "<ol>{% for ask in asks %}<li>{{ ask }}</li>{% endfor %}</ol>"


def split_mail(content: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and (media type, content) of every attachment, by the standard library."""
    message = message_from_bytes(content, policy=policy.default)
    body = message.get_body(("plain",))
    files = [(part.get_content_type(), part.get_payload(decode=True)) for part in message.iter_attachments()]
    return body.get_content() if body else "", files


def read_file(media_type: str, content: bytes, *, careful: bool) -> Any:
    """Read one file."""
    return {PDF: read_pdf, XLSX: read_sheet, DOCX: read_docx, JPEG: read_picture}[media_type](content, careful)


def read_pdf(content: bytes, careful: bool) -> tuple[int, int, int]:
    """Return how many words, tables and form fields there are; pages are closed one by one where care is taken."""
    import pdfplumber
    import pypdf

    words = tables = 0
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            words += len(page.extract_words())
            tables += len(page.extract_tables())
            if careful:
                page.close()
            else:
                page.extract_text()
    return words, tables, len(pypdf.PdfReader(io.BytesIO(content)).get_fields() or {})


def words_and_tables(content: bytes) -> int:
    """Return how many words and tables all pages of a PDF have."""
    import pdfplumber

    found = 0
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            found += len(page.extract_words()) + len(page.extract_tables())
            page.close()
    return found


def read_sheet(content: bytes, careful: bool) -> int:
    """Return how many cells are filled."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=careful, data_only=True)
    found = sum(cell is not None for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    book.close()
    return found


def read_docx(content: bytes, careful: bool) -> str:
    """Return the text of paragraphs and tables."""
    import docx

    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def read_picture(content: bytes, careful: bool) -> tuple[int, int]:
    """Return width and height; without care the whole picture is decoded."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content))
    if not careful:
        picture.load()
    return picture.size


class Store:
    """SQLAlchemy over the same three tables: Core in bulk, or objects flushed one by one."""

    def __init__(self, path: Path) -> None:
        from sqlalchemy import Column, Float, Integer, String, create_engine
        from sqlalchemy.orm import declarative_base

        made = declarative_base()
        keys = {"message": Column(Integer, primary_key=True)}

        def columns(**others: Any) -> dict[str, Any]:
            return {name: Column(kind) for name, kind in others.items()}

        def mapped(name: str, table: str, fields: dict[str, Any]) -> Any:
            return type(name, (made,), {"__tablename__": table, **fields})

        self.engine = create_engine(f"sqlite:///{path}")
        self.message = mapped(
            "Message", "messages", {"id": Column(Integer, primary_key=True), "message_id": Column(String)}
        )
        names = {"name": Column(String, primary_key=True), "kind": Column(String)}
        self.document = mapped("Document", "documents", {"message": Column(Integer, primary_key=True), **names})
        values = columns(value=String, confidence=Float, method=String)
        self.fact = mapped("Fact", "facts", {**keys, "field": Column(String, primary_key=True), **values})

    def bulk(self, number: int, facts: Iterable[tuple[Any, ...]]) -> None:
        """Insert with one statement a table."""
        from sqlalchemy import insert

        with self.engine.begin() as connection:
            connection.execute(insert(self.message.__table__), _message(number))
            connection.execute(insert(self.document.__table__), _documents(number))
            connection.execute(insert(self.fact.__table__), _facts(number, facts))

    def one_by_one(self, number: int, facts: Iterable[tuple[Any, ...]]) -> None:
        """Insert object by object, flushed each."""
        from sqlalchemy.orm import Session

        with Session(self.engine) as session:
            rows = [(self.message, _message(number))]
            rows += [(self.document, row) for row in _documents(number)]
            rows += [(self.fact, row) for row in _facts(number, facts)]
            for kind, row in rows:
                session.add(kind(**row))
                session.flush()
            session.commit()


def write_mail(asks: Iterable[str]) -> bytes:
    """Return a mail with the asks as text and HTML, by a template and the standard library."""
    from jinja2 import Environment

    listed = list(asks)
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = "What we still need"
    message.set_content("\n".join(listed))
    message.add_alternative(Environment(autoescape=True).from_string(TEMPLATE).render(asks=listed), subtype="html")
    return message.as_bytes()


def _message(number: int) -> dict[str, Any]:
    return {"id": number, "message_id": storage.MESSAGE}


def _documents(number: int) -> list[dict[str, Any]]:
    return [dict(zip(("message", "name", "kind"), row, strict=True)) for row in storage.documents(number)]


def _facts(number: int, facts: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = ("message", "field", "value", "confidence", "method")
    return [dict(zip(names, (number, *fact), strict=True)) for fact in facts]
