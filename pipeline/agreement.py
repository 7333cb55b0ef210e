"""Whether two values of one fact say the same: each type of fact has its own idea of sameness.

A difference in writing is no conflict. Which comparer is whose stands in ``comparing.toml``: names agree by
normalisation, figures within the tolerance of the fact, a FEIN by its digits, an industry code by prefix, a start date
given as a year by the year; free text never conflicts.
"""

from __future__ import annotations

from parsers.document import Scalar
from pipeline import comparing
from pipeline.comparing import amount, digits, street_key

__all__ = ["agree", "amount", "digits", "street_key"]


def agree(field: str, one: Scalar, other: Scalar) -> bool:
    """Return whether two values of a field mean the same. None agrees with everything."""
    return comparing.alike(field, one, other)
