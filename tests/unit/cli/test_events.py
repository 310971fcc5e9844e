"""The audit trail as it is printed: one line an event, discreet, in pages, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clipmill.cli.main import application
from clipmill.domain.event import Event
from clipmill.domain.failure import Failure, FailureKind, decide
from clipmill.errors import SettingsError
from clipmill.store import asking
from clipmill.store.line.audit import write_events
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A batch of three rows: one that is done, one with a bug behind it, one that waits."""
    world = World(tmp_path, remote=False)
    world.batch(3)
    done, failed = world.queue.admit("wrk", ["fake"], 2)
    bug = Failure(
        FailureKind.INTERNAL, "KeyError: https://x/?token=secret", traceback="Traceback:\n  in a.py\nKeyError"
    )
    world.queue.apply([decide(failed, bug), replace(decide(done, bug), event="retry", data={"kind": "rate"})])
    return world


def printed(world: World, *arguments: str) -> list[str]:
    """What `clipmill events` prints."""
    answer = CliRunner().invoke(application, ["--home", str(world.folder), "events", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output.splitlines()


def test_each_event_is_a_line_and_a_traceback_lines_of_its_own(world: World) -> None:
    created, started, first, second, *failed, retried = printed(world)
    assert created[21:] == "batch                 created", "what has no value is no word"
    assert started[21:].startswith("batch                 started")
    assert first[21:] == "row 1, attempt 1      admitted      credits 0.001"
    assert second[21:] == "row 2, attempt 1      admitted      credits 0.001"
    assert failed[0][21:].startswith("row 2, attempt 1      failed        kind internal, reason KeyError: https://x/?…")
    assert "secret" not in failed[0]
    assert failed[1:] == ["    Traceback:", "      in a.py", "    KeyError"]
    assert retried[21:] == "row 1, attempt 1      retry         kind rate"


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [(("--row", "1"), ["admitted", "retry"]), (("--kind", "admitted"), ["admitted"] * 2),
     (("--row", "2", "--kind", "failed"), ["failed"])],
)  # fmt: skip
def test_events_of_a_row_or_a_kind(world: World, asked: tuple[str, ...], kinds: list[str]) -> None:
    found = [json.loads(line) for line in printed(world, "bat_1", "--json", *asked)]
    assert [event["kind"] for event in found] == kinds
    assert {event["batch"] for event in found} == {"bat_1"}


def test_json_has_all_of_an_event(world: World) -> None:
    (failed,) = [json.loads(line) for line in printed(world, "--json", "--kind", "failed")]
    assert failed == {
        "at": world.clock.now(), "batch": "bat_1", "row": 2, "attempt": 1, "kind": "failed",
        "data": {"kind": "internal", "reason": "KeyError: https://x/?…", "key": "bat_1_2.1",
                 "traceback": "Traceback:\n  in a.py\nKeyError"},
    }  # fmt: skip


def test_what_a_finished_batch_cost_is_told_in_credits(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(2)
    world.run()
    (finished,) = printed(world, "--kind", "finished")
    assert finished[21:].endswith("round 1, outcome all, rows done 2, credits spent 0.002 reserved 0"), finished
    (told,) = [json.loads(line) for line in printed(world, "--kind", "finished", "--json")]
    assert told["data"]["credits"] == {"spent": 0.002, "reserved": 0}


def test_nothing_found_is_said_with_what_there_is(world: World) -> None:
    assert printed(world, "--kind", "nosuch") == [
        "No such event of test  bat_1; there are admitted, created, failed, retry, started."
    ]
    assert printed(world, "--row", "1", "--kind", "failed") == [
        "No such event of test  bat_1; there are admitted, retry."
    ]
    assert printed(world, "--row", "3") == ["No such event of test  bat_1."]
    assert printed(world, "--kind", "nosuch", "--json") == []


def test_rows_are_named_as_everywhere(world: World) -> None:
    found = [json.loads(line) for line in printed(world, "--json", "--rows", "2-3,1", "--kind", "admitted")]
    assert [event["row"] for event in found] == [1, 2]
    assert {json.loads(line)["row"] for line in printed(world, "--json", "--row", "2-3")} == {2}
    missing = CliRunner().invoke(application, ["--home", str(world.folder), "events", "--row", "9"]).exception
    assert isinstance(missing, SettingsError)
    assert (str(missing), missing.hint) == ("bat_1 has no row 9", "It has 3 rows, 1 to 3.")


@pytest.mark.parametrize("asked", [(), ("--row", "3")])
def test_long_trails_come_in_pages_and_nothing_of_another_batch(
    world: World, asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.batch(1, batch_id="bat_2")
    event = next(world.rows.events("bat_1", 2))
    for number in range(7):
        trail = [replace(event, number=3, data={"at": number}), replace(event, batch_id="bat_2")]
        world.database.write(partial(write_events, trail=trail))
    monkeypatch.setattr(asking, "PAGE_ROWS", 3)
    found = [json.loads(line) for line in printed(world, "bat_1", "--json", *asked)]
    assert [event["data"]["at"] for event in found if event["row"] == 3] == list(range(7))
    assert len(found) == (7 if asked else 13)
    assert {event["batch"] for event in found} == {"bat_1"}
    assert len(list(world.rows.events("bat_1"))) == 13


def test_events_of_lanes_and_of_parts_are_told_by_name(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    (claim,) = world.queue.admit("wrk", ["fake"], 1)
    world.queue.apply([decide(claim, Failure(FailureKind.AUTH, "the key is refused"))])
    trail = [Event(world.clock.now(), "bat_1", "submitted", -2, 1, {"job": "job-7"})]
    world.database.write(lambda connection: write_events(connection, trail))
    (held,) = printed(world, "--kind", "lane held")
    assert held[21:].startswith("batch                 lane held     lane fake, reason ")
    assert [line[21:] for line in printed(world, "--row", "p2")] == ["part p2, attempt 1    submitted     job job-7"]
    assert "part p2, attempt 1    submitted" in printed(world)[-1]
    refused = CliRunner().invoke(application, ["--home", str(world.folder), "events", "--row", "p"])
    assert "p is no row" in str(refused.exception)
