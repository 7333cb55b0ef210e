"""Files made to hurt end with a reason inside the limits; the worker lives and other files are read."""

from collections.abc import Iterator

import pytest

from fixtures.forms import draw_form
from fixtures.hostile import hostile_pdfs
from parsers.sandbox import Sandbox

FILES = {name: (content, ends) for name, content, ends in hostile_pdfs()}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_hostile_file_ends_as_it_should(name: str, sandbox: Sandbox) -> None:
    content, ends = FILES[name]
    document = sandbox.read(content, name=f"{name}.pdf")
    assert document.reason in ends
    assert (document.status == "read") == (document.reason is None)


def test_what_came_with_hostile_files_is_read(sandbox: Sandbox) -> None:
    good = draw_form("101", "2008/01", {"NamedInsured_FullName_A": "Lakeline Mechanical LLC"})
    worst = [(FILES[name][0], f"{name}.pdf", None) for name in ("flate_bomb", "garbage", "xobject_cycle")]
    *_, last = sandbox.read_all([*worst, (good, "101.pdf", None)])
    assert last.status == "read"
    assert any(widget.value == "Lakeline Mechanical LLC" for widget in last.widgets)
