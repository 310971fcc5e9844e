"""One server for a module of the matrix, and what its owner has on each surface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.matrix.asking import TABLES
from tests.matrix.lines import Things
from tests.served import Server, server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that makes nothing."""
    limits = {"sync_batches": 1_000, "sync_generations": 1_000}
    with server(tmp_path_factory.mktemp("matrix") / "home", limits=limits) as found:
        yield found


@pytest.fixture(scope="module")
def things(served: Server) -> Callable[[str], Things]:
    """What the owner has on a surface; whoever asks for it leaves it as it is."""
    return cache(lambda name: TABLES[name].things(served))
