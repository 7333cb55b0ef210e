"""A page is told by field names that one form alone has, and by its own ones only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import classifiers
from classifiers.fingerprints import match
from parsers.forms import FORMS, form_map
from parsers.forms.geometry import FormPage, editions, known

DATA = json.loads((Path(classifiers.__file__).parent / "fingerprints.json").read_text())
PAGES = [
    (form, page)
    for form in sorted({name[0] for name in known()})
    for edition in editions(form)
    for page in edition.pages
]
# Notices, remarks, signatures; and the vehicles of the business auto section: the vehicle schedule shares their names.
FEW = {("127", 3), ("127", 4), ("131", 5), ("140", 3), ("160", 6)}


def stems(form: str) -> set[str]:
    found = form_map(form)
    return {elabel.rsplit("_", 1)[0] for elabel in found.fields} if found else set()


@pytest.mark.parametrize("kind", DATA)
def test_a_name_that_tells_a_form_stands_on_no_other(kind: str) -> None:
    own = {name for names in DATA[kind].values() for name in names}
    # The driver schedule's own widgets are numbered; its map says what they hold.
    others = {stem for form in FORMS if f"acord_{form}" != kind and form != "163" for stem in stems(form)}
    assert own & others == set()


@pytest.mark.parametrize(("form", "page"), [(form, page) for form, page in PAGES if form != "36"])
def test_every_page_of_a_layout_is_told_by_its_names(form: str, page: FormPage) -> None:
    found = match(box.name for box in page.fields)
    if (form, page.number) in FEW:
        assert found is None
    else:
        assert found is not None
        assert (found.kind, found.page) == (f"acord_{form}", page.number)


def test_a_broker_change_is_told_by_the_names_its_designer_gave() -> None:
    found = match(["POLICY NUMBERS-0", "CURRENT AGENCY", "ZIP CODE OF INSURED", "INSUREDS SIGNATURE", "DATE"])
    assert found is not None
    assert (found.kind, found.page) == ("acord_36", 1)


def test_names_that_any_document_may_have_tell_nothing() -> None:
    assert match(["DATE", "CODE", "EFFECTIVE DATE", "LINE OF BUSINESS", "Textfield"]) is None


@pytest.mark.parametrize("written", ["{}+1", "F[0]+2.P1[0].{}[0]", "form2[0].#subform[1].{}[0]", "doc1.{}"])
def test_merged_and_renamed_paths_tell_the_form_too(written: str) -> None:
    layout = editions("125")[0].pages[0]
    names = [written.format(box.name) for box in layout.fields]
    found = match(names)
    assert found is not None
    assert (found.kind, found.page) == ("acord_125", 1)
