"""What somebody put on a scanned form besides its values is found: stamps of any tone, writing in no box."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fixtures import forms, scans
from parsers.document import Box, Page
from parsers.extract.unexplained import stamped
from parsers.readers.ocr import NoEngine
from parsers.readers.scanning import read_page

DPI = 200
VALUES: dict[str, str | bool] = {
    "NamedInsured_FullName_A": "BLUE HERON BAKERY LLC",
    "Producer_FullName_A": "LARKSPUR INSURANCE AGENCY",
    "Policy_EffectiveDate_A": "01/15/2027",
    "Policy_LineOfBusiness_CrimeIndicator_A": True,
}


@pytest.fixture(scope="module")
def form() -> np.ndarray:
    picture = scans.rendered(forms.draw_form("125", "2016/03", VALUES), DPI, [1])[0]
    return scans.scanned(picture, scans.Scanner(dpi=DPI, skew=0.4, noise=3, quality=75), 3)


def read(picture: np.ndarray) -> Page:
    return read_page(picture, dpi=DPI, width=612, height=792, engine=NoEngine(), number=1)


def found(picture: np.ndarray) -> tuple[Box, ...]:
    page = read(picture)
    assert page.scan and page.scan.registration and page.scan.registration.form == "125"
    return page.scan.stray


def written(picture: np.ndarray, text: str, scale: float, at: tuple[int, int], tone: int = 0) -> np.ndarray:
    copy = picture.copy()
    cv2.putText(copy, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, tone, 2, cv2.LINE_AA)
    return copy


def test_a_clean_scan_has_nothing_stray_on_it(form: np.ndarray) -> None:
    assert found(form) == ()
    assert stamped(read(form)) is None


def free_spot(form: np.ndarray) -> tuple[int, int]:
    """Return where a line of writing fits between the print of a page, in pixels."""
    inked = cv2.boxFilter((form < 170).astype(np.float32), -1, (420, 34), normalize=False)
    inked[:60] = inked[-180:] = inked[:, :280] = inked[:, -280:] = 1e9
    y, x = np.unravel_index(int(np.argmin(inked)), inked.shape)
    assert inked[y, x] < 30
    return int(x) - 190, int(y) + 9


def test_writing_in_no_box_is_told_and_the_page_says_so(form: np.ndarray) -> None:
    x, y = free_spot(form)
    page = read(written(form, "CALL BROKER 555-0134", 0.8, (x, y)))
    assert page.scan
    (box,) = page.scan.stray
    assert box[0] * DPI / 72 == pytest.approx(x, abs=60) and box[3] * DPI / 72 == pytest.approx(y, abs=25)
    defect = stamped(page)
    assert defect is not None
    assert (defect.reason, defect.detail, defect.page) == ("unexplained_ink", "stamps or writing in 1 place", 1)


def test_print_as_small_as_a_forms_own_is_none(form: np.ndarray) -> None:
    assert found(written(form, "as shown on a separate sheet", 0.42, free_spot(form))) == ()


@pytest.mark.parametrize("tone", ["colour", "black"])
def test_a_stamp_is_told_in_any_tone(form: np.ndarray, tone: str) -> None:
    if tone == "colour":
        picture = cv2.cvtColor(scans.stamped(form, 5, ("RECEIVED", "NOV 12 2026")), cv2.COLOR_RGB2GRAY)
    else:
        picture = written(form, "RECEIVED", 2.2, (380, 1050))
    stray = found(picture)
    assert stray
    assert max(box[2] - box[0] for box in stray) > 60


def test_blurred_print_is_no_stamp(form: np.ndarray) -> None:
    assert found(cv2.GaussianBlur(form, (0, 0), 2.0)) == ()
