"""A paper sent anew: one version, its difference told, the item closed, and nothing else touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fixtures.cases import insureds
from fixtures.cases.contradictory import two_feins
from fixtures.cases.papers import application, blank_form
from fixtures.made import Made
from fixtures.mails import Mail, mail_id, render, sent_at
from pipeline import events
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import documents, facts, items, outbox, submissions
from pipeline.records.session import reading
from tests.flow.installation import installation, troubles, work_off

REF = "SUB-26-000001"
ACCOUNT = insureds.meridian_hill()
FIRST = two_feins(REF).mail


def again(day: int, *attachments: Made, text: str = "Corrected form attached, sorry.") -> Mail:
    """The agent's reply with papers."""
    return replace(
        FIRST,
        subject=f"RE: [{REF}] {FIRST.subject}",
        sent=sent_at(day, 10, 0),
        message_id=mail_id(ACCOUNT.agency.domain, ACCOUNT.key, day),
        text=f"{text}\n",
        html=None,
        inline=None,
        attachments=attachments,
    )


def corrected() -> Made:
    """The 130 with the FEIN of the 125."""
    (form,) = application(ACCOUNT, "130", sent=FIRST.sent.date())
    return replace(form, filename="ACORD 130 corrected.pdf")


def take(office: Office, mail: Mail) -> None:
    receive(office, raw=render(mail), source="test", key=mail.message_id)
    work_off(office)
    assert troubles(office.engine) == []


def stands(office: Office) -> dict[str, Any]:
    with reading(office.engine) as tx:
        one = submissions.by_ref(tx, REF)
        assert one is not None
        return {
            "facts": {name: fact.value for name, fact in facts.facts_of(tx, one.id).items()},
            "items": {record.item.key: record.item.state for record in items.items_of(tx, one.id)},
            "papers": {
                record.filed.name: (record.version, record.withdrawn_at is not None)
                for record in documents.documents_of(tx, one.id)
            },
            "told": [
                event.payload
                for event in events.events_of(tx, events.submission_stream(one.id))
                if event.kind == "document.revised"
            ],
            "mails": len(outbox.outgoing_of(tx, one.id)),
        }


def open_items(found: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    closed = ("satisfied", "superseded", "waived", "not_applicable")
    return {key for key, state in found["items"].items() if state not in closed}


def test_a_corrected_form_is_a_version_and_closes_what_it_corrects(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        take(office, FIRST)
        before = stands(office)
        assert ("APP-CONFLICT", "", "fein") in open_items(before)
        take(office, again(11, corrected()))
        after = stands(office)
    assert after["papers"]["ACORD 130 corrected.pdf"] == (2, False)
    assert after["papers"]["ACORD 130.pdf"] == (1, True)
    (told,) = after["told"]
    # The customer number and the modification of the sample accounts follow from the FEIN.
    assert (told["version"], told["whole"], told["counts"]) == (2, True, {"changed": 3})
    changed = {change["field"]: change for change in told["changes"]}
    assert set(changed) == {"agency_customer_id", "wc_mod_factor", "named_insureds[0].fein"}
    fein = changed["named_insureds[0].fein"]
    assert fein["before"].startswith("•••") and fein["before"] != fein["after"]
    assert open_items(after) == open_items(before) - {("APP-CONFLICT", "", "fein")}
    moved = {name for name in before["facts"] | after["facts"] if before["facts"].get(name) != after["facts"].get(name)}
    assert moved <= set(changed)


def test_the_same_bytes_again_are_no_version(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        take(office, FIRST)
        take(office, again(11, corrected()))
        before = stands(office)
        take(office, again(12, corrected(), text="And here it is once more."))
        after = stands(office)
    assert after["told"] == before["told"]
    assert (after["papers"], after["facts"], after["items"]) == (before["papers"], before["facts"], before["items"])


def test_an_empty_form_replaces_nothing(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        take(office, FIRST)
        before = stands(office)
        take(office, again(11, blank_form("130", "ACORD 130 empty.pdf")))
        after = stands(office)
    assert (after["told"], after["facts"]) == ([], before["facts"])
    assert after["papers"]["ACORD 130.pdf"] == (1, False)


def test_mails_filed_in_the_other_order_end_the_same(tmp_path: Path) -> None:
    late = again(8, *application(replace(ACCOUNT, fein="471839206"), "130", sent=FIRST.sent.date()))
    with installation(tmp_path) as office:
        take(office, replace(FIRST, attachments=(*FIRST.attachments[:2], corrected(), *FIRST.attachments[3:])))
        before = stands(office)
        take(office, late)
        after = stands(office)
    assert after["papers"]["ACORD 130 corrected.pdf"] == (2, False)
    assert after["papers"]["ACORD 130.pdf"] == (1, True)
    assert after["facts"] == before["facts"]
    assert open_items(after) == open_items(before)
