"""Hear the written mails and count per fact what was right, wrong and missed: ``python -m tests.bodies.hearing``."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from intake import forwards
from intake.message import InboundMessage
from parsers.extract import prose

TODAY = date(2026, 11, 22)
FACTS = {
    "insured": "named_insureds[0].name",
    "effective": "proposed_effective_date",
    "need_by": "need_by_date",
    "target": "target_premium",
    "expiring": "expiring_premium",
    "occurrence": "gl_limit_occurrence",
    "csl": "ca_limit_csl_or_bi_person",
}

_ENDING = re.compile(r",?\s+(?:LLC|Inc\.?|Incorporated|Corp\.?|Company|Co\.?|LP|PLLC)$")

Mail = Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """How often a fact was heard rightly, heard wrongly, and not heard although it was said."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def recall(self) -> float:
        """Return the share of said facts that were heard rightly."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def precision(self) -> float:
        """Return the share of heard facts that were right."""
        return self.right / max(self.right + self.wrong, 1)


@cache
def mails(part: str) -> Sequence[Mail]:
    """Return the mails of ``tune`` or ``held_out``."""
    found: Sequence[Mail] = tomllib.loads((Path(__file__).parent / f"{part}.toml").read_text("utf-8"))["mail"]
    return found


def heard(mail: Mail) -> dict[str, str]:
    """Return what the product hears in one mail, by the names of the truth."""
    subject = mail.get("subject", "")
    message = InboundMessage(sha256="", size=0, message_id=None, sender=None, subject=subject, text=mail["text"])
    unwound = forwards.unwind(message, own_domain="intake.example")
    words = "\n\n".join(text for text in (unwound.new_text, unwound.forwarded_text) if text)
    said = prose.read(words, subject="" if unwound.kind == "reply" else subject, as_of=TODAY)
    found = {one.field: str(one.value) for one in said.fields if one.value is not None}
    return {fact: found[field] for fact, field in FACTS.items() if field in found}


def bare(mail: Mail) -> Mail:
    """Return a mail whose insured has lost the legal ending of its name, as in ``Fox Hollow Winery``."""
    name = mail.get("insured", "")
    short = _ENDING.sub("", name)
    if short == name:
        return mail
    return {fact: told.replace(name, short) for fact, told in mail.items()}


def tallies(part: str, *, without_endings: bool = False) -> dict[str, Tally]:
    """Count over all mails of a part, as they stand or with the legal endings of the insureds' names cut off."""
    counted = {fact: Tally() for fact in FACTS}
    for mail in [bare(mail) if without_endings else mail for mail in mails(part)]:
        told = heard(mail)
        for fact, tally in counted.items():
            is_right = plain(told.get(fact, "")) == plain(mail.get(fact, ""))
            tally.right += fact in told and is_right
            tally.wrong += fact in told and not is_right
            tally.missed += fact in mail and not (fact in told and is_right)
    return counted


def plain(value: str) -> str:
    """Return a value without what no reader would call a difference: case, an article, commas and full stops."""
    return value.casefold().removeprefix("the ").replace(",", "").replace(".", "")


def main() -> None:
    """Print the figures of both parts; with ``-v`` every mistake in the part that rules are fitted to."""
    for part in ("tune", "held_out"):
        for fact, tally in tallies(part).items():
            shown = f"{tally.right} right, {tally.wrong} wrong, {tally.missed} missed"
            sys.stdout.write(
                f"{part:9} {fact:10} recall {tally.recall:.3f} precision {tally.precision:.3f} ({shown})\n"
            )
        short = tallies(part, without_endings=True)["insured"]
        sys.stdout.write(f"{part:9} names without a legal ending: recall {short.recall:.3f}, ")
        sys.stdout.write(f"precision {short.precision:.3f}\n")
    for mail in mails("tune") if "-v" in sys.argv else ():
        told = heard(mail)
        for fact in FACTS:
            if plain(told.get(fact, "")) != plain(mail.get(fact, "")):
                sys.stdout.write(f"{fact}: {told.get(fact)!r}, not {mail.get(fact)!r}: {mail['text'][:150]!r}\n")


if __name__ == "__main__":
    main()
