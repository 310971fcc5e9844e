"""All that is known of a row, as it is printed: discreet, long values cut, and whole as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.transition import Priced, to_waiting
from clipmill.domain.verdict import Ruling
from tests.world import World, order

SECRET = "https://shop/?token=hush"


def asked(number: int, body: Mapping[str, Any], **more: Any) -> PricedRow:
    """An order of this payload, whose cells are the same."""
    made = order(number, "bat_1")
    payload = Payload("v1", body)
    row = replace(made.checked.row, fields={name: str(value) for name, value in body.items()})
    return replace(made, checked=replace(made.checked, row=row, payload=payload, **more))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A batch of two rows: one failed, was corrected and is done; one waits for its part."""
    world = World(tmp_path, remote=False)
    world.batch(0)
    world.rows.add("bat_1", [asked(1, {"picture": SECRET})])
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(3)
    world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no such mug"))])
    world.rows.amend("bat_1", [asked(1, {"title": "x" * 2_000})], "ann")
    world.verifier.rulings = [Ruling.PASS]
    world.run()
    world.rows.add("bat_1", [asked(2, {"n": 2}, plan=Order("maker", {"needs": "a hero"}))])
    (claim,) = world.queue.claim_due("wrk_a", ["maker"], 1)
    hero = Order("fake", {"hero": 1})
    world.queue.apply([to_waiting(claim, {"hero": Priced(hero, Lane(engine="fake"), Payload("v1", hero.payload), 1)})])
    return world


def printed(world: World, *arguments: str) -> str:
    """What `clipmill row` prints."""
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "row", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_row_is_told_in_a_page(world: World) -> None:
    page = printed(world, "1")
    assert page.startswith("row 1 of test  bat_1: done\n")
    for title in ("Cells", "Payload", "Attempts", "Checks", "Events", "Files"):
        assert f"\n{title}\n" in page
    assert "version 1, until 1970-01-12 " in page
    assert "by ann" in page
    assert "version 2\n" in page
    assert "hush" not in page
    assert max(map(len, page.splitlines())) < 400
    assert str(world.folder / "out" / "1.txt") in page
    assert "0 of 0.001" in page, "what was held for the attempt that failed was given back"


def test_row_is_whole_and_discreet_as_json(world: World) -> None:
    told = json.loads(printed(world, "1", "bat_1", "--json"))
    assert told["payload"] == told["fields"] == {"title": "x" * 2_000}
    (before,) = told["versions"]
    assert (before["version"], before["replaced_by"], before["payload"]) == (1, "ann", {"picture": "https://shop/?…"})
    first, second = told["tried"]
    assert (first["number"], first["version"], first["key"], first["outcome"]) == (1, 1, "bat_1_1.1", "failed")
    assert (first["seconds"], first["reserved"], first["settled"], first["job"]) == (3.0, 0.001, 0, None)
    assert (second["version"], second["settled"], second["verdict"]["ruling"]) == (2, 0.001, "pass")
    assert [event["kind"] for event in told["events"]][:3] == ["admitted", "failed", "amended"]
    assert Path(told["files"]["stored"]).read_bytes() == Path(told["files"]["delivered"]).read_bytes()
    assert told["files"].keys() == {"delivered", "stored"}


def test_parts_are_told_of_rows_and_rows_of_parts(world: World) -> None:
    (part,) = json.loads(printed(world, "2", "--json"))["parts"]
    assert (part["name"], part["number"], part["state"]) == ("hero", -1, "ready")
    assert part["digest"] == Order("fake", {"hero": 1}).digest
    assert "hero   part p1   ready   fake" in printed(world, "2")
    (needed_by,) = json.loads(printed(world, "p1", "--json"))["needed_by"]
    assert (needed_by["name"], needed_by["number"]) == ("hero", 2)
    assert printed(world, "p1").startswith("part p1 of test  bat_1: ready")


@pytest.mark.parametrize(("number", "said"), [("9", "bat_1 has no row 9"), ("p7", "has no part p7"), ("x", "no row")])
def test_what_is_not_there_is_an_error(world: World, number: str, said: str) -> None:
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "row", number])
    assert answer.exit_code != 0
    assert said in str(answer.exception)
