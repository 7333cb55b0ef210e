"""The mails of the sample mailbox against their truth: disposition, true sender, and all and only the files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import fixtures
from intake.forwards import unwind
from intake.mime import parse
from intake.screen import RULES, screen
from intake.sources.folder import FolderSource
from intake.sources.source import Fetched
from intake.unpack import unpack

MAILBOX = Path(fixtures.__file__).parent / "mailbox"
MAILS = {one.key: one.raw for one in FolderSource(MAILBOX).messages() if isinstance(one, Fetched)}
OURS = {rule.id for rule in RULES}


def truth(key: str) -> dict[str, Any]:
    """Return what stands beside a mail."""
    return tomllib.loads((MAILBOX / key).with_suffix(".toml").read_text())


def test_there_are_mails_to_judge() -> None:
    assert len(MAILS) >= 20


@pytest.mark.parametrize("key", MAILS)
def test_a_sample_mail_is_screened_as_its_truth_says(key: str) -> None:
    message, expected = parse(MAILS[key]), truth(key)
    assert message.defects == ()
    assert message.message_id == expected["message_id"]
    found = screen(message, own_addresses=("submissions@intake.example",), own_domain="intake.example")
    if expected.get("reason", "") in OURS | {""}:  # what only a ledger can know, like a second delivery, is not ours
        assert (found.disposition, found.reason) == (expected["disposition"], expected.get("reason", ""))
    else:
        assert found.disposition == "accept"


@pytest.mark.parametrize("key", MAILS)
def test_the_true_sender_of_a_sample_mail_is_found(key: str) -> None:
    found = unwind(parse(MAILS[key]), own_domain="intake.example")
    assert found.true_sender is not None
    assert found.true_sender.email == truth(key)["true_sender"]


@pytest.mark.parametrize("key", [key for key in MAILS if truth(key)["disposition"] == "accept"])
def test_all_and_only_the_documents_of_a_sample_mail_are_files(key: str) -> None:
    found, expected = unpack(parse(MAILS[key])), truth(key)
    assert sorted(one.name for one in found.files) == sorted({one["file"] for one in expected.get("document", ())})
    others = [(line.name, line.detail) for line in found.ledger if line.fate != "file"]
    assert others == [(one["file"], one["kind"]) for one in expected.get("artefact", ())]
    for document in expected.get("document", ()):
        if "inside" in document:
            path = next(one.path for one in found.files if one.name == document["file"])
            assert document["inside"] in path
