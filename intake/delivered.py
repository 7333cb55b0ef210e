"""To which addresses a message came: named by its sender, or noted by the servers on the way."""

from __future__ import annotations

from typing import Final

from intake import addresses
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import InboundMessage

#: Headers in which the address a message was really delivered to may stand.
NOTED: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")


def named_to(message: InboundMessage) -> frozenset[str]:
    """Return the addresses in To and Cc, in lower case and without plus parts."""
    return frozenset(_plain(one.email) for one in (*message.to, *message.cc))


def noted_to(message: InboundMessage) -> frozenset[str]:
    """Return the addresses servers noted, in lower case and without plus parts."""
    values = ", ".join(value for name in NOTED for value in message.header_all(name))
    return frozenset(_plain(one.email) for one in addresses.parse(values, Meter(DEFAULT_BUDGET), ""))


def _plain(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
