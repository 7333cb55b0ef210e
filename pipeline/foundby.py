"""By what a submission can be found later: policies, the agency's own number of the customer, words of names."""

from __future__ import annotations

from pipeline import names, numbers
from pipeline.records import recordkeys
from pipeline.records.assessments import Case
from pipeline.records.session import Transaction
from pipeline.submission import Facts

POLICY_FIELDS = ("policy_number", "_policy", ".policy")


def keep_keys(tx: Transaction, case: Case, facts: Facts) -> None:
    """Keep the keys that the facts of a submission and the words of its mails give."""
    found: set[recordkeys.RecordKey] = set()
    for field, fact in facts.fields.items():
        if fact.value is None:
            continue
        value = str(fact.value)
        if field.endswith(POLICY_FIELDS):
            found.add(("policy", numbers.policy_key(value)))
        elif field == "agency_customer_id":
            found.add(("customer", numbers.customer_key(value)))
        elif field.startswith("named_insureds[") and field.endswith((".name", ".dba")):
            found |= {("word", word) for word in names.telling(value)}
    found |= {("policy", key) for key in numbers.policies_in(case.said)}
    found |= {("customer", key) for key in numbers.customers_in(case.said)}
    recordkeys.set_keys(tx, case.submission.id, (one for one in found if one[1]))
