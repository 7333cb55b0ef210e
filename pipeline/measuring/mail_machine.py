"""Machine mail of twelve systems, and mails made to break readers: what gets through, and what is lost."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any, Final

from intake import mime, unpack
from intake.screen import screen
from pipeline.measuring.intervals import Share
from pipeline.measuring.measures import Measure

SAMPLES: Final = 600
HOSTILE: Final = 10_000


def measure_machine(count: int = SAMPLES) -> tuple[Measure, ...]:
    """Screen machine mail; none may be accepted, and every report must name the mail of ours that it is about."""
    machine: Any = import_module("fixtures.mailcases.machine")
    passed = tied = reports = n = 0
    for sample in machine.cases(count):
        n += 1
        seen = screen(mime.parse(sample.raw), own_addresses=[machine.OURS], own_domain=machine.OUR_DOMAIN)
        passed += seen.disposition == "accept"
        if sample.kind in ("bounce", "delay"):
            reports += 1
            tied += seen.bounce is not None and seen.bounce.original_message_id == sample.answers
    return (
        Measure(name="machine mail that passes the screen", found=Share(hits=passed, n=n), goal=0.0, least=False),
        Measure(name="reports tied to the mail they are about", found=Share(hits=tied, n=reports), goal=0.99),
    )


def measure_hostile(count: int = HOSTILE) -> tuple[Measure, ...]:
    """Take hostile mails apart; whole attachments must all be found, and none may take two seconds."""
    hostile: Any = import_module("fixtures.mailcases.hostile")
    found = attached = slow = n = 0
    slowest = 0.0
    for sample in hostile.cases(count):
        n += 1
        began = time.process_time()
        unpacked = unpack.unpack(mime.parse(sample.raw))
        took = time.process_time() - began
        slow += took >= 2.0
        slowest = max(slowest, took)
        if sample.attached is not None:
            attached += sample.attached
            found += sum(file.content.startswith(b"%PDF") for file in unpacked.files)
    return (
        Measure(name="attachments of hostile mails found", found=Share(hits=found, n=attached), goal=1.0),
        Measure(name="hostile mails over two seconds", found=Share(hits=slow, n=n), goal=0.0, least=False),
        Measure(name="slowest hostile mail, seconds", found=slowest),
    )
