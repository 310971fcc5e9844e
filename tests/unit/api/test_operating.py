"""The server is there, says whether it can work, and gives its numbers; nothing else is answered without a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Server, server


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "home") as found:
        yield found


def test_it_says_that_it_is_there(served: Server) -> None:
    assert served.client.get("/health").json()["status"] == "ok"
    assert served.client.get("/ready").json() == {"status": "ready", "workers": 0}


def test_its_numbers_are_those_of_the_store(served: Server) -> None:
    told = served.client.get("/metrics").text
    assert "clipmill_accounting_mismatch_total 0.0" in told
    assert "clipmill_credits_spent_total 0.0" in told


def test_what_is_not_there_is_told_in_our_shape(served: Server) -> None:
    answer = served.client.get("/v1/nothing", headers=served.headers())
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert answer.headers["x-content-type-options"] == "nosniff"
