"""Generate the two corpora: messages per intent and document texts per kind, each text from one part of templates."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.training import facts, grammar
from classifiers.wording import features, message_features

MAILS_PER_PART = 100
"""Messages per intent and part; with four parts 400, of which 100 are held out."""
DOCUMENTS_PER_PART = 60
TWO_WISHES = 0.3
"""Share of messages that carry a second wish in the same text; a third, for one in ten taught too little about it."""
CUED = 0.5
"""Share of training messages with a short cue; a third of them holds nothing else."""
_TEMPLATES = Path(__file__).parent / "templates"
_SILENT = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One made text: its labels, the part of the templates it is from, its features.

    ``subject``, ``attachments`` (kinds) and ``flags`` belong to messages only.
    """

    labels: tuple[str, ...]
    part: int
    text: str
    features: tuple[str, ...]
    subject: str = ""
    attachments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def mails(seed: int) -> tuple[Example, ...]:
    """Return the corpus of messages; the same for the same seed."""
    intents, around, held_out = _read("intents.toml"), _read("surroundings.toml"), _read("held_out.toml")
    worlds = [_Mails(intents=_cut(intents, n), around=_cut({"": around}, n)[""]) for n in range(grammar.TRAINING)]
    apart = {name: {**entry, **held_out[name], "cues": []} for name, entry in intents.items()}
    worlds.append(_Mails(intents=apart, around=held_out["around"]))
    rng = random.Random(f"mails {seed}")
    return tuple(
        _mail(intent, world, number, rng)
        for number, world in enumerate(worlds)
        for intent in intents
        for _ in range(MAILS_PER_PART)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mails:
    """The templates of one part: per intent, and what stands around the sentence that matters."""

    intents: dict[str, Any]
    around: dict[str, list[str]]


def _cut(entries: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the entries with their lists of sentences cut down to one training part."""
    kept = ("cues", "attachments")
    return {
        name: {
            key: grammar.part(value, number, grammar.TRAINING) if isinstance(value, list) and key not in kept else value
            for key, value in entry.items()
        }
        for name, entry in entries.items()
    }


def _mail(intent: str, world: _Mails, number: int, rng: random.Random) -> Example:
    intents, around = world.intents, world.around
    bodies, labels, attached = _wish(intents[intent], rng), [intent], _attached(intents[intent], rng)
    if intent != _SILENT and rng.random() < TWO_WISHES:
        second = rng.choice([other for other in intents if other not in (intent, _SILENT, "spam_marketing")])
        said = _wish(intents[second], rng)
        bodies += [rng.choice(("", "Also, ", "And: ")) + said[0], *said[1:]]
        labels.append(second)
        attached += _attached(intents[second], rng)
    frame = [_pick(around[name], rng) for name in ("greetings", "openers", "closers", "signatures", "disclaimers")]
    text = "\n".join(filter(None, [*frame[:2], *bodies, *frame[2:]]))
    subject = _subject(intent, intents, rng)
    flags = tuple(flag for flag in ("reply", "forward", "ours") if rng.random() < intents[intent][flag])
    attachments = tuple(sorted(set(attached)))
    return Example(
        labels=tuple(labels),
        part=number,
        text=text,
        features=message_features(subject=subject, text=text, attachment_kinds=attachments, flags=flags),
        subject=subject,
        attachments=attachments,
        flags=flags,
    )


def _wish(entry: dict[str, Any], rng: random.Random) -> list[str]:
    """Return a body, and in training sometimes a short cue beside it or instead of it."""
    body = _pick(entry["bodies"], rng)
    if not entry["cues"] or (chance := rng.random()) >= CUED:
        return [body]
    cue = _pick(entry["cues"], rng)
    return [cue] if chance < CUED / 3 else [f"{cue}.", body]


def _attached(entry: dict[str, Any], rng: random.Random) -> list[str]:
    return list(rng.choice(entry["attachments"]).split())


def _subject(intent: str, intents: dict[str, Any], rng: random.Random) -> str:
    """Return a subject; some mails have none, some a meaningless one."""
    chance = rng.random()
    if chance < 0.06:
        return ""
    return _pick(intents[_SILENT if chance < 0.16 else intent]["subjects"], rng)


def _document(kind: str, pools: dict[str, Any], noise: Sequence[str], number: int, rng: random.Random) -> Example:
    def pick(pool: Sequence[str]) -> str:
        return _pick(grammar.part(pool, number), rng)

    lines = [pick(pools["titles"])] if rng.random() < 0.75 else []
    if pools["heads"] and (rng.random() < 0.85):
        lines.append(pick(pools["heads"]))
    if pools["rows"]:
        row = rng.choice(grammar.part(pools["rows"], number))
        repeat = rng.choice((0, 2, 5, 9, 20)) if pools["heads"] else rng.randint(1, 3)
        lines += [grammar.expand(row, rng, facts.fill) for _ in range(repeat)]
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
    return grammar.expand(rng.choice(pool), rng, facts.fill)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEMPLATES / name).read_text("utf-8"))
