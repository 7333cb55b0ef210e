"""What people do in a browser: the agent closes items from a phone without scripts, the reviewer settles a value."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.cases import insureds
from fixtures.lossruns import harborline
from tests.browser.conftest import Site

MACHINE_SHOP = "SUB-26-000004"


def phone(chromium: Browser, *, scripts: bool) -> Page:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
    return context.new_page()


def desk(chromium: Browser, site: Site) -> Page:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{site.address}/staff/")
    page.get_by_label("E-mail").fill("reviewer@intake.example")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Sign in").click()
    return page


def score_of(chromium: Browser, site: Site, ref: str) -> int:
    page = desk(chromium, site)
    page.goto(f"{site.address}/staff/?words={ref}")
    shown = re.search(r"(\d+)\s+(?:blocked|quotable|complete)", page.get_by_role("main").inner_text())
    page.context.close()
    assert shown is not None
    return int(shown[1])


def wait_until_read(page: Page) -> None:
    """Follow the result page, which reloads itself while our side still reads."""
    for _ in range(30):
        if "We are reading" not in page.get_by_role("main").inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail("the answer was not read within fifteen seconds")


def loss_run_of_2022_and_2023(folder: Path) -> Path:
    account = insureds.redstone()
    terms = [term for term in account.terms if term.line == "general_liability" and term.start.year in (2022, 2023)]
    made = harborline(account, terms, valued=date(2026, 10, 1))
    path = folder / made.filename
    path.write_bytes(made.content)
    return path


def test_an_agent_opens_the_mailed_link_on_a_phone_and_closes_two_items(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    before = score_of(chromium, site, MACHINE_SHOP)
    page = phone(chromium, scripts=False)

    page.goto(site.link(MACHINE_SHOP))
    assert "Redstone" not in page.content(), "the landing page says nothing personal"
    page.get_by_role("button", name=re.compile("open", re.I)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Redstone Precision Tool")
    assert site.link(MACHINE_SHOP).rpartition("/")[2] not in page.url, "the secret leaves the address bar"

    page.get_by_role("link", name=re.compile("Claim GL-2025-40117")).first.click()
    page.get_by_label(re.compile("answer", re.I)).fill(
        "A press brake pinched a hand; guard fitted, claim in litigation."
    )
    page.get_by_role("button", name="Send answer").click()
    wait_until_read(page)

    page.goto(f"{site.address}/my/{MACHINE_SHOP}")
    page.get_by_role("link", name=re.compile("Loss runs, general liability")).first.click()
    page.locator("input[type=file]").set_input_files(loss_run_of_2022_and_2023(tmp_path))
    page.get_by_role("button", name="Send files").click()
    wait_until_read(page)
    expect(page.get_by_role("main")).to_contain_text(re.compile("loss run", re.I))

    page.goto(f"{site.address}/my/{MACHINE_SHOP}")
    done = page.get_by_role("main").inner_text().partition("Done")[2]
    assert "Claim GL-2025-40117" in done
    assert "Loss runs, general liability" in done
    page.context.close()
    assert score_of(chromium, site, MACHINE_SHOP) > before


@pytest.mark.parametrize("path", ["/", "/staff/login", "/l/" + "x" * 43])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(chromium: Browser, site: Site, path: str, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(site.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_staff_pages_fit_the_screen_and_need_no_other_host(chromium: Browser, site: Site, width: int) -> None:
    page = desk(chromium, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/staff/", f"/staff/s/{MACHINE_SHOP}", "/staff/review"):
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.context.close()
    assert all(url.startswith((site.address, "data:")) for url in asked)


def test_a_reviewer_accepts_a_doubtful_value_beside_its_place_on_the_page(chromium: Browser, site: Site) -> None:
    page = desk(chromium, site)
    page.goto(f"{site.address}/staff/review")
    expect(page.get_by_text(re.compile(r"\b0 done now"))).to_be_visible()
    assert page.locator("svg image, img").count() >= 1, "the page's picture stands beside the value"
    page.get_by_role("button", name=re.compile("^Accept")).click()
    expect(page.get_by_text(re.compile(r"\b1 done now"))).to_be_visible()
    page.context.close()
