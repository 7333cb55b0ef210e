"""An agency with two insureds, each with a submission of its own: for tests of what people put right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import agencies
from pipeline.records.session import transaction
from tests.flow.installation import installation, work_off

LIST = "Unit,Year,Make,Model,VIN\n1,2021,Ford,F-150,1FTFW1E50MFA00001\n2,2020,Ford,F-250,1FT7W2B60LEC00002\n"
ONE, TWO = "SUB-26-000001", "SUB-26-000002"


def mail(name: str, subject: str, text: str, attached: str = "", **headers: str) -> bytes:
    """Return a mail of the agency; ``attached`` are the rows of a list."""
    head = {
        "From": "Ann Ryder <ann@oak.example>",
        "To": "submissions@intake.example",
        "Subject": subject,
        "Date": "Thu, 19 Nov 2026 09:00:00 +0000",
        "Message-ID": f"<{name}@oak.example>",
        "MIME-Version": "1.0",
        **headers,
    }
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    if not attached:
        return f"{lines}Content-Type: text/plain\r\n\r\n{text}\r\n".encode()
    return (
        f'{lines}Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n{text}\r\n'
        f'--x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="vehicles.csv"\r\n\r\n'
        f"{attached}\r\n--x--\r\n"
    ).encode()


def asks(name: str, fein: str, day: str) -> str:
    """Return the words that ask for new business."""
    return (
        f"Please quote general liability and commercial auto for our client {name}, effective {day}.\n\n"
        f"Named insured: {name}\nFEIN: {fein}\nEffective date: {day}\n"
    )


def send(office: Office, key: str, raw: bytes) -> int:
    """Take a mail in, do what is due, and return its id."""
    arrival = receive(office, raw=raw, source="test", key=key)
    work_off(office)
    return arrival.message


@contextmanager
def two_records(folder: Path) -> Iterator[Office]:
    """Open an installation with two submissions of one agency, of one message each."""
    with installation(folder) as office:
        with transaction(office.engine) as tx:
            agencies.create_agency(tx, name="Oak", at=office.clock.now(), domains=("oak.example",), status="active")
        alder = asks("Alder Masonry LLC", "47-1839205", "01/15/2027")
        brook = asks("Brook Florist Inc", "47-1839444", "02/01/2027")
        send(office, "a", mail("a", "New business: Alder Masonry LLC", alder, LIST))
        send(office, "b", mail("b", "New business: Brook Florist Inc", brook, LIST))
        yield office
