"""The small language of the rule files: ``requested('workers_compensation') and not has('wc_el_accident')``.

Python's parser reads it, a whitelist of nodes and functions admits it, and closures over a case run it. There is no
``eval``; a name that is not a function of this module, a wrong number of arguments or any other construct is refused
when the rules are loaded.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pipeline.checks.case import Case

Value = str | bool | int | float | Decimal | None
Condition = Callable[[Case], Value]
Comparison = Callable[[Any, Any], bool]


class ConditionError(ValueError):
    """An expression of a rule file that is not in the language; the message says what and where."""


def compile_condition(text: str, *, where: str) -> Condition:
    """Compile one expression; ``where`` names file and code in errors. Raise ConditionError for anything unknown."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ConditionError(f"{where}: {text!r} does not parse: {error.msg}") from error
    return _compile(tree.body, f"{where}: {text!r}")


def _compile(node: ast.expr, where: str) -> Condition:
    match node:
        case ast.Constant(value=str() | bool() | int() | float() | None as constant):
            return lambda case: constant
        case ast.BoolOp(op=op, values=values):
            return _both_or_either(op, [_compile(value, where) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _compile(operand, where)
            return lambda case: not inner(case)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(_compile(left, where), op, _compile(right, where), where)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, args, where)
    raise ConditionError(f"{where}: {type(node).__name__} is not allowed")


def _both_or_either(op: ast.boolop, parts: list[Condition]) -> Condition:
    if isinstance(op, ast.And):
        return lambda case: all(part(case) for part in parts)
    return lambda case: any(part(case) for part in parts)


def _comparison(left: Condition, op: ast.cmpop, right: Condition, where: str) -> Condition:
    compare = COMPARISONS.get(type(op))
    if compare is None:
        raise ConditionError(f"{where}: {type(op).__name__} is not allowed")

    def run(case: Case) -> bool:
        one, other = left(case), right(case)
        if one is None or other is None:
            return (one is other) if isinstance(op, ast.Eq) else (one is not other) and isinstance(op, ast.NotEq)
        return compare(one, other)

    return run


def _call(name: str, args: list[ast.expr], where: str) -> Condition:
    if name not in FUNCTIONS:
        raise ConditionError(f"{where}: no function {name!r}; there are {', '.join(sorted(FUNCTIONS))}")
    function, least, most = FUNCTIONS[name]
    texts = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if len(texts) != len(args):
        raise ConditionError(f"{where}: the arguments of {name} must be texts in quotes")
    if not least <= len(texts) <= most:
        raise ConditionError(f"{where}: {name} takes {least} to {most} arguments, not {len(texts)}")
    return lambda case: function(case, *texts)


def _business_type(case: Case, *wanted: str) -> bool:
    """Whether the nature of business is one of these, however the form's boxes were read."""
    if any(case.is_true(f"business_type.{kind}") for kind in wanted):
        return True
    rows = {unit.text("value") for unit in case.rows("business_type")} | {case.text("business_type")}
    return bool(rows & set(wanted))


def _any_row(case: Case, group: str, column: str, start: str) -> bool:
    return any(unit.text(column).startswith(start) for unit in case.rows(group))


def _starts(case: Case, name: str, *starts: str) -> bool:
    text = case.text(name)
    return bool(text) and text.startswith(starts)


def _words(case: Case, name: str, pattern: str) -> bool:
    """Whether a text mentions one of the words ``a|b|c``, other than right after "no"."""
    return bool(re.search(rf"(?<!\bno )\b(?:{pattern})\b", case.text(name), re.IGNORECASE))


def _said_amount(case: Case, pattern: str) -> bool:
    """Whether the agent's words give a number beside one of the words ``a|b``."""
    return bool(re.search(rf"\b(?:{pattern})\b[^.\n]{{0,40}}[\d$%]", case.facts.said, re.IGNORECASE))


def _years_in_business(case: Case) -> Decimal | None:
    stated = case.number("wc_years_in_business")
    started = case.day("business_start_date")
    if started is None:
        return stated
    return Decimal(((case.effective or case.as_of) - started).days) / Decimal("365.25")


def _days_ahead(case: Case, name: str) -> int | None:
    day = case.day(name)
    return (day - case.as_of).days if day else None


Function = Callable[..., Value]
FUNCTIONS: Mapping[str, tuple[Function, int, int]] = {
    "has": (lambda case, *names: all(case.has(name) for name in names), 1, 9),
    "has_any": (lambda case, *names: any(case.has(name) for name in names), 1, 9),
    "value": (lambda case, name: case.text(name), 1, 1),
    "number": (lambda case, name: case.number(name), 1, 1),
    "yes": (lambda case, name: case.is_true(name), 1, 1),
    "length": (lambda case, name: len(case.text(name)), 1, 1),
    "starts": (_starts, 2, 9),
    "words": (_words, 2, 2),
    "count": (lambda case, group: len(case.rows(group)), 1, 1),
    "any_row": (_any_row, 3, 3),
    "any_document": (lambda case, *kinds: case.any_document(*kinds), 1, 9),
    "requested": (lambda case, *lines: case.requested(*lines), 1, 9),
    "business_type": (_business_type, 1, 9),
    "years_in_business": (_years_in_business, 0, 0),
    "days_ahead": (_days_ahead, 1, 1),
    "said_amount": (_said_amount, 1, 1),
    "said": (lambda case, text: case.said(text), 1, 1),
    "new_venture": (lambda case: case.is_new_venture, 0, 0),
}
"""Function → what it does and how many arguments it takes."""

COMPARISONS: Mapping[type[ast.cmpop], Comparison] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
