"""Colours."""

import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.colour import colour

READ = colour(FieldRule(name="accent", kind=FieldKind.COLOUR), "accent")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("#2dd4bf", "#2DD4BF"), (" #FFF ", "#FFFFFF"), ("#abc8", "#AABBCC88"), ("#01020304", "#01020304"),
     ("Teal", "#008080"), ("rebeccapurple", "#663399"), ("DarkSlateGrey", "#2F4F4F")],
)  # fmt: skip
def test_colours_become_one_form(cell: str, value: str) -> None:
    assert READ(cell) == value


@pytest.mark.parametrize("cell", ["tealish", "#12", "#12345", "#gggggg", "rgb(1,2,3)", "##fff", "transparent", "#٣٣٣"])
def test_what_is_no_colour(cell: str) -> None:
    found = READ(cell)
    assert isinstance(found, Problem)
    assert found.reason == f'"{cell}" is not a colour'
    assert found.fix == "Write a CSS hex colour such as #2DD4BF."


def test_a_forgotten_hash_is_offered() -> None:
    found = READ("2dd4bf")
    assert isinstance(found, Problem)
    assert found.fix == "Write #2DD4BF."
