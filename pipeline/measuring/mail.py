"""All that is measured of mail, part by part, each against truth of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from pipeline.measuring.mail_intents import measure_intents
from pipeline.measuring.mail_machine import HOSTILE, SAMPLES, measure_hostile, measure_machine
from pipeline.measuring.mail_record import Followers, RecordMeasure, measure_record
from pipeline.measuring.mail_who import measure_who
from pipeline.measuring.measures import Measure

Split = Literal["tune", "test"]
SPLITS: Final[tuple[Split, ...]] = ("tune", "test")
#: Requirement N25: the right record for 998 of 1,000 threaded mails, and none across agencies.
_RIGHT, _ACROSS = 0.998, 0.0

Part = Callable[[Split, int, Followers], tuple[Measure, ...]]


def _record(split: Split, count: int, followers: Followers) -> tuple[Measure, ...]:
    found: RecordMeasure = measure_record(split, count, followers=followers)
    return (
        Measure(name="threaded mail on the right record", found=found.right, goal=_RIGHT),
        Measure(name="mail attached across agencies", found=found.across, goal=_ACROSS, least=False),
        Measure(name="submissions opened where they should", found=found.openings),
        *(Measure(name=f"  {kind.replace('_', ' ')}", found=share) for kind, share in found.kinds.items()),
    )


PARTS: Final[Mapping[str, tuple[int, Part]]] = MappingProxyType(
    {
        "machine": (SAMPLES, lambda split, count, followers: measure_machine(count)),
        "hostile": (HOSTILE, lambda split, count, followers: measure_hostile(count)),
        "who": (300, lambda split, count, followers: measure_who(split, count)),
        "intents": (2_000, lambda split, count, followers: measure_intents(split, count)),
        "record": (1_000, _record),
    }
)
"""Part → how many mails it takes unless told otherwise, and what measures it."""
