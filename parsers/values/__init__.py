"""Turn raw text into a typed value, or say why not: dates, money, names, addresses, tax numbers, VINs, yes and no."""

from __future__ import annotations

from collections.abc import Callable

from parsers.values import amounts, answers, codes, contacts, dates, entities, names, property_codes
from parsers.values import vin as vins
from parsers.values.answers import unanswered
from parsers.values.masking import mask, mask_raw
from parsers.values.names import split_address, split_insured
from parsers.values.parsed import VALUE_REASONS, Context, Parsed, refused

TYPES: dict[str, Callable[[str, Context], Parsed]] = {
    "address": names.address,
    "cents": amounts.cents,
    "code": codes.code,
    "coinsurance": amounts.coinsurance,
    "construction": property_codes.construction,
    "date": dates.calendar_date,
    "dob": dates.birth_date,
    "email": contacts.email,
    "entity": entities.entity,
    "factor": amounts.factor,
    "fein": codes.fein,
    "gl_class": codes.gl_class,
    "inc_exc": answers.included_excluded,
    "insured": names.insured,
    "licence": codes.licence,
    "limit": amounts.limit,
    "mark": answers.marked,
    "money": amounts.money,
    "naic_company": codes.naic_company,
    "naics": codes.naics,
    "npn": codes.producer_number,
    "number": amounts.number,
    "percent": amounts.percent,
    "person": names.person,
    "phone": contacts.phone,
    "policy_number": codes.policy_number,
    "premium_basis": codes.premium_basis,
    "protection_class": property_codes.protection_class,
    "rate": amounts.rate,
    "sic": codes.sic,
    "sprinklered": property_codes.sprinklered,
    "ssn": codes.ssn,
    "start_date": dates.start_date,
    "state": codes.state,
    "text": names.text,
    "url": contacts.url,
    "vin": vins.vin,
    "wc_class": codes.wc_class,
    "year": dates.year,
    "yn": answers.yes_no,
    "zip": codes.zip_code,
}
"""Type name → parser. Form maps and header tables name their types from this list."""

RESTRICTED_TYPES: frozenset[str] = frozenset({"ssn", "dob", "licence"})

__all__ = [
    "RESTRICTED_TYPES",
    "TYPES",
    "VALUE_REASONS",
    "Context",
    "Parsed",
    "mask",
    "mask_raw",
    "parse",
    "refused",
    "split_address",
    "split_insured",
    "unanswered",
]


def parse(type_name: str, raw: str, context: Context | None = None) -> Parsed:
    """Read ``raw`` as the named type; raises KeyError for a type that is not in TYPES."""
    return TYPES[type_name](raw, context or _ALONE)


_ALONE = Context()
