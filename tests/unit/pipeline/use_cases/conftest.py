"""Use cases over a whole line without a surface: a real store and real tables, an engine that costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.batch import Reading
from clipmill.pipeline.use_cases.table import Given
from tests.world import World, parts_of

TEMPLATE = """\
name: small
engine: fake
contract:
  n: {kind: text, required: true, unique: true, max_length: 3}
payload: {n: "{{n}}"}
output: {name: "{{n}}.txt"}
"""

Asking = Callable[..., Given]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world whose engine works on this machine."""
    world = World(tmp_path, remote=False)
    yield world
    world.database.close()


@pytest.fixture
def parts(world: World) -> Any:
    """The same as use cases ask for it."""
    return parts_of(world)


@pytest.fixture
def given(tmp_path: Path) -> Asking:
    """Writes a table with these cells in its only column of meaning; how it is given for the small template."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "template.yaml").write_text(TEMPLATE)

    def table(*cells: str, name: str = "rows.csv", header: str = "n") -> Given:
        (tmp_path / name).write_text("\n".join([header, *cells]) + "\n")
        return Given(tmp_path / name, tmp_path / "small", Reading())

    return table
