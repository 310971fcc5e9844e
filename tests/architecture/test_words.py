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
VAGUE = re.compile(r"(manager|helper|utils?$|^process_|^handle_|^do_)", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_names_say_something(path: Path) -> None:
    assert not VAGUE.search(path.stem)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert node.name in DICTATED or not VAGUE.search(node.name.lstrip("_")), node.name


def test_every_word_of_the_glossary_is_explained() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    for word in ("row", "batch", "template", "contract", "payload", "attempt", "engine", "lane", "verdict", "event",
                 "timeline", "window", "budget"):  # fmt: skip
        assert re.search(rf"^\| \*\*{word}\*\* \|", glossary, re.MULTILINE), word
