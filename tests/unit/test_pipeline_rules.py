"""A rule file that is wrong is refused with file and code, and the rule language admits nothing but itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.checks.conditions import ConditionError, compile_condition
from pipeline.rulebook import FILES, FOLDER, RuleError, load_rules


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "has.__class__",
        "value(name)",
        "1 + 1",
        "lambda: 1",
        "[1][0]",
        "unknown('x')",
        "has()",
        "has('a'",
        "count('a', 'b')",
    ],
)
def test_the_rule_language_refuses_what_is_not_in_it(text: str) -> None:
    with pytest.raises(ConditionError, match=re.escape("general.toml, INS-NAME")):
        compile_condition(text, where="general.toml, INS-NAME")


def rewritten(folder: Path, old: str, new: str) -> Path:
    """Copy the rule files, changing one text in general.toml."""
    for name in (*FILES, "lists.toml", "weights.toml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        if name == "general.toml":
            assert old in text
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('severity = "blocking"', 'severity = "urgent"', "'urgent' is not one of"),
        ('title = "ACORD 125"\n', "", "general.toml, APP-125-MISSING: title is missing"),
        ("for {insured}.", "for {nobody}.", "{nobody} is no word here"),
        ('check = "section_form"', 'check = "no_such"', "no check 'no_such'"),
        ('code = "INS-OPS"', 'code = "INS-NAME"', "INS-NAME stands twice"),
        ("requested('general_liability'", "asked('general_liability'", "no function 'asked'"),
        ('severity = "blocking"', "severity = blocking", "general.toml"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_file_and_code(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(RuleError, match=re.escape(says)):
        load_rules(rewritten(tmp_path, old, new))
