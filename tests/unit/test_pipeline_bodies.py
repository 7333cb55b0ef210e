"""What a mail's own words hold: lists on its page, answers between quoted lines, whose mail it is."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from parsers.document import ParsedDocument
from parsers.packing import Container, Opened, Room
from pipeline.house import House
from pipeline.report import message_report
from pipeline.stages import ReadMessage, read_message

ROWS = (("Driver", "DOB", "License #", "State"), ("Dana Kessler", "01/14/1990", "C5255587", "CA"))
TABLE = f"<table>{''.join('<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>' for row in ROWS)}</table>"
QUOTED = """
On Wed, Nov 18, 2026 at 9:00 AM Desk <desk@intake.example> wrote:
> 1. FEIN of the insured
84-1234567
> 2. Year the roof was replaced
> 3. Driver list
will send Friday
"""


class NoFiles:
    """Reads nothing: these mails carry no files."""

    def read(self, content: bytes, *, name: str, declared: str | None = None) -> ParsedDocument:
        raise AssertionError(name)

    def read_all(self, files: Sequence[tuple[bytes, str, str | None]]) -> tuple[ParsedDocument, ...]:
        assert not files
        return ()

    def unpack(self, content: bytes, *, kind: Container, room: Room) -> Opened:
        raise AssertionError(kind)


def read(text: str, *, html: str = "", subject: str = "Auto quote", answers: str = "") -> ReadMessage:
    mail = EmailMessage()
    mail["From"] = "Jo Hart <jo@harbor-agency.example>"
    mail["To"] = "desk@intake.example"
    mail["Subject"] = subject
    mail["Date"] = "Thu, 19 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = "<one@harbor-agency.example>"
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return read_message(mail.as_bytes(), reader=NoFiles(), house=House(addresses=frozenset(), domain="intake.example"))


def kinds(message: ReadMessage) -> list[str]:
    return [part.classification.kind for part in message.said.lists]


def test_a_table_on_the_page_is_read_where_the_text_beside_it_lacks_it() -> None:
    assert kinds(read("Please quote auto.", html=f"<p>Please quote auto.</p>{TABLE}")) == ["driver_list"]


def test_a_table_below_the_head_of_an_older_mail_is_not_read() -> None:
    older = (
        f"<p>Thanks!</p><p><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Jo<br><b>Subject:</b> Auto</p>{TABLE}"
    )
    assert kinds(read("Thanks!", html=older, subject="RE: Auto", answers="<x@intake.example>")) == []


def test_a_table_in_a_forwarded_mail_is_read() -> None:
    head = "<p>---------- Forwarded message ---------</p><p>From: Al &lt;al@a.example&gt;<br>Date: Monday<br>"
    head += "Subject: Auto<br>To: Jo</p>"
    assert kinds(read("FYI", html=f"<p>FYI</p>{head}{TABLE}", subject="Fwd: Auto")) == ["driver_list"]


def test_a_list_of_violations_is_no_driver_list() -> None:
    rows = TABLE.replace("State", "Violations")
    assert kinds(read("See below.", html=f"<p>See below.</p>{rows}")) == []


def test_a_page_and_a_text_with_the_same_list_give_it_once() -> None:
    text = "Please quote auto.\n\n" + "\n".join("\t".join(row) for row in ROWS)
    assert kinds(read(text, html=f"<p>Please quote auto.</p>{TABLE}")) == ["driver_list"]


def test_answers_between_quoted_items_are_heard() -> None:
    message = read(f"See below.\n{QUOTED}", subject="RE: Items needed", answers="<x@intake.example>")
    assert dict(message.said.numbered) == {1: "84-1234567", 3: ""}


def test_a_company_named_by_the_way_does_not_say_whose_reply_it_is() -> None:
    words = "We spoke to Delmar Sign Company about it."
    names = [
        [one.value for one in message.said.facts.fields if one.field == "named_insureds[0].name"]
        for message in (read(words), read(words, subject="RE: Items needed", answers="<x@intake.example>"))
    ]
    assert names == [["Delmar Sign Company"], []]


def test_lines_of_a_new_mail_with_an_older_one_below_are_those_it_asks_for() -> None:
    older = "-----Original Message-----\nFrom: Al\nSubject: other\nPlease quote umbrella."
    message = read(f"Please quote auto and GL.\n\n{older}", subject="Grayling Freight LLC - submission")
    assert sorted(one.line for one in message.said.lines) == ["commercial_auto", "general_liability"]


def test_a_list_in_the_mail_itself_is_told_of_in_the_report_of_the_mail() -> None:
    page = "<table><tr><td>Name</td><td>DOB</td><td>License #</td><td>State</td></tr>"
    page += "<tr><td>Dana Kessler</td><td>01/14/1990</td><td>C5255587</td><td>CA</td></tr></table>"
    report = message_report(read("Please quote auto.", html=page), shown="m.eml", seconds=0.1, decided=None)
    (document,) = report["documents"]
    assert (document["file"], document["kind"], document["status"]) == (
        "driver list in the e-mail",
        "driver_list",
        "read",
    )
    assert [row["dob"] for table in document["tables"] for row in table["rows"]] == ["••••••••••"]
