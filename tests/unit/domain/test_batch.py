"""The numbers of a batch: every row in exactly one place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clipmill.domain.batch import Batch, BatchState, Options, Progress, Reading
from clipmill.domain.credits import Balance
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.stored import OPTIONS

BATCH = Batch(id="bat_1", name="b", template_name="t", template_version="v", engine="render", source="s",
              out_folder="o", policy=Policy(budget=10), state=BatchState.RUNNING)  # fmt: skip


def progress(rows: int, **counts: int) -> Progress:
    """A batch with so many rows in each state."""
    return Progress(BATCH, {RowState(name): count for name, count in counts.items()}, Balance(1, 2), rows)


def test_accounted_when_the_places_add_up() -> None:
    assert progress(7, done=1, failed=1, blocked=1, ready=1, rendering=1, unknown=1, review=1).accounted
    assert not progress(7, done=1, rendering=5).accounted


def test_over_when_only_people_can_change_anything() -> None:
    assert progress(3, done=1, review=1, blocked=1).is_over
    assert not progress(3, done=2, running=1).is_over
    assert not progress(3, done=2, ready=1).is_over


def test_json_has_every_state_and_the_credits() -> None:
    now = progress(1, done=1)
    now = replace(now, balance=Balance(2_400, 2_000), batch=replace(BATCH, policy=Policy(budget=10_000)))
    told = now.as_dict()
    assert {str(state) for state in RowState} <= told.keys()
    assert json.dumps(told["credits"]) == '{"spent": 2, "reserved": 2.4, "budget": 10}'
    told = replace(now, balance=Balance(0, 5_000, -100)).as_dict()
    assert told["credits"] == {"spent": 5, "reserved": 0, "budget": 10, "difference": -0.1}


def test_options_come_back_as_they_were_kept() -> None:
    reading = Reading("utf-8", ";", {"a": "b"}, ["c"], "price > 20", "Handle", "/media", ["/allowed"])
    options = Options(columns=["a"], reading=reading, sample=3, folder="/tables", fingerprint=[12, "ab"])
    assert OPTIONS.value(OPTIONS.text(options)) == options


@pytest.mark.parametrize(("left", "admissible", "coming"), [(0, 8, 8), (8, 8, 7), (80, 8, 0), (16, 8, 3), (16, 2, 2)])
def test_rows_the_budget_does_not_reach_are_not_coming(left: int, admissible: int, coming: int) -> None:
    """7 of 10 thousandths are free for 8 rows that need so many."""
    found = replace(progress(8, ready=8), admissible=admissible, credits_left=left)
    assert found.coming == coming
    paused = replace(found, batch=replace(BATCH, state=BatchState.PAUSED))
    assert paused.coming == 0


def test_interrupted_is_what_has_work_and_nobody_who_does_it() -> None:
    alone = replace(progress(3, done=1, ready=2), attended=False)
    assert alone.phase == "interrupted"
    assert replace(alone, attended=True).phase == "running"
    assert replace(progress(3, done=2, review=1), attended=False).phase == "finished"
    assert not replace(progress(3, done=3), attended=False).is_interrupted
    assert replace(alone, batch=replace(BATCH, state=BatchState.PAUSED)).phase == "paused"
