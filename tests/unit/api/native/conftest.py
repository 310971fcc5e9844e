"""One server for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.served import Server, server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that makes nothing by itself."""
    with server(tmp_path_factory.mktemp("native") / "home") as found:
        yield found
