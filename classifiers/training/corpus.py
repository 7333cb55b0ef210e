"""Generate the two corpora: messages per intent and document texts per kind, each text from one part of templates."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.training import facts, grammar
from classifiers.wording import features, message_features, sentence_features
from fixtures.mailcases import intents as truth
from fixtures.mailcases.intent_world import expand

MAILS: Mapping[truth.Split, int] = {"train": 10500, "tune": 2100, "test": 2100}
"""Messages of each split: 500 to learn from, 100 to tune with and 100 held out of each of the 21 intents."""
WISHED, BESIDE = 0.5, 0.2
"""Shares of the sentences that learning also sees alone, without what stands around them."""
DOCUMENTS_PER_PART = 60
_TEMPLATES = Path(__file__).parent / "templates"
_SILENT = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One made text: its labels, the part of the templates it is from, its features.

    ``subject``, ``attachments`` (kinds) and ``flags`` belong to messages only. A piece is one sentence of one, for
    learning alone: what wishes for something and what stands beside it and wishes for nothing.
    """

    labels: tuple[str, ...]
    part: int
    text: str
    features: tuple[str, ...]
    subject: str = ""
    attachments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    is_piece: bool = False


def mails(seed: int) -> tuple[Example, ...]:
    """Return the corpus of messages; the same for the same seed. Machine mail is left to its headers."""
    found = [
        (case, part)
        for split, count in MAILS.items()
        for case in truth.cases(split, count, seed=seed)
        if not case.automatic
        for part in [grammar.HELD_OUT if split == "test" else _hand(case)]
    ]
    rng = random.Random(f"pieces {seed}")
    whole = [message(case, part=part) for case, part in found]
    return (*whole, *(piece for case, part in found if part != grammar.HELD_OUT for piece in _pieces(case, part, rng)))


def _hand(case: truth.IntentCase) -> int:
    """Return the part of a mail of learning: one for each hand that wrote them, behind the part held out."""
    return grammar.HELD_OUT + 1 + case.part + (len(truth.HANDS["train"]) if case.split == "tune" else 0)


def _pieces(case: truth.IntentCase, part: int, rng: random.Random) -> Iterator[Example]:
    """Yield some sentences of a mail that learning sees alone."""
    said = [((wish,), text) for wish, text in case.said if rng.random() < WISHED]
    beside = [((), text) for text in case.beside if rng.random() < BESIDE]
    for labels, text in (*said, *beside):
        yield Example(labels=labels, part=part, text=text, features=sentence_features(text), is_piece=True)


def message(case: truth.IntentCase, *, part: int) -> Example:
    """Return one mail of the truth as an example: the words that count and the facts about it."""
    facts_known = (("reply", case.reply), ("forward", case.forward), ("ours", case.ours), ("internal", case.internal))
    flags = tuple(name for name, on in facts_known if on)
    text = f"{case.note}\n\n{case.text}" if case.note else case.text
    return Example(
        labels=case.wishes,
        part=part,
        text=text,
        features=message_features(subject=case.subject, text=text, attachment_kinds=case.attachments, flags=flags),
        subject=case.subject,
        attachments=case.attachments,
        flags=flags,
    )


def documents(seed: int) -> tuple[Example, ...]:
    """Return the corpus of document texts, one label each; the same for the same seed."""
    kinds = _read("kinds.toml")
    rng = random.Random(f"documents {seed}")
    noise = [prose for kind, pools in kinds.items() if kind.startswith("acord") is False for prose in pools["prose"]]
    return tuple(
        _document(kind, pools, noise, number, rng)
        for number in range(grammar.PARTS)
        for kind, pools in kinds.items()
        for _ in range(DOCUMENTS_PER_PART * (3 if kind == _SILENT else 1))
    )


def data_hash(examples: Iterable[Example]) -> str:
    """Return the sha256 over labels, part and text of ``examples`` in order."""
    digest = hashlib.sha256()
    for example in examples:
        fields = (
            *example.labels,
            str(example.part),
            example.subject,
            example.text,
            *example.attachments,
            *example.flags,
            "",
        )
        digest.update("\0".join(fields).encode())
    return digest.hexdigest()


def _document(kind: str, pools: dict[str, Any], noise: Sequence[str], number: int, rng: random.Random) -> Example:
    def pick(pool: Sequence[str]) -> str:
        return _pick(grammar.part(pool, number), rng)

    lines = [pick(pools["titles"])] if rng.random() < 0.75 else []
    if pools["heads"] and (rng.random() < 0.85):
        lines.append(pick(pools["heads"]))
    if pools["rows"]:
        row = rng.choice(grammar.part(pools["rows"], number))
        repeat = rng.choice((0, 2, 5, 9, 20)) if pools["heads"] else rng.randint(1, 3)
        lines += [expand(row, rng, facts.fill) for _ in range(repeat)]
    if "core" in pools:
        lines += [_pick(pools["core"], rng) for _ in range(rng.randint(2, 6))]
    if pools.get("printed"):
        lines += [_pick(pools["prose"], rng) for _ in range(rng.randint(2, 6))]
    else:
        lines += [pick(pools["prose"]) for _ in range(rng.randint(1 if pools["heads"] else 2, 4))]
    rng.shuffle(lines)
    if rng.random() < 0.3:
        lines.append(pick(["{insured} {address}", "{agency} {phone} {email}", "Page {n} of {n}", "{person} {date}"]))
    if rng.random() < 0.1:
        lines.append(pick(noise))
    text = "\n".join(lines)
    return Example(labels=(kind,), part=number, text=text, features=features(text))


def _pick(pool: Sequence[str], rng: random.Random) -> str:
    return expand(rng.choice(pool), rng, facts.fill)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEMPLATES / name).read_text("utf-8"))
