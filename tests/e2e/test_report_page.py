"""The report in a real browser, opened from disk without a network: whole, readable, and nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import headless, in_browser
from tests.e2e.commands import clipmill, make_template

pytestmark = in_browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a batch with good and blocked rows."""
    folder = tmp_path_factory.mktemp("report")
    make_template(folder / "small")
    rows = ["sku,title", *(f"s-{number},Row {number}" for number in range(1, 6)), "s-6,", "s-1,Again"]
    (folder / "rows.csv").write_text("\n".join(rows))
    clipmill(folder, "run", "rows.csv", "-t", "small", "--name", "<b>Week</b> 47", expect=4)
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser that reaches no network."""
    with headless() as opened:
        yield opened


@pytest.fixture(params=[(1280, "light"), (390, "light"), (320, "dark")], ids=["desktop", "phone", "narrow-dark"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report at one width and in one colour scheme; whatever goes wrong is kept in `complaints`."""
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("requestfailed", lambda request: page.complaints.append(request.url))  # type: ignore[attr-defined]
    page.goto(report.as_uri())
    yield page
    page.close()


def test_report_is_whole_and_nothing_sticks_out(page: Page) -> None:
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    assert page.locator("img").count() == 15
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_rows_are_found_as_one_types(page: Page) -> None:
    rows = page.locator(".rows > li")
    assert rows.count() == 7
    page.locator("#find").fill("DONE row-less")
    assert page.locator(".rows > li:visible").count() == 0
    page.locator("#find").fill("s-3 done")
    assert page.locator(".rows > li:visible").all_inner_texts()[0].split()[:2] == ["3", "s-3.mp4"]
    assert page.locator(".find output").inner_text() == "1 of 7"
    page.locator("#find").fill("title is empty")
    assert page.locator(".rows > li:visible").count() == 1
    page.locator("#find").fill("")
    assert page.locator(".rows > li:visible").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_scripts_every_row_is_there(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".rows > li:visible").count() == 7
    assert not page.locator("#find").is_visible()
    context.close()


def test_report_says_what_is_blocked_and_never_runs_a_name(page: Page) -> None:
    text = page.locator("body").inner_text()
    for words in ("5 of 7 rows are done", "<b>Week</b> 47", "title is empty", "the same sku as row 1", "data owner"):
        assert words.lower() in text.lower(), words
