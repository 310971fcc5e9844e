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
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.template import VerifyLimits
from clipmill.domain.transition import Priced, to_waiting
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.errors import ClipmillError
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
    assert printed(world, "p1").startswith("part p1 (hero) of test  bat_1: ready")


def test_doubt_is_told_once_and_checks_stand_in_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    findings = (Finding("decoding", Ruling.PASS, "all of it"), Finding("early_silence", Ruling.REVIEW, "too quiet"))
    measured = world.verifier.verify

    async def verify(media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        return replace(await measured(media, spec, limits), findings=findings)

    monkeypatch.setattr(world.verifier, "verify", verify)
    world.run()
    page = printed(world, "1")
    assert page.split("Cells")[0].count("too quiet") == 1, page
    shown = page.split("Checks\n")[1].splitlines()
    assert shown[0].index("all of it") == shown[1].index("too quiet"), shown


def test_row_without_a_payload_shows_none(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(0)
    world.rows.add("bat_1", [order(1, "bat_1", blocked=True)])
    assert "Payload" not in printed(world, "1")


@pytest.mark.parametrize(
    ("number", "said", "hint"),
    [("9", "bat_1 has no row 9", "It has 2 rows, 1 to 2."), ("p7", "bat_1 has no part p7", "It has 1 part, p1."),
     ("P0", "P0 is no row", "Give its number, 3, or that of a part, p1.")],
)  # fmt: skip
def test_what_is_not_there_is_an_error_with_what_is(world: World, number: str, said: str, hint: str) -> None:
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "row", number])
    assert answer.exit_code != 0
    assert isinstance(answer.exception, ClipmillError)
    assert (str(answer.exception), answer.exception.hint) == (said, hint)
