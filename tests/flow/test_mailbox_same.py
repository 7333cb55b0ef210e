"""The same mail by several ways is one submission; other mail under the same name, or without one, is other mail."""

from __future__ import annotations

from collections import Counter

from pipeline.office import Office
from pipeline.records import submissions
from pipeline.records.session import reading
from tests.dovecot import Dovecot
from tests.flow.installation import MAILBOX, work_off
from tests.mailboxes import arrived, letter, post, visit

SUBMISSION = sorted(MAILBOX.glob("*.eml"))[0].read_bytes()


def delivered(raw: bytes, to: str) -> bytes:
    """Return a mail as it lies in one recipient's mailbox: each copy has the traces of its own way."""
    traces = f"Return-Path: <ann@agency.example>\r\nDelivered-To: {to}\r\nReceived: from a by b id {len(to)}\r\n"
    return traces.encode() + raw


def ends(office: Office) -> Counter[tuple[str, str]]:
    states = ("filed", "held", "discarded", "shunted")
    return Counter((state, one.reason or "") for state in states for one in arrived(office, state))


def opened(office: Office) -> int:
    with reading(office.engine) as tx:
        return len(submissions.listing(tx, submissions.Filter(), limit=100).submissions)


def test_a_mail_to_two_of_our_mailboxes_is_one_submission_and_both_are_noted(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    for name in ("submissions", "service"):
        dovecot.append(f"{user}-{name}", [delivered(SUBMISSION, f"{name}@intake.example")])
        assert visit(office, post(dovecot, f"{user}-{name}")) == 1
    work_off(office)
    assert opened(office) == 1
    [second] = [one for one in arrived(office, "discarded") if one.reason == "duplicate"]
    [first] = arrived(office, "filed")
    assert second.duplicate_of == first.id
    assert {first.source, second.source} == {f"imap:{user}-submissions/INBOX", f"imap:{user}-service/INBOX"}


def test_a_mail_delivered_twice_is_one_submission(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [SUBMISSION, SUBMISSION])
    assert visit(office, post(dovecot, user)) == 2
    work_off(office)
    assert opened(office) == 1
    assert ends(office)["discarded", "duplicate"] == 1


def test_other_content_under_the_same_message_id_is_another_mail(office: Office, dovecot: Dovecot, user: str) -> None:
    other = letter(1).replace(b"Letter 1.", b"Please quote Acme Roofing instead.")
    dovecot.append(user, [letter(1), other])
    assert visit(office, post(dovecot, user)) == 2
    work_off(office)
    assert ends(office)["discarded", "duplicate"] == 0
    assert sum(ends(office).values()) == 2


def test_mails_without_a_message_id_are_told_apart_by_what_they_say(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    nameless = [
        letter(number).replace(b"Message-ID: <%d@agency.example>\r\n" % number, kind)
        for number in range(2)
        for kind in (b"", b"Message-ID: \r\n", b"Message-ID: <>\r\n")
    ]
    dovecot.append(user, nameless)
    assert visit(office, post(dovecot, user)) == 6
    work_off(office)
    # The three copies of each letter differ in nothing that counts.
    assert sum(ends(office).values()) == 6
    assert ends(office)["discarded", "duplicate"] == 4
