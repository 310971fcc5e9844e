"""The report of a hostile table in a real browser: its policy is in force, nothing runs, and all of it is text."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import headless, in_browser
from tests.e2e.commands import TEMPLATE, clipmill

pytestmark = in_browser

#: Cells that would run something, load something, leave the page or turn it around.
CELLS = [
    "</script><script>owned()</script>",
    "<!--<script>owned()",
    '"><img src=x onerror=owned()>',
    "javascript:owned()",
    "' onmouseover='owned()",
    "{{ 7*7 }}{% raw %}${owned()}",
    "</style><style>*{display:none}</style>",
    '<iframe srcdoc="<script>parent.owned()</script>"></iframe>',
    "data:text/html,<script>owned()</script>",
    "\u2028owned()//",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "</title><h1>owned</h1>",
    "\u202eexe.fdp",
    "<svg onload=owned()>",
    "]]><script>owned()</script>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>x</button></form>",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose every cell, file name, cause and name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "small").mkdir()
    described = TEMPLATE.replace("title: {kind: text, required: true, max_length: 40}",
                                 "title: {kind: text, required: true, max_length: 12}")  # fmt: skip
    (folder / "small" / "template.yaml").write_text(described.replace("name: small", 'name: "<b onclick=owned()>"', 1))
    with (folder / "rows.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["sku", "title", *(f"{number} {cell[:20]}" for number, cell in enumerate(CELLS[:-1]))])
        table.writerow(["s'&;%41+ü\u202egpj", "Fine", *CELLS[:-1]])
        table.writerows([[f"{number} {cell}", cell + "x" * 12] for number, cell in enumerate(CELLS)])
    clipmill(folder, "run", "rows.csv", "-t", "small", "--name", CELLS[0], expect=4)
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser that reaches no network."""
    with headless() as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report with and without scripts; whatever is refused, asked for or complained of is kept in `complaints`."""
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("request", lambda asked: asked.url.startswith("file:") or page.complaints.append(asked.url))  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message))  # type: ignore[attr-defined]
    page.on("framenavigated", lambda frame: frame.url == report.as_uri() or page.complaints.append(frame.url))  # type: ignore[attr-defined]
    page.add_init_script(
        "window.owned = () => console.log('owned');"
        "addEventListener('securitypolicyviolation', event => console.log(event.violatedDirective, event.sample));"
    )
    page.goto(report.as_uri())
    yield page
    context.close()


def test_nothing_runs_and_all_of_it_is_read(page: Page) -> None:
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
    assert page.locator("img").count() == 3
    assert page.locator(".rows > li:visible").count() == len(CELLS) + 1
    assert page.locator("form, iframe, base, svg[onload], link, style, script, h1").evaluate_all(
        "found => found.map(each => each.localName)"
    ) == ["style", "h1", "form", "script"]
    names = "all => [...new Set(all.flatMap(one => [...one.attributes].map(each => each.name)))]"
    found = page.locator("*").evaluate_all(names)
    assert not [name for name in found if name.startswith("on") or name in {"style", "srcdoc", "formaction"}]
    text = page.locator("body").inner_text()
    for words in ("1 of 19 rows is done", "data owner", CELLS[0], "<b onclick=owned()>"):
        assert words in text, words
    cells = page.locator(".cells dd").all_text_contents()
    assert cells[2:] == [cell.replace("\u2028", r"\u2028").replace("\u202e", r"\u202e") for cell in CELLS[:-1]]
    links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert all(link.startswith(("file:", "#")) for link in links)
    finished = page.locator("h3 a").get_attribute("href") or ""
    assert page.evaluate("link => new URL(link, location).pathname", finished).endswith(finished)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_policy_is_in_force(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(report.as_uri())
    page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script); document.body.setAttribute('style', 'color: red');"
        "const image = new Image(); image.src = 'https://evil.example/x.png'; document.body.append(image);"
        "fetch('https://evil.example/').catch(() => 0); }"
    )
    page.wait_for_function("() => true")
    assert page.evaluate("window.ran") is None
    for directive in ("script-src", "style-src", "img-src", "default-src"):
        assert any(directive in words for words in refused), (directive, refused)
    page.close()
