"""Rows that are made again: which are meant, and what it would cost, said before anything is done."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.payload import Payload
from clipmill.domain.transition import Priced, to_waiting
from clipmill.errors import ClipmillError
from tests.world import World, order


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A batch whose row 1 is done, whose row 2 failed with the part it needs, and whose row 3 is blocked."""
    world = World(tmp_path, remote=False)
    world.batch(1)
    world.run()
    planned = order(2, "bat_1")
    planned = replace(planned, checked=replace(planned.checked, plan=Order("maker", {})))
    world.rows.add("bat_1", [planned, order(3, "bat_1", blocked=True)])
    (claim,) = world.queue.claim_due("wrk_a", ["maker"], 1)
    hero = Order("fake", {"hero": 1})
    priced = Priced(hero, Lane(engine="fake"), Payload("v1", hero.payload), 4)
    world.queue.apply([to_waiting(claim, {"hero": priced})])
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no such hero"))])
    return world


def said(world: World, *arguments: str) -> str:
    """What `clipmill retry` prints, or what is wrong and what to do."""
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "retry", *arguments])
    if isinstance(answer.exception, ClipmillError):
        return f"{answer.exception}. {answer.exception.hint}"
    return answer.output


@pytest.mark.parametrize(
    ("asked", "told"),
    [(("--failed",), {"rows": 1, "parts": 1, "credits": 0.005}),
     (("--rows", "p1"), {"rows": 0, "parts": 1, "credits": 0.004}),
     (("--rows", "1,3"), {"rows": 1, "parts": 0, "credits": 0.001})],
)  # fmt: skip
def test_dry_run_counts_what_would_move_and_the_parts_with_it(
    world: World, asked: tuple[str, ...], told: dict[str, float]
) -> None:
    assert json.loads(said(world, *asked, "--dry-run", "--json")) == told


def test_dry_run_names_parts(world: World) -> None:
    told = said(world, "--failed", "--dry-run")
    assert told.startswith("1 row and 1 part would be made again, for up to 0.005 credits. Nothing was done.")


@pytest.mark.parametrize(
    ("asked", "told"),
    [(("--rows", "p9"), "bat_1 has no part p9. It has 1 part, p1."),
     (("--rows", "9"), "bat_1 has no row 9. It has 3 rows, 1 to 3."),
     (("--rows", "1", "--seed", "3", "--new-seed"),
      "--seed and --new-seed: a seed is given or drawn. Leave one of them out."),
     (("--rows", "1", "--failed"),
      "--rows and --failed: rows that are named are made again whether they failed or not. Leave one of them out.")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(world: World, asked: tuple[str, ...], told: str) -> None:
    assert said(world, *asked) == told
