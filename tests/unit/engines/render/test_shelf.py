from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clipmill.engines.render.shared.folder import SharedFolder
from clipmill.engines.render.shared.forms import DECODED_SOUND, DecodedSound
from clipmill.engines.render.shelf import Shelf


@dataclass
class _Thing:
    nbytes: int


def test_a_thing_is_made_once() -> None:
    shelf = Shelf(budget=100)
    first = shelf.get("a", lambda: _Thing(10))
    assert shelf.get("a", lambda: _Thing(10)) is first


def test_the_oldest_goes_when_the_budget_is_used_up() -> None:
    shelf = Shelf(budget=100)
    kept = {name: shelf.get(name, lambda: _Thing(40)) for name in "ab"}
    shelf.get("a", lambda: _Thing(40))
    shelf.get("c", lambda: _Thing(40))
    assert shelf.get("a", lambda: _Thing(40)) is kept["a"]
    assert shelf.get("b", lambda: _Thing(40)) is not kept["b"]


def test_what_would_fill_the_shelf_is_not_kept() -> None:
    shelf = Shelf(budget=100)
    assert shelf.get("a", lambda: _Thing(60)) is not shelf.get("a", lambda: _Thing(60))


def _sound(level: float) -> DecodedSound:
    return DecodedSound((np.full((2, 100), level, np.float32),), complete=True)


def test_what_has_a_form_is_shared_and_what_has_none_is_not(tmp_path: Path) -> None:
    one, other = (Shelf(shared=SharedFolder(tmp_path, 10**6)) for _ in range(2))
    made = one.get("sound", lambda: _sound(1), DECODED_SOUND)
    one.get("thing", lambda: _Thing(10))
    assert len(list(tmp_path.glob("*.entry"))) == 1
    taken = other.get("sound", lambda: _sound(2), DECODED_SOUND)
    assert np.array_equal(taken.blocks[0], made.blocks[0])
    assert other.get("thing", lambda: _Thing(20)).nbytes == 20


def test_what_was_taken_once_is_kept_like_what_was_made(tmp_path: Path) -> None:
    for shelf in (Shelf(shared=SharedFolder(tmp_path, 10**6)) for _ in range(2)):
        first = shelf.get("sound", lambda: _sound(1), DECODED_SOUND)
        assert shelf.get("sound", lambda: _sound(2), DECODED_SOUND) is first


def test_a_form_without_a_folder_is_kept_in_memory() -> None:
    shelf = Shelf()
    first = shelf.get("sound", lambda: _sound(1), DECODED_SOUND)
    assert shelf.get("sound", lambda: _sound(2), DECODED_SOUND) is first
