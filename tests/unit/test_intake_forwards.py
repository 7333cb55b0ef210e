"""Forwarded and answered mail: new words, quoted words, and who really wrote."""

from __future__ import annotations

import pytest

from intake.forwards import Unwound, unwind
from intake.message import Address, Attachment, InboundMessage

AGENT = "ann@fieldagency.example"
STAFF = "pat@house.example"
ASK = "Please quote Dunlap Mechanical, GL and auto, effective 1/15."


def took_apart(
    text: str,
    *,
    sender: str = AGENT,
    subject: str = "Dunlap",
    attached: tuple[InboundMessage, ...] | None = None,
    **more: object,
) -> Unwound:
    """Unwind a message and check that its ranges cover the text exactly once."""
    message = InboundMessage(
        sha256="0" * 64,
        size=1,
        message_id=None,
        subject=subject,
        sender=Address(email=sender) if sender else None,
        text=text,
        **more,  # type: ignore[arg-type]
    )
    found = unwind(message, own_domain="house.example", attached=attached)
    ranges = sorted([*found.new_ranges, *((block.start, block.end) for block in found.quoted)])
    assert "".join(text[start:end] for start, end in ranges) == text
    assert [start for start, _ in ranges[1:]] == [end for _, end in ranges[:-1]]
    return found


