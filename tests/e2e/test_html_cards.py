"""Cards of the kinds people write look as they do in a browser: each keeps the likeness it has reached."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from tests.browser import in_browser
from tests.cards import Picture, likeness, ours, theirs

SIZE = (480, 380)
#: Each file is the html of one card.
CARDS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).with_name("cards").glob("*.html"))
}
#: What no card falls below, but for those whose last bits are known.
FLOOR, MEAN = 0.93, 0.96
#: Card → its own floor, and why.
FLOORS = {"menu-dots": 0.9, "sub-sup": 0.87, "inline-blocks": 0.88}
#: Room around a card that is compared, pixels; what is not white.
_AROUND, _INK = 6, 250


@in_browser
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_as_like_as_it_was(name: str) -> None:
    assert _likeness(name) >= FLOORS.get(name, FLOOR)


@in_browser
def test_cards_are_alike_on_the_whole() -> None:
    assert fmean(_likeness(name) for name in CARDS) >= MEAN


@cache
def _likeness(name: str) -> float:
    """Of the part that has anything in it."""
    one, other = ours(CARDS[name], SIZE), _theirs()[name]
    rows, columns = np.nonzero((one.min(axis=2) < _INK) | (other.min(axis=2) < _INK))
    part = (slice(max(0, rows.min() - _AROUND), rows.max() + _AROUND),
            slice(max(0, columns.min() - _AROUND), columns.max() + _AROUND))  # fmt: skip
    return likeness(one[part], other[part])


@cache
def _theirs() -> dict[str, Picture]:
    return theirs({name: (html, "", "") for name, html in CARDS.items()}, SIZE)
