"""Form maps as data: which canonical fact stands in which box of which form."""

from __future__ import annotations

from parsers.forms.geometry import editions
from parsers.forms.loader import aliases, form_map, read_form_map
from parsers.forms.maps import FORMS, FormField, FormMap, FormMapError
from parsers.forms.names import WidgetName, resolve

__all__ = [
    "FORMS",
    "FormField",
    "FormMap",
    "FormMapError",
    "WidgetName",
    "aliases",
    "editions",
    "form_map",
    "read_form_map",
    "resolve",
]
