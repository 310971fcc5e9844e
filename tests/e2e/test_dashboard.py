"""The pages in a real browser, over a real server: the whole path by keys alone, and nothing that axe finds."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import headless, in_browser
from tests.e2e.commands import environment
from tests.native import CARD, zipped

pytestmark = in_browser
CLIPMILL = (sys.executable, "-m", "clipmill.cli.main")
#: The template of the tests, whose files a person looks at whatever they are.
TEMPLATE = zipped({"template.yaml": str({**CARD, "name": "card", "verify": {"reference": "image", "drift_percent": 0}})
                   .replace("True", "true")})  # fmt: skip
PICTURE = Path(__file__).parents[2] / "src/clipmill/examples/product-promo/pictures/mug.jpg"
TABLE = "sku,Titel,image\n" + "".join(f"A{number},One,mug.jpg\n" for number in range(1, 6)) + ",Six,mug.jpg\n"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, str]]:
    """A server in a process of its own: its address and a key."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = ["--home", str(folder / "home")]
    made = subprocess.run([*CLIPMILL, *home, "keys", "create", "tester"], env=environment(), capture_output=True,
                          text=True, check=True)  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*CLIPMILL, *home, "serve", "--port", str(port), "--grace", "1", *options], cwd=folder,
                          env=environment(), stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            while "Serves" not in (line := process.stderr.readline()):
                assert line, "it ended"
            yield url, made.stdout.strip()
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as found:
        yield found


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def reach(page: Page, role: str, name: str) -> None:
    """Move with the Tab key until a control of this name has the focus, which must be seen."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(150):
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => getComputedStyle(each).outlineStyle !== 'none'")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {role} {name}")


def broken(page: Page) -> list[str]:
    """What axe finds, and what the page is too wide for."""
    answer: Any = Axe().run(page, options={"runOnly": _RULES}).response
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in answer["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return found + (["it is wider than the screen"] if wide else [])


def test_signing_in_and_an_empty_list_are_open_to_all(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, "--no-worker") as (url, key):
        context = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 800})
        page = context.new_page()
        page.goto(f"{url}/dashboard")
        assert broken(page) == []
        page.get_by_label("Key", exact=True).fill(key)
        press(page, "Enter")
        expect(page.get_by_role("heading", name="Nothing has been run yet")).to_be_visible()
        assert broken(page) == []
        context.close()


@pytest.mark.long
def test_the_whole_path_with_the_keyboard_and_every_page_open_to_all(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as (url, key):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        said: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto(f"{url}/dashboard")
        page.keyboard.type(key)
        press(page, "Enter")
        batch = _start(page, tmp_path)
        _decide(page)
        assert said == []
        _every_page(browser, context.storage_state(), url, batch)  # type: ignore[arg-type]
        context.close()


def _start(page: Page, folder: Path) -> str:
    """From an empty list to a batch that is made, by keys alone; its id."""
    table, template = folder / "rows.zip", folder / "template.zip"
    table.write_bytes(zipped({"rows.csv": TABLE, "mug.jpg": PICTURE.read_bytes()}))
    template.write_bytes(TEMPLATE)
    reach(page, "link", "New batch")
    press(page, "Enter")
    page.locator("#table").set_input_files(table)
    expect(page.get_by_text("rows.zip", exact=True)).to_be_visible()
    reach(page, "button", "Go on")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Which template?")).to_be_visible()
    page.locator("#zip").set_input_files(template)
    reach(page, "button", "Send and use it")
    press(page, "Enter")
    expect(page.get_by_text("1 column not used:")).to_be_visible()
    reach(page, "combobox", "title text, at most 40 characters, else “A”")
    page.keyboard.type("Titel")
    reach(page, "button", "Check every row")
    press(page, "Enter")
    expect(page.get_by_text("All of them cost, at most")).to_be_visible(timeout=60_000)  # by itself
    expect(page.locator(".frames img")).to_have_count(3)
    reach(page, "radio", "A sample first The longest and shortest texts, the largest and smallest numbers, and rows "
          "from all over. Look at them, then make the rest.")  # fmt: skip
    press(page, "ArrowDown")
    reach(page, "button", "Start")
    press(page, "Enter")
    expect(page.locator("#live-numbers")).to_contain_text("5 of 5 rows made", timeout=120_000)  # by itself, too
    return page.url.rpartition("/")[2]


def _decide(page: Page) -> None:
    """Look at what was made with single keys, which can be switched off."""
    reach(page, "link", "Contact sheet 5 to review")
    press(page, "Enter")
    expect(page.locator("[data-row]")).to_have_count(5)
    press(page, "j", "j", "a")
    expect(page.locator("[data-row]")).to_have_count(4)
    expect(page.locator("#live-say")).to_contain_text("1 row approved.")
    assert page.evaluate("document.activeElement.dataset.row") == "3"
    press(page, "k", "x", "j", "Shift+X")
    assert page.locator(".select:checked").count() == 2
    press(page, "r")
    expect(page.locator("[data-row]")).to_have_count(3)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    reach(page, "checkbox", "Single keys do this Switch it off if you dictate, or use other shortcuts.")
    press(page, "Space", "Escape")
    press(page, "a")
    time.sleep(0.5)  # nothing happens
    expect(page.locator("[data-row]")).to_have_count(3)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _every_page(browser: Browser, state: Any, url: str, batch: str) -> None:
    paths = ["batches", "new", "templates", "account", "keys", "webhooks", "nowhere"]
    paths += [f"batches/{batch}{more}" for more in ("", "/rows", "/rows/1", "/rows/6", "/rows/6/correct", "/sheet",
                                                    "/sheet?state=done", "/files", "/settings", "/log", "/cancel",
                                                    "/retry?row=1", "/retry")]  # fmt: skip
    found = {}
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900},
                                          color_scheme=scheme, storage_state=state)  # type: ignore[arg-type] # fmt: skip
            page = context.new_page()
            for path in paths:
                page.goto(f"{url}/dashboard/{path}")
                found[f"{path} {width} {scheme}"] = broken(page)
            context.close()
    assert {place: what for place, what in found.items() if what} == {}
