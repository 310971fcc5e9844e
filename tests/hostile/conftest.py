"""Commands that tests of hostile inputs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.meeting import Commands


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Commands on one state folder, started without the cost of a start."""
    made = Commands(tmp_path_factory.mktemp("hostile"))
    yield made
    made.close()
