"""What the command line's JSON shows of restricted values."""

from parsers.document import ParsedDocument
from parsers.extract import extract
from pipeline.report import _shown


def test_claimants_and_numbers_of_persons_in_descriptions_are_masked() -> None:
    assert _shown("claimant", "Ann Poe") == "•••••oe"
    assert _shown("dob", "1980-01-02") == "•" * 10
    assert "6789" not in str(_shown("description", "Back strain, SSN 123-45-6789"))
    assert _shown("description", "Back strain at loading dock") == "Back strain at loading dock"


def test_answers_about_persons_and_accounts_are_restricted() -> None:
    text = "\n".join(
        (
            "Supplemental questionnaire",
            "1. What is the owner's date of birth? 01/02/1980",
            "2. What is the owner's social security number? 123-45-6789",
            "3. What is the bank account number? 000123456789",
            "4. How many employees are there? 12",
        )
    )
    document = ParsedDocument(sha256="", media_type="text/plain", status="read", text=text)
    found = extract(document, kind="supplemental_app", pages=(1, 1)).fields
    answers = {one.value: one.restricted for one in found if one.field.endswith(".answer")}
    assert {value for value, hidden in answers.items() if hidden} >= {"01/02/1980", "123-45-6789", "000123456789"}
    assert answers["12"] is False
