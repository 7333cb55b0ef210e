"""No log holds what is restricted."""

import json

import pytest
import structlog

from pipeline import log


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("SSN 123-45-6789.", "SSN •••."),
        ("FEIN 86-0001234", "FEIN •••1234"),
        ("fein 860001234,", "fein •••1234,"),
        ("from kim.lee@oak.example to x", "from k…@oak.example to x"),
        ("file 2026-11-20 SUB-26-000001 page 3", "file 2026-11-20 SUB-26-000001 page 3"),
        ("phone 602-555-0123, zip 85001-1234", "phone 602-555-0123, zip 85001-1234"),
        ("policy AB-123456789-00", "policy AB-123456789-00"),
        ("total 1234567890", "total 1234567890"),
    ],
)
def test_words_are_masked_by_their_shape(said: str, kept: str) -> None:
    assert log.log_words(said) == kept


def test_values_are_masked_by_the_name_of_their_key_or_field() -> None:
    entry = {
        "event": "field.read",
        "fields": [{"field": "drivers[0].ssn", "value": "x1"}, {"field": "drivers[0].name", "value": "Lee"}],
        "drivers[0].dob": "1980-02-03",
        "password": "p",
        "named_insureds[0].fein": "86-0001234",
        "submission": 860001234,
        "nothing": None,
    }
    assert log.redact(None, "info", entry) == {
        "event": "field.read",
        "fields": [{"field": "drivers[0].ssn", "value": "•••"}, {"field": "drivers[0].name", "value": "Lee"}],
        "drivers[0].dob": "•••",
        "password": "•••",
        "named_insureds[0].fein": "•••1234",
        "submission": 860001234,
        "nothing": None,
    }


def test_a_logged_exception_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    log.configure()
    try:
        raise ValueError("driver 123-45-6789")
    except ValueError as error:
        structlog.get_logger().error("step.failed", exc_info=error)
    finally:
        structlog.configure(**before)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"]) == ("step.failed", "error")
    assert "ValueError: driver •••" in line["exception"]
    assert "6789" not in line["exception"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Driver Jane Doe dob 03/04/1970 license D1234567", "Driver Jane Doe dob ••• license •••"),
        ("DL # A1234567, born on 1-2-80", "DL # •••, born on •••"),
        ("Driver list 987-65-4321.csv", "Driver list •••.csv"),
        ("license state is CA, effective 01/15/2027", "license state is CA, effective 01/15/2027"),
    ],
)
def test_birth_dates_and_licence_numbers_called_so_are_masked_in_free_text(text: str, kept: str) -> None:
    assert log.event_words(text) == kept
