"""The world the templates speak of: invented insureds, people, carriers, dates and amounts from a seeded source."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_CLASSES = (8810, 8742, 5403, 5645, 5437, 5445, 5551, 5606, 9102, 7380, 3632, 5537)


def fill(slot: str, rng: random.Random) -> str:
    """Return an invented value for ``slot``; raises KeyError for a slot the world does not know."""
    if made := _MADE.get(slot):
        return made(rng)
    return rng.choice(_lists()[slot])


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "templates" / "facts.toml").read_text("utf-8"))


def _one(name: str, rng: random.Random) -> str:
    return rng.choice(_lists()[name])


def _date(rng: random.Random) -> str:
    month, day, year = rng.randint(1, 12), rng.randint(1, 28), rng.randint(2024, 2027)
    shapes = (
        f"{month}/{day}/{year}",
        f"{month:02d}/{day:02d}/{year % 100}",
        f"{_lists()['month'][month - 1]} {day}, {year}",
    )
    return rng.choice(shapes)


def _insured(rng: random.Random) -> str:
    return f"{_one('name', rng)} {_one('company_kind', rng)}"


def _person(rng: random.Random) -> str:
    return f"{_one('first', rng)} {_one('last', rng)}"


def _money(rng: random.Random) -> str:
    amount = rng.choice((1, 10, 100, 1000)) * rng.randint(100, 9999)
    return rng.choice((f"${amount:,}", f"{amount:,}", f"{amount / 1000:.0f}k", f"${amount / 1_000_000 + 0.1:.1f}M"))


def _policy(rng: random.Random) -> str:
    number = rng.randint(100_000, 9_999_999)
    return rng.choice(
        (f"BP {number}-0{rng.randint(1, 9)}", f"CPP{number}", f"{number}-{rng.randint(1, 9)}", f"WC-{number}")
    )


def _address(rng: random.Random) -> str:
    street = f"{rng.randint(10, 9999)} {_one('street_name', rng)}"
    return f"{street}, {_one('city', rng)}, {_one('state', rng)} {rng.randint(10_000, 99_999)}"


def _email(rng: random.Random) -> str:
    return f"{_one('first', rng).lower()}@{_one('last', rng).lower()}insurance.example"


_MADE: dict[str, Callable[[random.Random], str]] = {
    "insured": _insured,
    "company": lambda rng: f"{_one('name', rng)} {_one('developer', rng)}",
    "person": _person,
    "date": _date,
    "xdate": lambda rng: f"{rng.randint(1, 12)}/{rng.randint(1, 28)}" + rng.choice(("", "/26", "/2027", "/27")),
    "money": _money,
    "amount": lambda rng: rng.choice(
        (f"{rng.randint(0, 90_000) / 7:,.2f}", f"{rng.randint(0, 400_000):,}", "0.00", "0")
    ),
    "payroll": lambda rng: rng.choice(
        (f"${rng.randint(1, 30) / 10}M", f"{rng.randint(90, 990)}k", f"${rng.randint(90, 990)},000")
    ),
    "policy": _policy,
    "quoteno": lambda rng: f"Q{rng.randint(10_000, 99_999)}",
    "claim": lambda rng: rng.choice(
        (f"{rng.randint(10**7, 10**9)}", f"CL-{rng.randint(10_000, 99_999)}", f"GL{rng.randint(10**5, 10**6)}")
    ),
    "vin": lambda rng: "1F" + "".join(rng.choice(_VIN) for _ in range(15)),
    "fein": lambda rng: f"{rng.randint(10, 98)}-{rng.randint(10**6, 10**7 - 1)}",
    "phone": lambda rng: f"({rng.randint(201, 989)}) 555-01{rng.randint(10, 99)}",
    "email": _email,
    "link": lambda rng: f"www.{_one('last', rng).lower()}.example",
    "address": _address,
    "street": lambda rng: f"{rng.randint(10, 9999)} {_one('street_name', rng)}",
    "zip": lambda rng: str(rng.randint(10_000, 99_999)),
    "pct": lambda rng: rng.choice((f"{rng.randint(2, 60)}%", f"{rng.randint(2, 20)}.5%")),
    "year": lambda rng: str(rng.randint(1962, 2027)),
    "n": lambda rng: str(rng.randint(2, 40)),
    "long": lambda rng: f"{rng.randint(1, 999_999):06d}",
    "code": lambda rng: str(rng.randint(1000, 99_999)),
    "num4": lambda rng: str(rng.choice(_CLASSES)),
    "licence": lambda rng: rng.choice((f"{rng.randint(10**7, 10**8)}", f"D{rng.randint(10**6, 10**7)}")),
}
