"""The rule files as frozen types: read once, checked whole, refused with file and code when something is wrong."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from pipeline.checks.conditions import ConditionError, compile_condition
from pipeline.checks.finding import Rule
from pipeline.checks.lists import Compared, ComparedRow, ComparedRows, Lists, Question
from pipeline.checks.registry import CHECKS
from pipeline.checks.resting import RESTS_ON
from pipeline.submission import LINES, Line, Severity

FOLDER = Path(__file__).parent / "rules"
FILES = (
    "general.toml",
    "loss_history.toml",
    "general_liability.toml",
    "commercial_property.toml",
    "commercial_auto.toml",
    "workers_compensation.toml",
)
"""In the order in which items of equal weight are asked."""

GROUPS = ("identity", "dates_limits", "operations", "exposure", "losses", "supplements", "prior", "hygiene")
SEVERITIES = ("blocking", "needed_to_quote", "needed_to_bind", "nice", "internal")
COMMON_WORDS = frozenset({"insured", "line", "subject"})
_NEEDED = frozenset({"code", "title", "severity", "group", "ask"})
_TEXTS = ("why", "example", "supplier")
_KNOWN = _NEEDED | frozenset(
    {"lines", "applies_when", "satisfied_when", "check", "severities", "asks", "titles", "kinds", "looks_in", "field"}
    | {"field_type", "accepts_none", "late", "rests_on", "of_rows", *_TEXTS}
)


class RuleError(ValueError):
    """A rule file that cannot be used; the message names the file, the requirement and what to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points per group and line, and per severity inside a group."""

    lines: Mapping[Line, Mapping[str, int]]
    severity: Mapping[str, int]

    def of(self, line: Line) -> Mapping[str, int]:
        """Return the points of the groups for a line; one without a table weighs like general liability."""
        return self.lines.get(line, self.lines["general_liability"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything the decisions read from files."""

    requirements: tuple[Rule, ...]
    lists: Lists
    weights: Weights

    @property
    def codes(self) -> frozenset[str]:
        """Return every code there is."""
        return frozenset(rule.code for rule in self.requirements)


@cache
def default_rules() -> Rules:
    """Return the rules that come with the product, read once a process."""
    return load_rules(FOLDER)


def load_rules(folder: Path) -> Rules:
    """Read and check the rule files of a folder. Raise RuleError with file and code when one is wrong."""
    found = [rule for name in FILES for rule in _read_rules(folder / name)]
    codes = [rule.code for rule in found]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RuleError(f"{folder}: {', '.join(twice)} stands twice; each code must be there once")
    return Rules(requirements=tuple(found), lists=_lists(folder), weights=_weights(folder))


def _read_rules(path: Path) -> list[Rule]:
    entries = _toml(path).get("requirement", [])
    return [_rule(entry, f"{path.name}, {entry.get('code', f'requirement {n}')}") for n, entry in enumerate(entries, 1)]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RuleError(f"{path}: cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path}: {error}") from error


def _rule(entry: dict[str, Any], where: str) -> Rule:
    _refuse_bad_keys(entry, where)
    try:
        rule = Rule(
            code=entry["code"],
            titles={"": entry["title"], **entry.get("titles", {})},
            asks={"": entry["ask"], **entry.get("asks", {})},
            severity=_severity(entry["severity"], where),
            group=_one_of(entry["group"], GROUPS, where),
            applies=compile_condition(entry.get("applies_when", "True"), where=where),
            lines=tuple(_one_of(line, tuple(LINES), where) for line in entry.get("lines", ())),
            satisfied=compile_condition(entry["satisfied_when"], where=where) if "satisfied_when" in entry else None,
            check=entry.get("check"),
            severities=tuple(
                (compile_condition(case["when"], where=where), _severity(case["severity"], where))
                for case in entry.get("severities", ())
            ),
            kinds=tuple(entry.get("kinds", ())),
            looks_in=tuple(entry.get("looks_in", ())),
            field=entry.get("field"),
            field_type=entry.get("field_type"),
            accepts_none=entry.get("accepts_none", True),
            late=entry.get("late", False),
            of_rows=entry.get("of_rows", False),
            rests_on=_one_of(entry["rests_on"], tuple(sorted(RESTS_ON)), where) if "rests_on" in entry else None,
            **{name: entry[name] for name in _TEXTS if name in entry},
        )
    except ConditionError as error:
        raise RuleError(str(error)) from error
    _refuse_unknown_words(rule, where)
    return rule


def _refuse_bad_keys(entry: dict[str, Any], where: str) -> None:
    missing, unknown = _NEEDED - entry.keys(), entry.keys() - _KNOWN
    if missing:
        raise RuleError(f"{where}: {', '.join(sorted(missing))} is missing")
    if unknown:
        raise RuleError(f"{where}: {', '.join(sorted(unknown))} is unknown")
    if ("check" in entry) == ("satisfied_when" in entry):
        raise RuleError(f"{where}: give either check or satisfied_when")
    if "check" in entry and entry["check"] not in CHECKS:
        raise RuleError(f"{where}: no check {entry['check']!r}; there are {', '.join(sorted(CHECKS))}")


def _refuse_unknown_words(rule: Rule, where: str) -> None:
    known = COMMON_WORDS | (CHECKS[rule.check].words if rule.check else frozenset())
    for text in (*rule.asks.values(), *rule.titles.values()):
        for _, word, _, _ in string.Formatter().parse(text):
            if word is not None and word not in known:
                raise RuleError(f"{where}: {{{word}}} is no word here; there are {', '.join(sorted(known))}")


def _severity(value: str, where: str) -> Severity:
    return cast(Severity, _one_of(value, SEVERITIES, where))


def _one_of(value: str, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise RuleError(f"{where}: {value!r} is not one of {', '.join(known)}")
    return value


def _lists(folder: Path) -> Lists:
    path = folder / "lists.toml"
    data = _toml(path)
    try:
        return Lists(
            editions={kind: frozenset(known) for kind, known in data["editions"].items()},
            sections={line: tuple(forms) for line, forms in data["sections"].items()},
            questions=tuple(
                Question(field=q["field"], words=q["words"], remarks=tuple(q["remarks"])) for q in data["question"]
            ),
            compared=tuple(
                Compared(field=c["field"], words=c["words"], forms_only=c.get("forms_only", False))
                for c in data["compared"]
            ),
            roof_states=frozenset(data["states"]["roof"]),
            monopolistic_states=frozenset(data["states"]["monopolistic"]),
            compared_rows=tuple(
                ComparedRow(group=c["group"], column=c["column"], unit=c["unit"], words=c["words"])
                for c in data["compared_row"]
            ),
            compared_sets=tuple(
                ComparedRows(group=c["group"], unit=c["unit"], forms=dict(c["forms"]), lists=tuple(c["lists"]))
                for c in data["compared_rows"]
            ),
        )
    except KeyError as error:
        raise RuleError(f"{path.name}: {error} is missing") from error


def _weights(folder: Path) -> Weights:
    path = folder / "weights.toml"
    data = _toml(path)
    for line, points in data.get("lines", {}).items():
        if set(points) != set(GROUPS) or any(not isinstance(p, int) or p < 0 for p in points.values()):
            raise RuleError(f"{path.name}, {line}: give a whole number of points for each of {', '.join(GROUPS)}")
    if "general_liability" not in data.get("lines", {}) or set(data.get("severity", {})) != set(SEVERITIES[:4]):
        raise RuleError(f"{path.name}: lines.general_liability and the four severities are needed")
    return Weights(lines=data["lines"], severity=data["severity"])
