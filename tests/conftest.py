"""What every test gets: a clean environment and a clock that stands still."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from clipmill import log
from clipmill.settings import worker_environment
from clipmill.testing import FrozenClock
from tests import world
from tests.rendering import use_fonts

ROOT = Path(__file__).parents[1]

# What is drawn in the process of the tests is drawn as in a worker process; numpy reads it as it is loaded.
os.environ |= {name: value for name, value in worker_environment().items() if name not in os.environ}

# A process reads once which fonts there are: whichever test draws the first text, it draws it with ours.
use_fonts()

# For hours when nobody waits: `pytest --hypothesis-profile=long`. Tests that name no number of examples follow it.
settings.register_profile("long", max_examples=1_000, deadline=None)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests leaks into them."""
    for name in [name for name in os.environ if name.startswith("CLIPMILL_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def workers_find_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes import functions of these tests; the folder they start in is not where they look."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))


@pytest.fixture(autouse=True)
def closed_worlds() -> Iterator[None]:
    """Databases of a test end with it."""
    yield
    world.close_databases()


@pytest.fixture(params=[world.SQLITE, world.POSTGRES])
def each_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test is run once over SQLite and once over PostgreSQL; the name of the one it is."""
    monkeypatch.setattr(world, "kind", request.param)
    return str(request.param)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that moves only when told."""
    return FrozenClock()


@pytest.fixture
def log_lines() -> Iterator[list[dict[str, Any]]]:
    """What the log tells from warnings on, line by line."""
    lines: list[dict[str, Any]] = []
    log.begin("warning", "json", lambda line: lines.append(json.loads(line)))
    yield lines
    log.begin("error", "plain", lambda _line: None)
