"""Say when a form is of an edition nobody has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parsers.document import Defect, Registration
from parsers.forms.geometry import editions


class EditionName(NamedTuple):
    """An edition by what its pages print: the form's number, the edition as ``2027/01``, a state form's state."""

    form: str
    edition: str
    state: str | None = None


def new_edition(form: str, edition: str | None, laid: Sequence[tuple[Registration, bool]]) -> Defect | None:
    """Return the flag of an edition without a known layout: printed as one, or laid out like none (``False``).

    None for a known edition, and for a form of which no layout is known at all or no page was laid over one.
    """
    if not laid:
        return None
    known = {one.edition for one in editions(form)}
    drifted = [registration for registration, exact in laid if not exact]
    if (edition in known or edition is None) and not (drifted and edition is None):
        return None
    nearest = laid[0][0].edition
    shown = edition or "no edition"
    return Defect(reason="new_edition", detail=f"form {form}: prints {shown}, nearest known {nearest}")


def new_by_names(form: str, edition: str | None) -> Defect | None:
    """Return the flag of a form read by the names of its boxes whose edition is none of those known; None else."""
    known = {one.edition for one in editions(form)}
    if not known or edition is None or edition in known:
        return None
    return Defect(reason="new_edition", detail=f"form {form}: prints {edition}, read by the names of its boxes")


def no_layout(form: str) -> Defect:
    """Return the flag of a form that was read by its labels alone, because no layout of it is known."""
    return Defect(reason="new_edition", detail=f"form {form}: no layout of it is known")
