"""By what a submission can be found later: policies, the agency's own number of the customer, words of names."""

from __future__ import annotations

from pipeline import names, numbers
from pipeline.records import accounts, recordkeys
from pipeline.records.assessments import Case
from pipeline.records.session import Transaction
from pipeline.submission import Facts

POLICY_FIELDS = ("policy_number", "_policy", ".policy")


def keep_trade_names(tx: Transaction, account: int | None, case: Case, facts: Facts) -> None:
    """Keep what an account does business as, of forms and of mails, among the names it goes by."""
    said = [fact.value for field, fact in facts.fields.items() if field == "named_insureds[0].dba"]
    called = [*(str(value) for value in said if value), *names.trade_names_in(case.said)]
    for name in called if account is not None else ():
        key = names.normalise(name)
        if key and account is not None:
            accounts.add_alias(tx, account, name, key, "dba")


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
    found |= {("word", word) for name in names.trade_names_in(case.said) for word in names.telling(name)}
    found |= {("policy", key) for key in numbers.policies_in(case.said)}
    found |= {("customer", key) for key in numbers.customers_in(case.said)}
    recordkeys.set_keys(tx, case.submission.id, (one for one in found if one[1]))
