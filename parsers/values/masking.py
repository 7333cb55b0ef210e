"""Restricted values as people and logs may see them."""

from __future__ import annotations

import re

from parsers.document import Scalar

_MASKED_TYPES = frozenset({"ssn", "fein", "licence", "dob"})


def mask(value: Scalar, type_name: str) -> Scalar:
    """Return the value with all but its end hidden: ``***-**-4329``, ``*****303``; dates wholly, others not."""
    if not isinstance(value, str) or type_name not in _MASKED_TYPES:
        return value
    if type_name == "dob":
        return re.sub(r"\d", "*", value)
    digits = re.sub(r"\D", "", value)
    if type_name in {"ssn", "fein"} and len(digits) == 9:
        return f"***-**-{digits[-4:]}"
    return "*" * max(len(value) - 3, 3) + value[-3:] if len(value) > 6 else "*" * len(value)


def mask_raw(raw: str) -> str:
    """Return raw text of a restricted value with every letter and digit hidden but the last three of a longer one."""
    hidden = re.sub(r"\w", "*", raw)
    return hidden[:-3] + raw[-3:] if len(raw) > 6 and "/" not in raw else hidden
