"""What was sent out of a batch as it is listed, and sent again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.errors import NotFoundError
from tests.world import World


def test_batch_that_tells_nobody_says_so_and_how(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "deliveries"])
    assert answer.output == "Nothing is sent out of test  bat_1: `clipmill run --webhook URL` tells an address.\n"
    listed = CliRunner().invoke(application, ["--home", str(world.folder), "deliveries", "--json"])
    assert json.loads(listed.output) == {"deliveries": []}


@pytest.mark.parametrize("meant", ["msg_x", "ep_x", "typo"])
def test_what_is_no_delivery_and_no_endpoint_is_not_sent_again(tmp_path: Path, meant: str) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    refused = CliRunner().invoke(application, ["--home", str(world.folder), "deliveries", "--again", meant]).exception
    assert isinstance(refused, NotFoundError)
    assert str(refused) == f"there is no delivery {meant}, and no endpoint {meant} that something did not reach"
    assert refused.hint == "`clipmill deliveries` lists them."
