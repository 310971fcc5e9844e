"""The page about safety names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "concepts" / "safety.md").read_text()
NAMED = sorted(set(re.findall(r"tests/[\w/]+\.py", PAGE)))
#: How many fences the page names tests for: one that goes takes its line along.
FENCES = 30


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_is_there_and_tests_something(name: str) -> None:
    assert re.search(r"^(?:async )?def test_", (ROOT / name).read_text(), re.MULTILINE)


def test_every_fence_names_what_holds_it() -> None:
    assert len(NAMED) >= FENCES
    fences = PAGE.split("## Where the fences are")[1].split("## ")[0].split("\n\n**")[1:]
    assert [fence.partition("**")[0] for fence in fences if "`tests/" not in fence] == []


def test_it_fits_and_is_linked() -> None:
    assert len(PAGE.splitlines()) <= 150
    assert "docs/concepts/safety.md" in (ROOT / "README.md").read_text()
    assert "docs/concepts/safety.md" in (ROOT / "ARCHITECTURE.md").read_text()
