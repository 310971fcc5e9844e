"""What each verb does to rows in every state: those it is about move, and nothing happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, Move, Progress
from clipmill.domain.row import RowState
from clipmill.errors import InputError
from clipmill.pipeline.batch import Verbs
from tests.world import progress


class Held:
    """A batch with two rows in every state, numbered 1 to 30 in their order (ports.Batches, .Records, .Lanes)."""

    def __init__(self, state: BatchState = BatchState.RUNNING, reason: str = "", priority_limit: int = 0) -> None:
        self.batch = replace(progress().batch, state=state, reason=reason, priority_limit=priority_limit)
        self.rows = dict(enumerate((state for state in RowState for _ in range(2)), 1))
        self.moves: list[Move] = []
        self.told: list[str] = []
        #: Batches whose lanes were let go on.
        self.lifted: list[str] = []
        self.verbs = Verbs(self, self, self)  # type: ignore[arg-type]

    def find(self, batch_id: str = "") -> Batch:
        assert batch_id == self.batch.id
        return self.batch

    def update(
        self, batch_id: str, event: str, only_if: Callable[[Progress], bool] | None = None, **changes: Any
    ) -> Batch:
        if only_if is None or only_if(replace(progress(), batch=self.find(batch_id))):
            self.told.append(event)
            policy = {name: changes.pop(name) for name in ("budget", "window") if name in changes}
            self.batch = replace(self.batch, policy=replace(self.batch.policy, **policy), **changes)
        return self.batch

    def records(self, batch_id: str, *states: RowState) -> Iterator[Any]:
        assert batch_id == self.batch.id
        return (SimpleNamespace(number=n) for n, state in self.rows.items() if not states or state in states)

    def move(self, move: Move, numbers: Sequence[int] | None = None) -> int:
        assert move.batch_id == self.batch.id
        moved = [n for n in (self.rows if numbers is None else numbers) if self.rows.get(n) is move.origin]
        self.rows |= dict.fromkeys(moved, move.to)
        self.moves += [move] * len(moved)
        return len(moved)

    def lift(self, lane_ids: Sequence[str] = (), batch_id: str = "") -> Sequence[str]:
        assert lane_ids == ()
        self.lifted.append(batch_id)
        return []

    def of(self, *states: RowState, nth: int = 0) -> list[int]:
        """The number of the first row, or the second, of each of these states, as it was in the beginning."""
        return [2 * list(RowState).index(state) + 1 + nth for state in states]

    def became(self) -> dict[RowState, RowState]:
        """What the first row of each state has become, of those that were moved."""
        first = {state: self.rows[self.of(state)[0]] for state in RowState}
        return {was: now for was, now in first.items() if was is not now}

    def others(self) -> list[RowState]:
        """What the second row of each state is now."""
        return [self.rows[number] for number in self.of(*RowState, nth=1)]


UNTOUCHED = list(RowState)


def test_paused_batch_says_that_a_person_did_it() -> None:
    held = Held()
    paused = held.verbs.pause("bat_1")
    assert (paused.state, paused.reason, held.told) == (BatchState.PAUSED, "user", ["paused"])
    assert held.became() == {}


@pytest.mark.parametrize(("state", "said"), [(BatchState.IMPORTING, "still being read"),
                                             (BatchState.CANCELLED, "cancelled for good")])  # fmt: skip
def test_batch_that_is_read_or_cancelled_is_not_paused(state: BatchState, said: str) -> None:
    held = Held(state)
    with pytest.raises(InputError, match=said):
        held.verbs.pause("bat_1")
    assert (held.batch.state, held.told) == (state, [])


def test_resumed_batch_runs_under_what_was_changed_and_keeps_the_rest() -> None:
    held = Held(BatchState.PAUSED, "user")
    window = held.verbs.resume("bat_1", budget=None, window=3)
    assert (window.state, window.reason, window.policy.window, window.policy.budget) == (
        BatchState.RUNNING, "", 3, 10_000_000,
    )  # fmt: skip
    assert (window.priority_limit, held.told) == (0, ["resumed"]), "a sample stays one"
    assert held.lifted == ["bat_1"]
    assert held.verbs.resume("bat_1", budget=0).policy.budget == 0
    opened = held.verbs.resume("bat_1", everything=True)
    assert (opened.priority_limit, opened.policy.window) == (EVERY_PRIORITY, 3)


def test_batch_that_is_still_read_is_resumed_and_stays_importing() -> None:
    held = Held(BatchState.IMPORTING)
    resumed = held.verbs.resume("bat_1", window=3)
    assert (resumed.state, resumed.policy.window) == (BatchState.IMPORTING, 3)


def test_cancelling_takes_what_is_neither_under_way_nor_finished() -> None:
    held = Held(BatchState.PAUSED, "user")
    assert held.verbs.cancel("bat_1") == 10
    assert (held.batch.state, held.batch.reason) == (BatchState.CANCELLED, "")
    taken = (RowState.CHECKING, RowState.WAITING, RowState.BLOCKED, RowState.READY, RowState.REVIEW)
    assert held.became() == dict.fromkeys(taken, RowState.CANCELLED)
    assert held.verbs.cancel("bat_1") == 0


def test_every_failed_row_is_retried_and_no_other() -> None:
    held = Held()
    assert held.verbs.retry("bat_1") == 2
    assert held.became() == {RowState.FAILED: RowState.READY}
    assert {(move.event, move.new_seeds) for move in held.moves} == {("retried", False)}


def test_named_rows_are_retried_whatever_became_of_them_and_only_they() -> None:
    held = Held()
    assert held.verbs.retry("bat_1", held.of(*RowState), new_seeds=True) == 4
    named = (RowState.FAILED, RowState.DONE, RowState.REVIEW, RowState.UNKNOWN)
    assert held.became() == dict.fromkeys(named, RowState.READY)
    assert held.others() == UNTOUCHED
    assert all(move.new_seeds for move in held.moves)


def test_only_finished_rows_are_delivered_again() -> None:
    held = Held()
    assert held.verbs.deliver_again("bat_1", held.of(*RowState)) == 1
    assert held.became() == {RowState.DONE: RowState.DELIVERING}


def test_what_waits_is_approved_all_of_it_or_what_is_named() -> None:
    held = Held()
    assert held.verbs.approve("bat_1", held.of(*RowState)) == 1
    assert held.became() == {RowState.REVIEW: RowState.DELIVERING}
    assert held.others() == UNTOUCHED
    assert held.verbs.approve("bat_1") == 1
    assert held.others()[UNTOUCHED.index(RowState.REVIEW)] is RowState.DELIVERING


@pytest.mark.parametrize(("again", "to"), [(False, RowState.FAILED), (True, RowState.READY)])
def test_what_waits_is_rejected_and_finished_rows_only_by_name(again: bool, to: RowState) -> None:
    held = Held()
    assert held.verbs.reject("bat_1", again=again) == 2
    assert held.became() == {RowState.REVIEW: to}
    named = Held()
    assert named.verbs.reject("bat_1", named.of(*RowState), reason="dark", again=again) == 2
    assert named.became() == dict.fromkeys((RowState.REVIEW, RowState.DONE), to)
    assert named.others() == UNTOUCHED
    for move in named.moves:
        assert (move.event, move.data, move.new_seeds) == ("rejected", {"reason": "dark"}, again)
        assert move.problem
        assert (move.problem.code, move.problem.reason) == ("rejected", "a person rejected it: dark")


def test_rejection_is_no_new_seed_unless_it_is_made_again() -> None:
    held = Held()
    held.verbs.reject("bat_1")
    assert {(move.to, move.new_seeds) for move in held.moves} == {(RowState.FAILED, False)}


@pytest.mark.parametrize("verb", ["resume", "retry", "reject"])
def test_cancelled_batch_is_cancelled_for_good(verb: str) -> None:
    held = Held(BatchState.CANCELLED)
    with pytest.raises(InputError, match="cancelled for good"):
        getattr(held.verbs, verb)("bat_1")
    assert (held.became(), held.told, held.batch.state) == ({}, [], BatchState.CANCELLED)
