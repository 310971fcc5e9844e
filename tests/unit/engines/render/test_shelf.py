from dataclasses import dataclass

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
