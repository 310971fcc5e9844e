"""What a server handed out may be named to it again: its link is a stored file, for its tenant, while it is good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.errors import MediaError
from tests.served import Server, server

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home") as found:
        yield found


def link(served: Server, tmp_path: Path, tenant: str = "local", seconds: float = 60) -> str:
    """A link to a picture of a tenant."""
    (tmp_path / "square.svg").write_text(SQUARE)
    sha256 = served.app.of(tenant).own_files.put(tmp_path / "square.svg")
    return served.app.links.to(tenant, sha256, "square.svg", seconds=seconds)


def test_a_link_of_ours_is_the_stored_file(served: Server, tmp_path: Path) -> None:
    stored = served.app.media.from_url(link(served, tmp_path), 9_999)
    assert (stored.facts.width, stored.reference.endswith(".svg")) == (8, True)


def test_anothers_link_and_one_that_is_over_are_addresses_as_any_other(served: Server, tmp_path: Path) -> None:
    for url in (link(served, tmp_path, "shop"), link(served, tmp_path, seconds=-1)):
        with pytest.raises(MediaError):
            served.app.media.from_url(url, 9_999)
