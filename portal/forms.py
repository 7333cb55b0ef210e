"""What agents type and choose, checked: either a finished answer, or errors that name the field and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from starlette.datastructures import FormData, UploadFile

from pipeline.doors import Upload

ANSWER, REASON, FILES = "answer", "reason", "files"
LONGEST = 4000
MOST_FILES = 40
_NAME_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormError:
    """One thing to mend; ``field`` is the id of the input."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One text field as sent: what was typed, and the value or the error it comes to."""

    typed: str = ""
    value: str = ""
    errors: tuple[FormError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """How an answer is asked for: the kind of input, its hint, and what browsers may do for it."""

    kind: str
    label: str
    hint: str = ""
    mode: str = "text"


INPUTS: Mapping[str, Input] = {
    "date": Input(kind="date", label="Date", hint="For example 01/15/2027."),
    "money": Input(kind="short", label="Amount", hint="In dollars, for example 1,000,000 or 1M CSL."),
    "number": Input(kind="short", label="Number", mode="decimal"),
    "fein": Input(kind="short", label="FEIN", hint="Nine digits, for example 12-3456789.", mode="numeric"),
    "vin": Input(kind="short", label="VIN", hint="17 letters and digits, as on the registration."),
    "url": Input(kind="line", label="Website", hint="Or “none” if there is none.", mode="url"),
    "yn": Input(kind="yesno", label="Your answer"),
    "yesno": Input(kind="yesno", label="Your answer"),
    "address": Input(kind="text", label="Address", hint="Street, city, state and ZIP."),
}
PLAIN = Input(kind="text", label="Your answer")


def input_for(field_type: str | None) -> Input:
    """Return how an answer of that type is asked for."""
    return INPUTS.get(field_type or "", PLAIN)


def read_answer(form: FormData, field_type: str | None) -> Typed:
    """Return the answer; a text that cannot be what is asked for comes back with its error."""
    typed = _text(form, ANSWER)
    if not typed:
        missing = "Choose yes or no." if input_for(field_type).kind == "yesno" else "Enter your answer."
        return _wrong(typed, missing)
    check = CHECKS.get(field_type or "", _as_it_is)
    value, error = check(typed)
    return _wrong(typed, error) if error else Typed(typed=typed, value=value)


def read_reason(form: FormData) -> Typed:
    """Return why something does not exist."""
    typed = _text(form, REASON)
    if not typed:
        error = FormError(field=REASON, text="Say in a few words why, for example “new business, no prior carrier”.")
        return Typed(typed=typed, errors=(error,))
    return Typed(typed=typed, value=typed)


def read_files(form: FormData) -> tuple[tuple[Upload, ...], tuple[FormError, ...]]:
    """Return the files chosen; an empty or strange file goes along and is named on the page after."""
    chosen = [one for one in form.getlist(FILES) if isinstance(one, UploadFile) and one.filename]
    if not chosen:
        return (), (FormError(field=FILES, text="Choose at least one file."),)
    if len(chosen) > MOST_FILES:
        return (), (FormError(field=FILES, text=f"Choose at most {MOST_FILES} files at once."),)
    return tuple(Upload(name=file_name(one.filename or ""), content=one.file.read()) for one in chosen), ()


def file_name(given: str) -> str:
    """Return the last part of a file name as the browser gave it, without control characters, 200 at most."""
    last = re.split(r"[\\/]", _NAME_CONTROLS.sub("", given))[-1].strip()
    stem, dot, ending = last.rpartition(".")
    if len(last) > 200 and dot and len(ending) < 12:
        return f"{stem[: 199 - len(ending)]}.{ending}"
    return last[:200] or "unnamed"


def _text(form: FormData, name: str) -> str:
    given = form.get(name)
    plain = _CONTROLS.sub("", given.replace("\r\n", "\n")) if isinstance(given, str) else ""
    return plain.strip()[:LONGEST]


def _wrong(typed: str, error: str) -> Typed:
    return Typed(typed=typed, errors=(FormError(field=ANSWER, text=error),))


def _as_it_is(typed: str) -> tuple[str, str]:
    return typed, ""


def _date(typed: str) -> tuple[str, str]:
    for shape in ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"):
        try:
            day = datetime.strptime(typed, shape).date()
        except ValueError:
            continue
        if date(1900, 1, 1) <= day <= date(2100, 1, 1):
            return day.isoformat(), ""
    return "", "Enter a date as month, day and year, for example 01/15/2027."


def _money(typed: str) -> tuple[str, str]:
    return (typed, "") if re.search(r"\d", typed) else ("", "Enter an amount in dollars, for example 1,000,000.")


def _fein(typed: str) -> tuple[str, str]:
    digits = re.sub(r"\D", "", typed)
    if len(digits) == 9:
        return f"{digits[:2]}-{digits[2:]}", ""
    return "", f"A FEIN has nine digits; this one has {len(digits)}."


def _vin(typed: str) -> tuple[str, str]:
    plain = re.sub(r"[\s-]", "", typed).upper()
    if len(plain) != 17:
        return "", f"A VIN has 17 characters; this one has {len(plain)}."
    if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", plain):
        return "", "A VIN holds digits and letters, but never I, O or Q."
    return plain, ""


def _yes_no(typed: str) -> tuple[str, str]:
    return (typed, "") if typed in ("yes", "no") else ("", "Choose yes or no.")


CHECKS: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "date": _date,
    "money": _money,
    "fein": _fein,
    "vin": _vin,
    "yn": _yes_no,
    "yesno": _yes_no,
}
"""Field type → what makes of a text the value handed on, or the error."""
