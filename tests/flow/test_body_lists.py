"""A list pasted into a mail is a document of the submission: it answers what asks for it, and can be looked at."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline import pictures
from pipeline.originals import original_of
from pipeline.records import documents, facts, items, submissions
from pipeline.records.documents import DocumentRecord
from pipeline.records.session import reading
from tests.flow.installation import ingest, installation

WORDS = """Hi team,

Please quote commercial auto for Grayling Freight LLC, effective 01/15/2027.

Drivers:

{table}
Thanks,
Jo"""
ROWS = (
    ("Name", "DOB", "License #", "State", "Hire Date"),
    ("Dana Kessler", "01/14/1990", "C5255587", "CA", "03/01/2019"),
    ("Luis Okafor", "05/26/1977", "T57577897", "AZ", "06/15/2021"),
)


def _mail(text: str, html: str | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Jo Hart <jo@harbor-agency.example>"
    mail["To"] = "submissions@intake.example"
    mail["Subject"] = "Grayling Freight LLC - new submission - commercial auto"
    mail["Date"] = "Thu, 19 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = "<pasted@harbor-agency.example>"
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def _html(rows: tuple[tuple[str, ...], ...]) -> str:
    return f"<table>{''.join('<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>' for row in rows)}</table>"


TABBED = "\n".join("\t".join(row) for row in ROWS) + "\n"
PAGE = f"<p>Hi,</p><p>Please quote auto for Grayling Freight LLC, eff 01/15/2027.</p>{_html(ROWS)}<p>Jo</p>"


@pytest.mark.parametrize(
    "raw",
    [_mail(WORDS.format(table=TABBED)), _mail(WORDS.format(table=""), PAGE)],
    ids=["with tabs in the text", "on the page beside a text without it"],
)
def test_drivers_pasted_into_a_mail_are_the_driver_list(tmp_path: Path, raw: bytes) -> None:
    codes, papers, drivers, shown = _taken_in(tmp_path, raw)
    assert [(one.filed.kind, one.filed.name) for one in papers] == [("driver_list", "driver list in the e-mail")]
    assert sorted(drivers) == ["Dana Kessler", "Luis Okafor"]
    assert codes["AU-DRIVERS"] is False
    assert "LIST-UNPROVEN" not in codes
    assert any("Okafor" in line for line in shown)


def test_drivers_quoted_from_an_older_mail_are_not_asked_again_nor_read(tmp_path: Path) -> None:
    quoted = f"<p>Please quote auto for Grayling Freight LLC.</p><blockquote>{_html(ROWS)}</blockquote>"
    codes, papers, drivers, _ = _taken_in(tmp_path, _mail(WORDS.format(table=""), quoted))
    assert papers == ()
    assert drivers == []
    assert codes["AU-DRIVERS"] is True


def _taken_in(
    folder: Path, raw: bytes
) -> tuple[dict[str, bool], tuple[DocumentRecord, ...], list[str], tuple[str, ...]]:
    (folder / "in").mkdir()
    (folder / "in" / "mail.eml").write_bytes(raw)
    with installation(folder / "data") as office:
        assert ingest(office, folder / "in") == 1
        with reading(office.engine) as tx:
            (one,) = submissions.listing(tx, submissions.Filter()).submissions
            papers = documents.documents_of(tx, one.id)
            codes = {item.item.code: item.item.is_open for item in items.items_of(tx, one.id)}
            known = facts.facts_of(tx, one.id)
        drivers = [
            str(fact.value) for name, fact in known.items() if name.startswith("drivers[") and name.endswith("].name")
        ]
        original = original_of(office, papers[0]) if papers else None
        assert (original is not None) == bool(papers)
        shown = pictures.text_view(office, papers[0]) if papers else ()
    return codes, tuple(papers), drivers, shown
