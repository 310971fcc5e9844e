"""The gallery is built: a page with its pictures, loops and projects, which opens from disk and can be searched."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from tests.browser import headless, in_browser
from tests.golden.case import read
from tests.golden.cases import CASES
from tests.golden.themes.effects import FAMILIES
from tools.gallery import build

CASE_NAMES = ("radius", "zoom", "transition-slices")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a gallery of three cases."""
    folder = tmp_path_factory.mktemp("gallery") / "out"
    assert build(folder, CASE_NAMES) == 3
    return folder


@pytest.fixture(scope="module")
def page(gallery: Path) -> str:
    """The page as text."""
    return (gallery / "index.html").read_text(encoding="utf-8")


def test_page_names_only_files_that_are_there(gallery: Path, page: str) -> None:
    links = set(re.findall(r'\b(?:src|href|poster)="([^"#]+)"', page))
    assert links
    assert [link for link in links if not (gallery / link).is_file()] == []


def test_every_case_has_its_frames_and_every_effect_its_loop(gallery: Path) -> None:
    frames = sorted(path.name for path in (gallery / "frames").iterdir())
    assert frames == sorted(f"{name}.{place}.png" for name in CASE_NAMES for place in range(len(CASES[name].at)))
    loops = {path.name: path.read_bytes()[:4] for path in (gallery / "loops").glob("*.webm")}
    assert loops == dict.fromkeys((f"{name}.webm" for name in ("zoom", *FAMILIES["slices"])), b"\x1a\x45\xdf\xa3")
    assert read(gallery / "frames" / "zoom.0.png").shape == (180, 320, 3)


def test_page_shows_the_project_that_lies_beside_it(gallery: Path, page: str) -> None:
    shown = [unescape(text) for text in re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)]
    kept = {name: (gallery / "projects" / f"{name}.json").read_text(encoding="utf-8") for name in CASE_NAMES}
    assert sorted(shown) == sorted(text.rstrip("\n") for text in kept.values())
    for name, text in kept.items():
        assert json.loads(text) == json.loads(json.dumps(CASES[name].body))
        for source in re.findall(r'"src": "([^"]+)"', text):
            assert (gallery / "projects" / source).is_file()


@in_browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_page_is_searched_in_a_browser(gallery: Path, width: int, scheme: str) -> None:
    complaints: list[str] = []
    with headless() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((gallery / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.keyboard.press("/")
        page.keyboard.type("VUSLICE")
        assert page.locator(".card:visible h3").all_inner_texts() == ["transition-slices"]
        assert page.locator("figcaption:visible").all_inner_texts() == ["vuslice"]
        page.locator("#find").fill("nothing like it")
        assert page.locator("output").inner_text() == "0 cases"
        assert page.get_by_text("No case is about that.").is_visible()
    assert complaints == []
