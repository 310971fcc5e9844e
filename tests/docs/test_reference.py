"""The generated pages are what the code says today, and every link in the documentation leads somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md"),
                *(ROOT / "examples").rglob("*.md"), *(ROOT / "bench").rglob("*.md")])  # fmt: skip
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def reference() -> ModuleType:
    """`tools/reference.py`."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["api.md", "cli.md", "settings.md", "failures.md"])
def test_generated_page_is_up_to_date(name: str) -> None:
    page = ROOT / "docs" / "reference" / name
    assert page.read_text() == reference().PAGES[name](), "run: python tools/reference.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_architecture_stays_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 200


def test_architecture_names_what_is_there_and_draws_the_floors_in_their_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    listed = re.search(r"`pipeline/use_cases/` \| ([\w ·]+):", text)
    assert listed
    code = "".join(path.read_text() for path in (ROOT / "src/clipmill/pipeline/use_cases").glob("*.py"))
    for name in listed[1].split(" · "):
        assert re.search(rf"^(async )?def {name}\(", code, re.MULTILINE), name
    for place in ("COMMANDS", "REVISION", "store/migrations/versions/", "media/facts/", "verify/measured.py"):
        assert place in text.partition("## Adding things")[2], place
    layers = (ROOT / "pyproject.toml").read_text().partition("layers = [")[2]
    drawing = text.partition("```")[2].partition("```")[0]
    for where, of in ((layers, '"{}"'), (drawing, "\n   {}")):
        places = [where.index(of.format(name)) for name in ("ports", "stored", "domain", "settings")]
        assert places == sorted(places)


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index


def test_every_command_of_the_program_is_in_the_readme_or_a_guide() -> None:
    prose = "".join(page.read_text() for page in [ROOT / "README.md", *(ROOT / "docs" / "guides").glob("*.md")])
    for name in re.findall(r"^## clipmill (.+)$", (ROOT / "docs" / "reference" / "cli.md").read_text(), re.MULTILINE):
        assert f"clipmill {name}" in prose, name


def test_options_before_a_command_are_listed() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    for option in ("--home", "--database", "--log-level", "--version"):
        assert f"| `{option}" in page, option