OUTLOOK = f"""Can you clear this?

-----Original Message-----
From: Ann Field <{AGENT}>
Sent: Monday, November 2, 2026 4:12 PM
To: Pat Moss <{STAFF}>
Cc: desk@house.example
Subject: Dunlap Mechanical

{ASK}
"""
OUTLOOK_RULE = f"""Can you clear this?

________________________________
From: Ann Field [mailto:{AGENT}]
Sent: Monday, November 2, 2026 4:12 PM
To: Pat Moss
Subject: Dunlap Mechanical

{ASK}
"""
OUTLOOK_BARE = f"""Can you clear this?

From: Ann Field <{AGENT}>
Sent: Monday, November 2, 2026 4:12 PM
To: Pat Moss <{STAFF}>
Subject: Dunlap Mechanical

{ASK}
"""
OUTLOOK_BOLD_SPACED = f"""Can you clear this?

*From:* Ann Field <{AGENT}>

*Sent:* Monday, November 2, 2026 4:12 PM

*To:* Pat Moss <{STAFF}>

*Subject:* Dunlap Mechanical

{ASK}
"""
GMAIL = f"""Can you clear this?

---------- Forwarded message ---------
From: Ann Field <{AGENT}>
Date: Mon, Nov 2, 2026 at 4:12 PM
Subject: Dunlap Mechanical
To: Pat Moss <{STAFF}>

{ASK}
"""
APPLE = f"""Can you clear this?

Begin forwarded message:

> From: Ann Field <{AGENT}>
> Subject: Dunlap Mechanical
> Date: November 2, 2026 at 4:12:09 PM CST
> To: Pat Moss <{STAFF}>
>
> {ASK}
"""
GERMAN = f"""Can you clear this?

-----Ursprüngliche Nachricht-----
Von: Ann Field <{AGENT}>
Gesendet: Montag, 2. November 2026 16:12
An: Pat Moss <{STAFF}>
Betreff: Dunlap Mechanical

{ASK}
"""
SPANISH = f"""Can you clear this?

De: Ann Field <{AGENT}>
Enviado el: lunes, 2 de noviembre de 2026 16:12
Para: Pat Moss <{STAFF}>
Asunto: Dunlap Mechanical

{ASK}
"""
FORMATS = {
    "outlook": OUTLOOK,
    "outlook with a rule": OUTLOOK_RULE,
    "outlook without a marker": OUTLOOK_BARE,
    "bold names, empty lines between": OUTLOOK_BOLD_SPACED,
    "gmail": GMAIL,
    "apple": APPLE,
    "german": GERMAN,
    "spanish": SPANISH,
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_forward_from_our_own_house_is_from_the_agent_in_its_block(name: str) -> None:
    found = took_apart(FORMATS[name], sender=STAFF, subject="FW: Dunlap Mechanical")
    assert found.kind == "forward"
    assert found.new_text == "Can you clear this?"
    assert found.true_sender is not None
    assert found.true_sender.email == AGENT
    assert found.confidence == 0.95
    assert found.forwarded_text == ASK
    (block,) = found.quoted
    assert (block.kind in ("header_block", "original_message"), block.subject) == (True, "Dunlap Mechanical")
    assert "16:12" in block.sent or "4:12" in block.sent


@pytest.mark.parametrize("name", FORMATS)
def test_the_block_alone_tells_a_forward_when_the_subject_does_not(name: str) -> None:
    assert took_apart(FORMATS[name], sender=STAFF, subject="please set up").kind == "forward"


def test_in_a_chain_the_first_outside_sender_is_meant_and_the_others_are_rivals() -> None:
    chain = f"""See below.

From: Lee Dow <lee@house.example>
Sent: Tuesday, November 3, 2026 8:00 AM
To: Pat Moss
Subject: FW: Dunlap

Pat, yours?

From: Ann Field <{AGENT}>
Sent: Monday, November 2, 2026 4:12 PM
To: Lee Dow
Subject: Dunlap

{ASK}

From: Joe Dunlap <joe@dunlapmech.example>
Sent: Monday, November 2, 2026 9:00 AM
To: Ann Field
Subject: insurance

Ann, my renewal is coming up.
"""
    found = took_apart(chain, sender=STAFF, subject="FW: FW: Dunlap")
    assert found.true_sender is not None
    assert found.true_sender.email == AGENT
    assert [one.email for one in found.rivals] == ["joe@dunlapmech.example"]
    assert found.confidence == 0.9
    assert found.forwarded_text == ASK
    assert [block.sender.email for block in found.quoted if block.sender] == [
        "lee@house.example",
        AGENT,
        "joe@dunlapmech.example",
    ]


def test_a_block_without_an_address_leaves_the_sender_open() -> None:
    text = "Clear?\n\nFrom: Ann Field\nSent: Monday, November 2, 2026 4:12 PM\nTo: Pat\nSubject: Dunlap\n\nQuote.\n"
    found = took_apart(text, sender=STAFF, subject="FW: Dunlap")
    assert (found.true_sender, found.confidence) == (None, 0.0)
    assert found.quoted[0].sender_text == "Ann Field"


def test_a_mail_forwarded_as_an_attachment_is_from_the_attached_sender() -> None:
    inner = Attachment(
        name="Dunlap.eml",
        media_type="message/rfc822",
        content=f"From: Ann Field <{AGENT}>\r\nSubject: Dunlap\r\n\r\n{ASK}".encode(),
        sha256="1" * 64,
        path=("2",),
    )
    found = took_apart("pls set up", sender=STAFF, subject="FW: Dunlap", attachments=(inner,))
    assert found.true_sender is not None
    assert (found.true_sender.email, found.confidence) == (AGENT, 0.9)


def test_an_agent_who_forwards_the_insureds_mail_stays_the_sender() -> None:
    text = OUTLOOK_BARE.replace(AGENT, "joe@dunlapmech.example")
    found = took_apart(text, subject="FW: insurance")
    assert found.true_sender is not None
    assert found.true_sender.email == AGENT
    assert [one.email for one in found.rivals] == ["joe@dunlapmech.example"]
    assert found.confidence < 0.95
    assert not found.is_unclear


def test_a_colleagues_mail_passed_on_is_the_colleagues() -> None:
    found = took_apart(OUTLOOK_BARE, sender="csr@fieldagency.example", subject="FW: Dunlap")
    assert found.true_sender is not None
    assert found.true_sender.email == AGENT
    assert [one.email for one in found.rivals] == ["csr@fieldagency.example"]


def test_a_robots_reply_to_is_the_person_behind_it() -> None:
    found = took_apart("New submission.", sender="no-reply@ams.example", reply_to=(Address(email=AGENT),))
    assert found.true_sender is not None
    assert (found.true_sender.email, found.confidence) == (AGENT, 0.85)


def test_a_plain_mail_is_all_new() -> None:
    found = took_apart(ASK)
    assert (found.kind, found.new_text, found.quoted) == ("original", ASK, ())
    assert found.true_sender == Address(email=AGENT)


def test_a_reply_above_a_quote_is_new_and_the_rest_is_quoted() -> None:
    text = """47-1839204 is the FEIN.

On Mon, Nov 2, 2026 at 9:00 AM Submissions <submissions@house.example>
wrote:

> 1) FEIN?
> 2) Roof year?
"""
    found = took_apart(text, subject="RE: 3 items")
    assert (found.kind, found.new_text) == ("reply", "47-1839204 is the FEIN.")
    (block,) = found.quoted
    assert (block.kind, block.sender) == (
        "on_wrote",
        Address(email="submissions@house.example", name="Submissions"),
    )


def test_answers_between_quoted_lines_are_new() -> None:
    text = """See answers below.

On Mon, Nov 2, 2026 at 9:00 AM, Submissions <submissions@house.example> wrote:
> 1) What is the FEIN?
47-1839204

> 2) Roof year?
>
2019, whole roof

> Thanks
> > older words
"""
    found = took_apart(text, subject="Re: 3 items")
    assert found.new_text.split("\n") == ["See answers below.", "", "47-1839204", "", "2019, whole roof"]


def test_a_quote_without_prefixes_is_quoted_to_its_end() -> None:
    text = "Attached.\n\nOn Mon, Nov 2, 2026 at 9:00 AM, Desk <d@house.example> wrote:\n\n1) FEIN?\n2) Roof?\n"
    assert took_apart(text, subject="RE: x").new_text == "Attached."


@pytest.mark.parametrize(
    "line",
    [
        "Am 02.11.2026 um 09:00 schrieb Desk <d@house.example>:",
        "Le lun. 2 nov. 2026 à 09:00, Desk <d@house.example> a écrit :",
        "El lun, 2 nov 2026 a las 9:00, Desk (<d@house.example>) escribió:",
    ],
)
def test_heads_in_other_languages_are_known(line: str) -> None:
    found = took_apart(f"Adjunto.\n\n{line}\n> FEIN?\n", subject="RE: x")
    assert found.new_text == "Adjunto."
    assert found.quoted[0].sender == Address(email="d@house.example", name="Desk")


def test_words_that_only_look_like_a_head_are_new() -> None:
    text = "On 11/2 the insured wrote:\nsee file\n"
    assert "see file" not in took_apart(text).new_text  # a head with a date is believed
    assert took_apart("On the roof the inspector wrote:\nnothing\n").new_text.endswith("nothing")
    assert took_apart("From: the desk of Ann\nTo: whom it may concern\nHello\n").quoted == ()


def test_a_signature_behind_its_separator_is_marked_and_kept() -> None:
    found = took_apart(f"{ASK}\n-- \nAnn Field\nField Agency\n555-0142\n")
    assert found.new_text == ASK
    assert [(block.kind, block.start) for block in found.quoted] == [("signature", len(ASK) + 1)]


def test_dashes_in_the_middle_of_a_long_letter_are_no_signature() -> None:
    text = "First\n--\n" + "a line\n" * 30
    assert took_apart(text).quoted == ()


def test_device_lines_disclaimers_and_banners_are_marked() -> None:
    text = f"""[EXTERNAL] This email originated outside of the organization. Do not click links.

{ASK}

Sent from my iPhone

CONFIDENTIALITY NOTICE: this message is intended solely for the addressee and may be privileged. If you received it
in error please notify the sender.
"""
    found = took_apart(text)
    assert found.new_text == ASK
    assert [block.kind for block in found.quoted] == ["banner", "device", "disclaimer"]


def test_a_letter_about_confidential_things_is_no_disclaimer() -> None:
    text = (
        "The schedule is confidential until the insured signs, so please keep the values in house for the time being."
    )
    assert took_apart(text).quoted == ()


def test_a_text_of_nothing_but_marks_ends() -> None:
    text = "From: a@b.example\nSent: 1\nTo: x\nSubject: y\n" * 5_000
    assert len(took_apart(text).quoted) <= 200


@pytest.mark.parametrize("piece", [">", "> ", "-", "_" * 50 + "\n", "On 1 ", "From: ", "On 1\n", "*", "[", " \n"])
def test_a_text_of_one_repeated_piece_costs_its_length(piece: str) -> None:
    took_apart((piece * 200_000)[:200_000])


def test_an_empty_text_is_taken_apart() -> None:
    assert took_apart("").new_text == ""
    assert took_apart("", sender="").true_sender is None


def from_staff(text: str) -> Unwound:
    return took_apart(text, sender=STAFF, subject="FW: Dunlap")


NAME_ONLY = "Clear?\n\nFrom: Field, Ann\nSent: Monday, November 2, 2026\nTo: Pat Moss\nSubject: Dunlap\n\n"


@pytest.mark.parametrize(
    "signed", [f"Ann Field\nField Agency\n{AGENT}", f"Best,\nAnn Field | {AGENT}\nAnn Field\n{AGENT}"]
)
def test_a_name_alone_is_whoever_signs_below_it(signed: str) -> None:
    found = from_staff(f"{NAME_ONLY}{ASK} Copy joe@dunlap.example.\n\n{signed}\n")
    assert found.true_sender is not None
    assert (found.true_sender.email, found.is_unclear) == (AGENT, False)


@pytest.mark.parametrize(
    "rest",
    ["", "Ann Field\njoe@dunlap.example\n", "Ann Field\nann@a.example\nann@b.example\n", "Call joe@dunlap.example"],
)
def test_a_name_alone_that_nothing_settles_is_asked_for(rest: str) -> None:
    found = from_staff(f"{NAME_ONLY}{ASK}\n\n{rest}\n")
    assert (found.true_sender, found.named, found.is_unclear) == (None, "Field, Ann", True)


def test_a_name_alone_above_an_outside_sender_leaves_that_one_in_doubt() -> None:
    below = f"From: Joe <joe@dunlap.example>\nSent: Monday\nTo: Ann Field <{AGENT}>\nSubject: x\n\nrenew\n"
    known = from_staff(f"{NAME_ONLY}{ASK}\n\n{below}")
    assert known.true_sender is not None
    assert known.true_sender.email == AGENT
    unknown = from_staff(f"{NAME_ONLY}{ASK}\n\n{below.replace('Ann Field', 'Desk')}")
    assert unknown.true_sender == Address(email="joe@dunlap.example", name="Joe")
    assert unknown.is_unclear


def test_fields_in_any_order_make_a_head_where_a_line_announces_it() -> None:
    head = f"Subject: \tDunlap\nDate: \tMon, 2 Nov 2026\nFrom: \tAnn Field <{AGENT}>\nTo: \tPat\n\n{ASK}\n"
    found = from_staff(f"\n-------- Forwarded Message --------\n{head}")
    assert found.true_sender == Address(email=AGENT, name="Ann Field")
    assert found.forwarded_text == ASK
    assert took_apart(head, subject="Dunlap").quoted == ()


def test_an_address_flattened_twice_is_one() -> None:
    text = f"See\n\nFrom: Ann Field <{AGENT}<mailto:{AGENT}>>\nSent: Monday\nTo: Pat\nSubject: x\n\n{ASK}\n"
    assert from_staff(text).true_sender == Address(email=AGENT, name="Ann Field")


def test_an_answer_whose_writer_has_no_address_is_a_name_too() -> None:
    found = from_staff(f"See\n\nOn Mon, Nov 2, 2026 at 9:00 AM Ann Field wrote:\n\n> {ASK}\n")
    assert (found.named, found.is_unclear) == ("Ann Field", True)


@pytest.mark.parametrize(
    ("line", "email"),
    [
        (f"Submitted by: Ann Field <{AGENT}>", AGENT),
        (f"Producer: Ann Field, {AGENT}", AGENT),
        (f"Agent name:\n{AGENT}", AGENT),
        (f"Insured contact: {AGENT}", "no-reply@ams.example"),
        (f"Write to {AGENT}", "no-reply@ams.example"),
    ],
)
def test_a_robot_names_whoever_submits_on_a_line_that_says_so(line: str, email: str) -> None:
    found = took_apart(f"New submission.\n{line}\n", sender="no-reply@ams.example")
    assert found.true_sender is not None
    assert (found.true_sender.email, found.is_unclear) == (email, email != AGENT)


def test_our_own_person_who_attaches_an_agents_mail_passes_it_on() -> None:
    inner = InboundMessage(
        sha256="1" * 64, size=1, message_id=None, subject="Dunlap", sender=Address(email=AGENT), text=f"{ASK}\n"
    )
    found = took_apart("pls set up", sender=STAFF, attached=(inner,))
    assert (found.kind, found.true_sender, found.forwarded_text) == ("forward", Address(email=AGENT), ASK)
    assert took_apart("fyi", attached=(inner,)).true_sender == Address(email=AGENT)


def test_people_of_a_public_provider_are_no_colleagues() -> None:
    text = OUTLOOK_BARE.replace(AGENT, "joe@gmail.com")
    found = took_apart(text, sender="ann@gmail.com", subject="FW: insurance")
    assert found.true_sender == Address(email="ann@gmail.com")
