"""A paper sent anew, as our staff see it: which version it is, what changed, and what of it stays masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from agency import NOW, opened_office
from desk import Desk, new_desk, signed_in
from visitor import Visitor

from pipeline import events, telling
from pipeline.office import Office
from pipeline.records import documents
from pipeline.records.documents import ReadDocument
from pipeline.records.session import reading, transaction
from pipeline.versions import Change, Revision
from portal.app import create_app

CHANGES = (
    Change(how="changed", field="gl_limit_occurrence", before="1000000", after="2000000"),
    Change(how="changed", field="named_insureds[0].fein", before="471839205", after="471839206"),
    Change(how="changed", field="drivers[0].dob", before="1988-03-04", after="1988-04-03", restricted=True),
    Change(how="added", field="vehicles[4]", unit="5 2021 Ford"),
    Change(how="removed", field="remarks", before="<b>None</b>"),
)


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "var", sqlite_template) as opened:
        yield opened


def sent_anew(office: Office, desk: Desk, *changes: Change, whole: bool = True) -> int:
    """File a second version of the form and return the number of the document."""
    with transaction(office.engine) as tx:
        old = next(one for one in documents.documents_of(tx, desk.id) if one.id == desk.form)
        filed = replace(old.filed, id="f" * 64 + ":1", sha256="f" * 64, name="corrected.pdf")
        filed = replace(filed, received_at=NOW + timedelta(days=8))
        documents.add_documents(tx, desk.id, [ReadDocument(filed=filed)], message=None)
        documents.replace_document(tx, desk.id, old.filed.id, filed.id, at=NOW, whole=whole)
        revision = Revision(
            document=replace(filed, version=2),
            former=old.filed,
            ended=(old.filed.id,) if whole else (),
            changes=changes,
        )
        stream = events.submission_stream(desk.id)
        events.append_all(tx, stream, list(telling.revised([revision])), actor="mail:a@b.example", at=NOW)
    with reading(office.engine) as tx:
        return next(one.id for one in documents.documents_of(tx, desk.id) if one.filed.name == "corrected.pdf")


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_paper_shows_what_changed_and_masks_what_is_restricted(office: Office) -> None:
    desk = new_desk(office)
    number = sent_anew(office, desk, *CHANGES)
    inside = signed_in(Visitor(create_app(office, lambda: None)), office, "underwriter")
    html = inside.get(f"{desk.path}/documents/{number}").text
    page = words(html)
    assert "What changed since the version of" in page
    assert "3 values changed, 1 added, 1 left out" in page
    assert "$1,000,000 $2,000,000" in page
    assert "Vehicle 5 2021 Ford not there added" in page
    assert "•••9205 •••9206" in page
    assert f'href="{desk.path}/documents/{desk.form}"' in html
    assert "&lt;b&gt;None&lt;/b&gt;" in html
    for hidden in ("1988", "471839205", "47-1839205"):
        assert hidden not in page


def test_the_record_tells_versions_apart_and_the_story_their_difference(office: Office) -> None:
    desk = new_desk(office)
    sent_anew(office, desk, *CHANGES)
    inside = signed_in(Visitor(create_app(office, lambda: None)), office, "underwriter")
    page = words(inside.get(desk.path).text)
    assert "replaced by a newer version" in page
    assert "version 2" in page
    assert "corrected.pdf, version 2: 3 values changed, 1 added, 1 left out" in page
    assert "$1,000,000 → $2,000,000" in page


def test_a_part_of_a_paper_says_that_the_rest_still_stands(office: Office) -> None:
    desk = new_desk(office)
    number = sent_anew(office, desk, CHANGES[0], whole=False)
    inside = signed_in(Visitor(create_app(office, lambda: None)), office, "underwriter")
    assert "still stands as before" in words(inside.get(f"{desk.path}/documents/{number}").text)
    assert "replaced by a newer version" not in words(inside.get(desk.path).text)


def test_a_first_version_has_no_difference(office: Office) -> None:
    desk = new_desk(office)
    inside = signed_in(Visitor(create_app(office, lambda: None)), office, "underwriter")
    assert "What changed since" not in inside.get(f"{desk.path}/documents/{desk.form}").text


def test_the_first_named_insured_is_told_apart(office: Office) -> None:
    desk = new_desk(office)
    inside = signed_in(Visitor(create_app(office, lambda: None)), office, "intake")
    assert "First named insured" in words(inside.get(desk.path).text)
