"""The numbers as a table for people and as values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.columns import STEPS
from tests.bench.mails import Measured
from tests.bench.product import Cost

GOALS = {"typical": (5.0, 10.0), "dense": (5.0, 10.0), "fillable": (4.0, 10.0), "words": (0.0, 0.0)}
WORKER_GOAL = 250
MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured of one mail: processor seconds and bytes."""

    mail: Measured
    product: Cost
    floor: Mapping[str, float]
    careful: Mapping[str, float]
    naive: Mapping[str, float]
    read_here: float
    read_apart: float
    memory: Mapping[str, int]

    @property
    def over_floor(self) -> float:
        """Return how many floors the product costs."""
        return self.product.total / sum(self.floor.values())

    @property
    def under_popular(self) -> float:
        """Return how many times the product the careful popular stack costs."""
        return sum(self.careful.values()) / self.product.total


def shown(report: Report) -> str:
    """Return the table of one mail."""
    return "\n".join([*_head(report), *_by_stage(report), "", *_side_by_side(report), "", *_rest(report)])


def values(report: Report) -> dict[str, Any]:
    """Return the same as plain values, milliseconds and bytes."""
    mail, product = report.mail, report.product
    return {
        "mail": mail.name,
        "bytes": len(mail.raw),
        "files": len(mail.files),
        "pages": mail.pages,
        "cpu_ms": {
            "product": _ms(product.total),
            "floor": _ms(sum(report.floor.values())),
            "careful_popular": _ms(sum(report.careful.values())),
            "naive": _ms(sum(report.naive.values())),
        },
        "product_over_floor": round(report.over_floor, 2),
        "careful_popular_over_product": round(report.under_popular, 2),
        "product_stages_ms": {name: _ms(seconds) for name, seconds in _stages(product)},
        "steps_ms": {
            name: {step: _ms(column[step]) for step in STEPS}
            for name, column in (("floor", report.floor), ("careful_popular", report.careful), ("naive", report.naive))
        },
        "wall_ms": _ms(product.wall),
        "reading_ms": {"in_this_process": _ms(report.read_here), "in_children": _ms(report.read_apart)},
        "memory": dict(report.memory),
    }


def _head(report: Report) -> Iterator[str]:
    mail = report.mail
    yield f"== {mail.name}: {len(mail.raw) / MB:.2f} MB, {len(mail.files)} files, {mail.pages} PDF pages =="


def _by_stage(report: Report) -> Iterator[str]:
    total = report.product.total
    yield "product, processor ms by stage"
    for name, seconds in _stages(report.product):
        yield f"  {name:<34}{_ms(seconds):>9.1f}{100 * seconds / total:>7.0f} %"
    yield f"  {'all':<34}{_ms(total):>9.1f}   (wall {_ms(report.product.wall):.1f})"


def _side_by_side(report: Report) -> Iterator[str]:
    yield f"{'processor ms':<16}{'floor':>9}{'careful':>11}{'naive':>11}"
    for step in STEPS:
        columns = (report.floor[step], report.careful[step], report.naive[step])
        yield f"  {step:<14}" + f"{_ms(columns[0]):>9.1f}{_ms(columns[1]):>11.1f}{_ms(columns[2]):>11.1f}"
    sums = [sum(column.values()) for column in (report.floor, report.careful, report.naive)]
    yield f"  {'all':<14}" + f"{_ms(sums[0]):>9.1f}{_ms(sums[1]):>11.1f}{_ms(sums[2]):>11.1f}"
    most, least = GOALS[report.mail.name]
    yield f"product / floor           {report.over_floor:>6.2f}" + (f"   goal at most {most:g}" if most else "")
    yield f"careful popular / product {report.under_popular:>6.2f}" + (f"   goal at least {least:g}" if least else "")


def _rest(report: Report) -> Iterator[str]:
    if report.mail.files:
        extra = report.read_apart - report.read_here
        yield (
            f"reading its files: {_ms(report.read_here):.1f} ms here, {_ms(report.read_apart):.1f} ms in children; "
            f"isolation costs {_ms(extra):.1f} ms, {_ms(extra) / len(report.mail.files):.1f} a file"
        )
    if report.mail.pages:
        read = report.mail.pages / report.read_apart
        yield f"pages a processor second: {read:.0f} read, {_pages(report):.0f} all in all"
    memory = {name: size / MB for name, size in report.memory.items()}
    yield (
        f"memory, MB: worker peak {memory['worker_peak']:.0f} (goal at most {WORKER_GOAL}), after the first mail "
        f"{memory['worker_after_first']:.0f}, after the last {memory['worker_after_last']:.0f}; zygote "
        f"{memory['zygote']:.0f}; reading child {memory['child_peak']:.0f}, idle {memory['child_idle']:.0f}"
    )


def _pages(report: Report) -> float:
    return report.mail.pages / report.product.total


def _stages(product: Cost) -> list[tuple[str, float]]:
    return [*product.stages.items(), ("reading files: in the children", product.children)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
