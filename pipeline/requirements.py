"""Rule files → requirements, and requirements with facts → items: what is wanted, what we have, where we looked.

Each rule of ``rules/*.toml`` says when it applies and either when it is satisfied (an expression) or which check
decides (a function of ``pipeline.checks``). Every rule that applies gives at least one item, satisfied ones too, so
that the score can be computed from the items alone. People's answers close items; a closed item is never asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline import guarding
from pipeline.answers import answer_for, close
from pipeline.checks.case import Case, case_of, with_equals
from pipeline.checks.finding import Finding, Rule
from pipeline.checks.registry import CHECKS
from pipeline.checks.resting import ASKS, weighed
from pipeline.rulebook import Rules
from pipeline.submission import LINES, Facts, Item, Line, LookedAt, Severity

SEVERITIES: tuple[Severity, ...] = ("blocking", "needed_to_quote", "needed_to_bind", "nice", "internal")
SURE, FAIR = 0.85, 0.6
"""A reading at or above SURE counts in full, at or above FAIR at 0.8, below at half."""


def evaluate(rules: Rules, facts: Facts) -> tuple[Item, ...]:
    """Return every applicable item with its state, most pressing first, then by line, then in rule order."""
    case = case_of(facts, rules.lists)
    early = [item for rule in rules.requirements if not rule.late for item in _items(rule, case)]
    asked = {kind for item in early if item.is_open for kind in item.kinds}
    case = replace(case, open_kinds=with_equals(tuple(asked)))
    items = early + [item for rule in rules.requirements if rule.late for item in _items(rule, case)]
    order = {line: place for place, line in enumerate(facts.lines)}
    distinct: dict[tuple[str, str, str], Item] = {}
    for item in items:
        distinct.setdefault(item.key, item)
    return tuple(sorted(distinct.values(), key=lambda item: _place(item, order)))


def _place(item: Item, order: Mapping[Line, int]) -> tuple[int, int]:
    return SEVERITIES.index(item.severity), order.get(item.line, -1) if item.line else -1


def _items(rule: Rule, case: Case) -> list[Item]:
    lines: list[Line | None] = [line for line in case.facts.lines if line in rule.lines]
    if not rule.lines:
        lines = [None]
    if not lines or not rule.applies(case):
        return []
    return [
        _item(rule, case, line, finding)
        for line in lines
        for finding in weighed(case, rule, line or "", _findings(rule, case, line))
    ]


def _findings(rule: Rule, case: Case, line: Line | None) -> tuple[Finding, ...]:
    if rule.check is not None:
        return CHECKS[rule.check].run(case, rule, line or "")
    if rule.satisfied is not None and rule.satisfied(case):
        return (Finding(state="satisfied", share=_confidence(rule, case)),)
    came = case.unusable(rule.kinds)
    if came:
        return (Finding(state="partially_received", share=0.25),)
    return (Finding(),)


def _confidence(rule: Rule, case: Case) -> float:
    """Return how much a satisfied field counts: a doubtful reading counts less than a sure one."""
    resolved = case.facts.fields.get(rule.field) if rule.field else None
    if resolved is None or resolved.status in ("agent_confirmed", "uw_overridden") or resolved.confidence >= SURE:
        return 1.0
    return 0.8 if resolved.confidence >= FAIR else 0.5


def _item(rule: Rule, case: Case, line: Line | None, finding: Finding) -> Item:
    by_rule: Severity = next((level for when, level in rule.severities if when(case)), rule.severity)
    title, ask = (_guarded(rule, case, text) for text in _wording(rule, case, line, finding))
    item = Item(
        code=rule.code,
        line=line,
        # Files are found again by their names: only what rows are called is guarded.
        subject=_guarded(rule, case, finding.subject) if rule.of_rows else finding.subject,
        severity=finding.severity or by_rule,
        state=finding.state,
        ask=ask,
        title=title,
        have=finding.have,
        looked_at=finding.looked_at or _looked_at(rule, case),
        why=rule.why,
        example=rule.example,
        field=finding.field or rule.field,
        field_type=finding.field_type or rule.field_type,
        kinds=rule.kinds if finding.kinds is None else finding.kinds,
        group=rule.group,
        satisfied_share=finding.share,
        accepts_none=rule.accepts_none,
    )
    answers = [one for one in case.facts.answers if finding.since is None or one.at >= finding.since]
    answer = answer_for(item, answers)
    return close(item, answer) if answer else item


def _guarded(rule: Rule, case: Case, text: str) -> str:
    return guarding.guarded(text, case.secrets, as_of=case.as_of if rule.of_rows else None)


def _wording(rule: Rule, case: Case, line: Line | None, finding: Finding) -> tuple[str, str]:
    """Return the title and the ask, which reads "Title: ask" and stands alone."""
    words = _Words(finding.subject)
    words.update(insured=case.insured or "the insured", line=LINES.get(line or "", line or ""), subject=finding.subject)
    words.update(finding.words)
    title = rule.titles.get(finding.variant, rule.titles[""]).format_map(words)
    title = title[:1].upper() + title[1:]
    if finding.state == "satisfied":
        return title, ""
    waits = finding.state == "received_unverified"
    told = ASKS[finding.variant] if waits else rule.asks.get(finding.variant, rule.asks[""])
    ask = told.format_map(words)
    return title, f"{title}: {ask}".replace("..", ".")


class _Words(dict[str, str]):
    """The words of a title or an ask; what a satisfied finding does not say is its subject."""

    def __init__(self, subject: str) -> None:
        super().__init__()
        self.subject = subject

    def __missing__(self, key: str) -> str:
        return self.subject


def _looked_at(rule: Rule, case: Case) -> tuple[LookedAt, ...]:
    """Return the papers in which a rule looks: those of its own list, else of the kinds it wants."""
    papers = case.of_kind(*(rule.looks_in or rule.kinds))
    return tuple(LookedAt(document=paper.id, page=paper.pages[0]) for paper in papers)
