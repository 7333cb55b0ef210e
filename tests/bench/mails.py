"""The mails that are measured, made by the fixtures: two typical digital ones, a fillable one, one of words only."""

from __future__ import annotations

import dataclasses
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fixtures.account import Account, Claim, Driver, Term
from fixtures.accounts import account
from fixtures.cases.history import FRESH
from fixtures.cases.papers import application
from fixtures.lossruns import harborline
from fixtures.made import DOCX, JPEG, PDF, Made
from fixtures.mails import Mail, address, formal, mail_id, render, sent_at, signature
from fixtures.sheets import driver_list

PARAGRAPHS = (
    "Work is done in one county, by its own crews. Vehicles are parked in a fenced yard, drivers checked in January.",
    "Three losses are open, none of them large. The roof was replaced and the wiring brought up to code two years ago.",
)
CLAIMS_IN_A_TERM = 16
FILLER = 420
"""Words of small print a page: with our labels and values some 600, our estimate of a printed form page."""
STRIP = 130
DRIVERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One mail to measure: its bytes and what is attached; ``pages`` counts the pages of its PDFs."""

    name: str
    raw: bytes
    words: str
    files: tuple[Made, ...]

    @property
    def pages(self) -> int:
        """Return how many PDF pages the mail carries."""
        return sum(made.pages[1] for made in self.files if made.media_type == PDF)


def measured() -> tuple[Measured, ...]:
    """Return the four mails."""
    return (_typical(), _dense(), _fillable(), _words())


def _typical() -> Measured:
    insured = _insured()
    return _packet("typical", insured, application(insured, "125", "126", sent=date(2026, 11, 16)))


def _dense() -> Measured:
    """Return the typical mail with as many words on its form pages as, by our estimate, printed forms carry.

    Our own forms leave out the questions' sentences and the notices; here filler words of ours stand for them.
    """
    insured = _insured()
    forms = application(insured, "125", "126", sent=date(2026, 11, 16))
    return _packet("dense", insured, tuple(_printed(made) for made in forms))


def _printed(made: Made) -> Made:
    """Return a form whose pages have a strip of small print below, some 600 words a page in all."""
    import pikepdf

    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for page in pdf.pages:
            page.MediaBox = pikepdf.Array([0, -STRIP, 612, 792])
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name("/Small"))
            page.contents_add(_small_print())
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
    return dataclasses.replace(made, content=buffer.getvalue())


def _small_print() -> bytes:
    words = " ".join(PARAGRAPHS * 20).split()[:FILLER]
    lines = [" ".join(words[start : start + 30]) for start in range(0, len(words), 30)]
    drawn = "".join(f"1 0 0 1 20 {-8 - 8 * number} Tm ({line}) Tj " for number, line in enumerate(lines))
    return f"BT /Small 6 Tf {drawn}ET".encode("latin-1")


def _packet(name: str, insured: Account, forms: tuple[Made, ...]) -> Measured:
    files = (
        *forms,
        harborline(insured, _busy(insured), valued=FRESH),
        driver_list(insured, _many(insured)),
        _letter(PARAGRAPHS * 8),
        _photo(),
    )
    return _mail(name, insured, files)


def _fillable() -> Measured:
    insured = _insured()
    files = (
        *application(insured, "125", sent=date(2026, 11, 16)),
        harborline(insured, insured.terms[:4], valued=FRESH),
        driver_list(insured),
    )
    return _mail("fillable", insured, files)


def _words() -> Measured:
    return _mail("words", _insured(), (), paragraphs=PARAGRAPHS * 34)


def _insured() -> Account:
    return account("hvac_contractor", seed=5, effective=date(2027, 1, 15), claims="typical")


def _busy(insured: Account) -> tuple[Term, ...]:
    """Return five terms with so many claims that the run fills four pages."""
    return tuple(
        dataclasses.replace(
            term,
            line="general_liability",
            claims=tuple(
                dataclasses.replace(_some_claim(insured), number=f"{term.start.year}-{number:04}", paid=Decimal(number))
                for number in range(CLAIMS_IN_A_TERM)
            ),
        )
        for term in insured.terms[:5]
    )


def _some_claim(insured: Account) -> Claim:
    return next(claim for term in insured.terms for claim in term.claims)


def _many(insured: Account) -> tuple[Driver, ...]:
    """Return a roster of sixty, each numbered."""
    return tuple(dataclasses.replace(insured.drivers[0], number=number) for number in range(1, DRIVERS + 1))


def _letter(paragraphs: tuple[str, ...]) -> Made:
    """Return a letter just as python-docx writes it, so that python-docx opens it, too."""
    import docx

    document = docx.Document()
    document.add_heading("Account narrative", level=1)
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return Made(filename="Cover letter.docx", media_type=DOCX, content=buffer.getvalue(), kind="narrative")


def _photo() -> Made:
    from PIL import Image, ImageFilter

    size = (1800, 1350)
    rng = random.Random(8)
    grain = Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).filter(ImageFilter.GaussianBlur(0.9))
    buffer = io.BytesIO()
    Image.merge("RGB", (grain, grain, grain)).save(buffer, "JPEG", quality=94)
    return Made(filename="IMG_0417.jpg", media_type=JPEG, content=buffer.getvalue(), kind="photo")


def _mail(name: str, insured: Account, files: tuple[Made, ...], paragraphs: tuple[str, ...] = PARAGRAPHS) -> Measured:
    person = insured.agency.csr
    text = formal(
        "Good morning,",
        f"Please quote {insured.name}, general liability and commercial auto, effective 01/15/2027.\n\n"
        + "\n\n".join(paragraphs),
        [made.filename for made in files],
        "Tell me if anything is missing.",
        signature(person, insured.agency, disclaimer=True),
    )
    mail = Mail(
        sender=address(person),
        subject=f"New submission - {insured.name} - eff 01/15/2027",
        sent=sent_at(17, 9) + timedelta(minutes=len(name)),
        message_id=mail_id(insured.agency.domain, "bench", name),
        text=text,
        attachments=files,
    )
    return Measured(name=name, raw=render(mail), words=text, files=files)
