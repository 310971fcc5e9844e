"""The words of the glossary are used, and no others for the same things."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "clipmill"
#: Names that a foreign interface dictates.
DICTATED = {"handle_request", "handle_starttag", "handle_startendtag", "handle_endtag", "handle_data"}
#: Names that still stand for two things.
TWICE: set[str] = set()
VAGUE = re.compile(r"(manager|helper|utils?$|^process_|^handle_|^do_)", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_names_say_something(path: Path) -> None:
    assert not VAGUE.search(path.stem)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert node.name in DICTATED or not VAGUE.search(node.name.lstrip("_")), node.name


def test_no_class_name_stands_for_two_things() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in TWICE:
                places.setdefault(node.name, []).append(str(path.relative_to(SRC)))
    assert not {name: found for name, found in places.items() if len(found) > 1}


def test_every_word_of_the_glossary_is_explained() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    for word in ("row", "batch", "template", "contract", "payload", "attempt", "engine", "lane", "verdict", "event",
                 "timeline", "window", "budget"):  # fmt: skip
        assert re.search(rf"^\| \*\*{word}\*\* \|", glossary, re.MULTILINE), word


#: Plans that are not in this tree, and numbers in them.
ELSEWHERE = re.compile(r"\bDESIGN\b|`specs`|\blaws? [0-9]|\bD[0-9]{1,2}\b(?!\w)")


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_nothing_is_explained_by_what_is_not_here(folder: str) -> None:
    invariants = re.findall(r"^(\d+)\. ", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text()
        if path != Path(__file__):
            assert not ELSEWHERE.search(text), path
        assert set(re.findall(r"\binvariant (\d+) of ARCHITECTURE\b", text)) <= set(invariants), path
