"""What css paints looks as it does in a browser: cards of many kinds, ours beside Chromium's, with the same fonts."""

from __future__ import annotations

from functools import cache

import pytest

from clipmill.domain.css.values import split_at
from tests.browser import in_browser
from tests.cards import Picture, likeness, ours, theirs
from tests.e2e.paint_cards import CARDS

SIZE = (400, 240)


@in_browser
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_painted_as_in_a_browser(name: str) -> None:
    html, css, style, floor = CARDS[name]
    properties = {name: value for name, _, value in (part.partition(":") for part in split_at(style, ";"))}
    assert likeness(ours(html, SIZE, style=properties, customCode={"css": css}), _theirs()[name]) >= floor


@cache
def _theirs() -> dict[str, Picture]:
    return theirs({name: (html, css, style) for name, (html, css, style, _) in CARDS.items()}, SIZE)
