"""Field candidates from raw text: parsed value, confidence by how it was read, defect, restriction."""

from __future__ import annotations

from parsers.document import FieldCandidate, Location, Method, Scalar
from parsers.values import RESTRICTED_TYPES, Context, Parsed, parse

# Confidence of a clean reading by method; a defect or a repair lowers it. Starting points, to be calibrated.
CLEAN: dict[Method, float] = {"widget": 0.995, "table": 0.97, "text": 0.9, "layout": 0.9, "ocr": 0.8}
_REPAIRED, _DOUBTED, _REFUSED = 0.93, 0.75, 0.5


def candidate(
    field: str,
    raw: str,
    type_name: str,
    *,
    method: Method,
    at: Location,
    context: Context | None = None,
    elabel: str | None = None,
    confidence: float | None = None,
) -> FieldCandidate:
    """Return the candidate that ``raw`` makes for ``field`` read as ``type_name``; raises KeyError for a bad type."""
    parsed = parse(type_name, raw, context)
    return of_parsed(field, raw, parsed, type_name, method=method, at=at, elabel=elabel, confidence=confidence)


def of_parsed(
    field: str,
    raw: str,
    parsed: Parsed,
    type_name: str,
    *,
    method: Method,
    at: Location,
    elabel: str | None = None,
    confidence: float | None = None,
) -> FieldCandidate:
    """Return the candidate of a value that is parsed already."""
    return FieldCandidate(
        field=field,
        value=parsed.value,
        raw=raw,
        confidence=round((confidence or CLEAN[method]) * _trust(parsed), 4),
        method=method,
        elabel=elabel,
        at=at,
        defect=parsed.defect,
        restricted=parsed.restricted or type_name in RESTRICTED_TYPES,
    )


def stated(
    field: str,
    value: Scalar,
    raw: str,
    *,
    method: Method,
    at: Location,
    elabel: str | None = None,
    confidence: float = 0.0,
) -> FieldCandidate:
    """Return a candidate whose value needs no parsing, such as a tick."""
    shown = confidence or CLEAN[method]
    return FieldCandidate(field=field, value=value, raw=raw, confidence=shown, method=method, elabel=elabel, at=at)


def _trust(parsed: Parsed) -> float:
    if parsed.value is None:
        return _REFUSED
    if parsed.defect:
        return _DOUBTED
    return (
        _REPAIRED if parsed.note.startswith(("repaired", "leading zero", "two-digit", "year only", "years in")) else 1.0
    )
