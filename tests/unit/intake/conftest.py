"""What the tests of intake share: files from bytes, and how a table is told in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clipmill.settings import Limits

WriteFile = Callable[..., Path]


@pytest.fixture
def limits() -> Limits:
    """The limits as they are by default."""
    return Limits()


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Write bytes, or text as UTF-8, into a file; its path."""

    def write(content: bytes | str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
