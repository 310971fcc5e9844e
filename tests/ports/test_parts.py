"""Missing: what rows need is made first, once for all that need it, and told where it cannot be made."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clipmill.domain.batch import BatchState, Move
from clipmill.domain.failure import Failure, FailureKind, decide, to_unknown
from clipmill.domain.line.parts import DEEPEST, Made, Missing, Order
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.errors import EngineError
from clipmill.pipeline.row import step
from clipmill.store.schema import needs, row_data
from clipmill.stored import BODY
from clipmill.testing import FakeVerifier
from tests import world as worlds
from tests.world import LEASE_SECONDS, World, part, part_of_parts, planned

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten."""
    return World(tmp_path)


def opened(world: World, *rows_of_table: PricedRow, **policy: Any) -> None:
    """A batch of these rows."""
    world.batch(orders=rows_of_table, **policy)


def states(world: World) -> list[str]:
    """What the parts are in, in the order in which they came into being."""
    return [found.state for found in world.parts()]


def orders(world: World) -> Counter[str]:
    """How often each payload was sent, by its part's name or its row's number."""
    texts = [text for job in world.engine.jobs.values() for text in job.values()]
    bodies = [json.loads(text.splitlines()[0]) for text in texts]
    return Counter(str(body.get("part", body.get("n"))) for body in bodies)


def plan_all(world: World) -> None:
    """Plan what is to be planned now, and admit nothing."""
    while claims := list(world.queue.claim_due("wrk_p", ["maker", "fake"], 99)):
        for claim in claims:
            world.queue.apply([asyncio.run(step(claim, world.line()))])


def refuse(world: World, name: str, *failures: Failure) -> list[Failure]:
    """Let the engine refuse the part of this name, once for each of these failures; those that are left."""
    submit, left = world.engine.submit, list(failures)

    async def refused(call: Any) -> Any:
        if left and any(item.payload.body.get("part") == name for item in call.items):
            raise EngineError(left.pop(0))
        return await submit(call)

    world.engine.submit = refused
    return left


BAD = Failure(FailureKind.DATA, "nobody can draw that")


def test_row_is_made_of_its_parts_once_they_are_made(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice"), "photo": part("photo")}))
    plan_all(world)
    progress = world.check_laws()
    assert (progress.count(RowState.WAITING), progress.parts[RowState.READY], progress.rows) == (1, 2, 1)
    assert (progress.admissible, progress.admissible_parts, progress.is_at_rest) == (0, 2, False)
    assert [claim.number for claim in world.queue.admit("wrk_x", ["fake"], 1)] == [-2]
    world.clock.advance(LEASE_SECONDS + 1)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.parts[RowState.DONE], progress.is_over) == (1, 2, True)
    assert world.out() == ["1.txt"], "a part is delivered to nobody"
    body = json.loads((world.folder / "out" / "1.txt").read_text().splitlines()[0])
    assert body["made"].keys() == {"voice", "photo"}
    for found, name in zip(world.parts(), ("photo", "voice"), strict=True):
        assert body["made"][name].startswith(f"asset:{found.media}")
        assert f'"part":"{name}"' in world.files.path(found.media).read_text().replace(" ", "")
    assert progress.balance.spent == 3
    kinds = [event.kind for event in world.rows.events("bat_1", 1)]
    assert kinds == ["waits", "planned", "admitted", "submitted", "made", "stored", "verified", "done"]


def test_row_that_needs_nothing_is_made_at_once(world: World) -> None:
    opened(world, planned(1, {}))
    assert world.run().count(RowState.DONE) == 1
    assert world.parts() == []


def test_two_rows_that_need_the_same_have_it_made_and_paid_once(world: World) -> None:
    shared = part("logo", color="red")
    opened(world, *(planned(number, {f"logo {number}": shared, "own": part(f"own {number}")}) for number in (1, 2, 3)))
    progress = world.run()
    assert (progress.count(RowState.DONE), len(world.parts())) == (3, 4)
    assert orders(world)["logo"] == 1
    assert (len(world.engine.charges), progress.balance.spent) == (7, 7)
    with world.database.read() as connection:
        named = Counter(name for (name,) in connection.execute(select(needs.c.name)))
    assert named == {"logo 1": 1, "logo 2": 1, "logo 3": 1, "own": 3}, "each knows it by its own name"


def test_row_that_comes_later_finds_what_was_made(world: World) -> None:
    opened(world, planned(1, {"logo": part("logo")}))
    world.run()
    world.rows.add("bat_1", [planned(2, {"logo": part("logo")})])
    progress = world.run()
    assert (progress.count(RowState.DONE), orders(world)["logo"], progress.balance.spent) == (2, 1, 3)


def test_batches_share_no_parts(world: World) -> None:
    opened(world, planned(1, {"logo": part("logo")}))
    opened(world, planned(1, {"logo": part("logo")}), batch_id="bat_2")
    world.run()
    world.run("bat_2")
    assert orders(world)["logo"] == 2
    assert world.check_laws("bat_2").balance.spent == 2


def test_part_that_fails_fails_its_rows_with_its_cause(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}), planned(2, {"voice": part("voice"), "photo": part("photo")}),
           planned(3, {"photo": part("photo")}))  # fmt: skip
    refuse(world, "voice", BAD)
    progress = world.run()
    assert (progress.count(RowState.FAILED), progress.count(RowState.DONE)) == (2, 1)
    assert (progress.parts[RowState.FAILED], progress.parts[RowState.DONE]) == (1, 1)
    for record in world.rows.records("bat_1", RowState.FAILED):
        assert record.problems[0].reason == "its part voice: nobody can draw that"
        assert record.problems[0].code == "failed.data"
    told = [event.data for event in world.rows.events("bat_1") if event.kind == "failed" and event.number > 0]
    assert told == [{"part": "voice", "reason": "its part voice: nobody can draw that"}] * 2
    assert progress.is_over
    assert progress.balance.committed == 2


def test_row_that_needs_what_has_failed_already_fails_at_once(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    refuse(world, "voice", BAD)
    world.run()
    world.rows.add("bat_1", [planned(2, {"voice": part("voice"), "photo": part("photo")})])
    assert world.run().count(RowState.FAILED) == 2
    assert len(world.parts()) == 1, "nothing is made for a row that cannot be"


def test_retry_makes_the_part_that_was_lost_and_no_other(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice"), "photo": part("photo")}), attempts_allowed=1)
    refuse(world, "voice", BAD)
    world.run()
    assert states(world) == ["done", "failed"]
    assert world.verbs.retry("bat_1") == 1, "parts are not counted"
    progress = world.check_laws()
    assert (progress.count(RowState.CHECKING), progress.parts[RowState.READY], progress.parts[RowState.DONE]) == (
        1,
    ) * 3
    assert world.run().count(RowState.DONE) == 1
    assert orders(world) == {"voice": 1, "photo": 1, "1": 1}
    assert world.engine.charges == ["bat_1_p1.1", "bat_1_p2.2", "bat_1_1.1"]


def test_retry_makes_a_part_that_was_lost_before_its_row_was_planned(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    refuse(world, "voice", BAD)
    world.run()
    world.rows.add("bat_1", [planned(2, {"voice": part("voice")})])
    assert world.run().count(RowState.FAILED) == 2
    assert world.verbs.retry("bat_1", [2]) == 1
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.parts[RowState.DONE]) == (1, 1)


def test_row_that_is_cancelled_takes_along_what_nobody_else_needs(world: World) -> None:
    scene = part_of_parts("scene", photo=part("photo"), logo=part("logo"))
    opened(world, planned(1, {"scene": scene}), planned(2, {"logo": part("logo")}))
    plan_all(world)
    assert world.rows.move(Move("bat_1", RowState.WAITING, RowState.CANCELLED, "cancelled"), [1]) == 1
    assert Counter(states(world)) == {"cancelled": 2, "ready": 1}
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.CANCELLED), progress.is_over) == (1, 1, True)
    assert orders(world) == {"logo": 1, "2": 1}


def test_part_that_was_cancelled_is_made_for_a_row_that_needs_it_later(world: World) -> None:
    scene = part_of_parts("scene", photo=part("photo"))
    opened(world, planned(1, {"scene": scene}))
    plan_all(world)
    world.rows.move(Move("bat_1", RowState.WAITING, RowState.CANCELLED, "cancelled"), [1])
    assert states(world) == ["cancelled", "cancelled"]
    world.rows.add("bat_1", [planned(2, {"scene": scene})])
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.parts[RowState.DONE], progress.balance.spent) == (1, 2, 3)


def test_finished_row_that_is_made_again_keeps_its_parts(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    world.run()
    assert world.verbs.retry("bat_1", [1], new_seeds=True) == 1
    assert world.run().count(RowState.DONE) == 1
    assert orders(world) == {"voice": 1, "1": 2}


def test_parts_may_need_parts_of_their_own(world: World) -> None:
    scene = part_of_parts("scene", photo=part("photo"), voice=part_of_parts("voice", script=part("script")))
    opened(world, planned(1, {"scene": scene, "photo": part("photo")}), planned(2, {"scene": scene}))
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.parts[RowState.DONE], progress.balance.spent) == (2, 4, 6)
    assert orders(world) == {"script": 1, "photo": 1, "voice": 1, "scene": 1, "1": 1, "2": 1}
    assert {found.depth for found in world.parts()} == {1, 2, 3}


def test_part_of_a_part_that_fails_fails_all_that_wait_for_it(world: World) -> None:
    scene = part_of_parts("scene", voice=part_of_parts("voice", script=part("script")))
    opened(world, planned(1, {"scene": scene}), planned(2, {"other": part("other")}))
    refuse(world, "script", BAD)
    progress = world.run()
    assert (progress.count(RowState.FAILED), progress.parts[RowState.FAILED]) == (1, 3)
    (record,) = world.rows.records("bat_1", RowState.FAILED)
    assert record.problems[0].reason == "its part scene: its part voice: its part script: nobody can draw that"
    world.verbs.retry("bat_1")
    assert world.run().count(RowState.DONE) == 2
    assert orders(world) == {"script": 1, "voice": 1, "scene": 1, "other": 1, "1": 1, "2": 1}


class Circling:
    """A maker of parts that need each other, or the next one without end (ports.Maker)."""

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """What is named `next`, if anything."""
        following = payload.get("next")
        if following is None:
            return Order("fake", {"part": "end"})
        if isinstance(following, int):
            order = Order("circling", {"next": following - 1} if following else {})
        else:
            order = Order("circling", {"next": "other" if following == "one" else "one"})
        return Order("fake", {"part": "whole"}) if order.digest in made else Missing({f"the {following}": order})


@pytest.fixture
def circling(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The line with a maker that needs what needs it."""
    monkeypatch.setitem(worlds.MAKERS, "circling", Circling())
    world.open_lane("circling", None)
    return world


def of_circling(number: int, following: Any) -> PricedRow:
    """A row that such a maker plans."""
    checked = planned(number, {}).checked
    return PricedRow(replace(checked, plan=Order("circling", {"next": following})), credits=1)


def test_parts_that_need_each_other_are_refused_by_name(circling: World) -> None:
    opened(circling, of_circling(1, "one"), planned(2, {}))
    progress = circling.run()
    assert (progress.count(RowState.FAILED), progress.count(RowState.DONE), progress.is_over) == (1, 1, True)
    (record,) = circling.rows.records("bat_1", RowState.FAILED)
    (problem,) = record.problems
    assert problem.code == "part.circle"
    assert (
        problem.reason == "its part the one: its part the other: its part the one needs, in the end, what needs the one"
    )
    assert circling.engine.jobs.keys() == {"job-1"}, "nothing was made of it"


@pytest.mark.parametrize(("depth", "is_made"), [(DEEPEST - 1, True), (DEEPEST, False)])
def test_parts_that_need_parts_without_end_are_refused_by_name(circling: World, depth: int, is_made: bool) -> None:
    opened(circling, of_circling(1, depth))
    progress = circling.run()
    assert progress.count(RowState.DONE if is_made else RowState.FAILED) == 1
    (record,) = circling.rows.records("bat_1")
    assert len(circling.parts()) == DEEPEST
    if not is_made:
        assert record.problems[0].code == "part.too_deep"
        assert record.problems[0].reason.endswith("would be the 9th that needs the next")
        assert circling.engine.charges == []


def test_cancelled_batch_cancels_its_parts(world: World) -> None:
    scene = part_of_parts("scene", photo=part("photo"))
    opened(world, planned(1, {"scene": scene}), planned(2, {"scene": scene, "voice": part("voice")}), planned(3, {}))
    plan_all(world)
    (flying,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert flying.number < 0
    before = world.check_laws()
    assert (before.count(RowState.WAITING), before.count(RowState.READY)) == (2, 1)
    assert world.verbs.cancel("bat_1") == 3
    progress = world.check_laws()
    assert progress.count(RowState.CANCELLED) == 3
    assert (progress.parts[RowState.CANCELLED], progress.parts[RowState.SUBMITTING]) == (2, 1)
    world.clock.advance(LEASE_SECONDS + 1)
    asyncio.run(world.worker().settle("bat_1"))
    progress = world.check_laws()
    assert (progress.parts[RowState.DONE], progress.is_over) == (1, True), "what is paid for is kept"
    assert len(world.engine.charges) == 1


def test_part_that_would_be_tried_again_in_a_cancelled_batch_is_cancelled(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    plan_all(world)
    (flying,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.verbs.cancel("bat_1")
    refuse(world, "voice", Failure(FailureKind.RATE, "slow down"))
    world.queue.apply([asyncio.run(step(flying, world.line()))])
    assert world.check_laws().parts[RowState.CANCELLED] == 1


def test_row_that_is_planned_while_its_batch_is_cancelled_is_cancelled(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}), planned(2, {}))
    claims = world.queue.claim_due("wrk_a", ["maker"], 9)
    decided = [asyncio.run(step(claim, world.line())) for claim in claims]
    world.verbs.cancel("bat_1")
    world.queue.apply(decided)
    progress = world.check_laws()
    assert (progress.count(RowState.CANCELLED), world.parts()) == (2, [])


def test_sample_makes_what_its_rows_need_and_nothing_else(world: World) -> None:
    deep = part_of_parts("scene", photo=part("photo"))
    opened(world, planned(1, {"own": part("own")}), planned(2, {"scene": deep}), planned(3, {"scene": deep}))
    plan_all(world)
    world.rows.prefer("bat_1", [3])
    world.batches.update("bat_1", "sampled", priority_limit=0)
    progress = world.check_laws()
    assert (progress.admissible, progress.admissible_parts) == (0, 1)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.is_sampled, progress.is_at_rest) == (1, True, True)
    assert orders(world) == {"photo": 1, "scene": 1, "3": 1}
    world.verbs.resume("bat_1", everything=True)
    assert world.run().count(RowState.DONE) == 3
    assert orders(world) == {"photo": 1, "scene": 1, "own": 1, "1": 1, "2": 1, "3": 1}


def test_row_of_a_sample_hurries_what_others_have_wanted_before(world: World) -> None:
    deep = part_of_parts("scene", photo=part("photo"))
    opened(world, planned(1, {"scene": deep}))
    plan_all(world)
    world.batches.update("bat_1", "sampled", priority_limit=0)
    assert world.run().parts[RowState.READY] == 1
    first = planned(2, {"scene": deep})
    world.rows.add("bat_1", [PricedRow(first.checked, credits=1, priority=0)])
    progress = world.run()
    assert progress.count(RowState.DONE) == 1, "and what that needs in its turn"
    assert world.out() == ["2.txt"]


def test_what_is_to_be_looked_at_is_looked_at_as_a_part(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}), planned(2, {"photo": part("photo")}))
    plan_all(world)
    doubtful(world, "voice", "photo")
    progress = world.run()
    assert (progress.parts[RowState.REVIEW], progress.count(RowState.WAITING)) == (2, 2)
    assert (progress.is_at_rest, progress.is_over) == (True, False)
    assert world.verbs.approve("bat_1") == 0, "parts are moved with all, and not counted"
    assert world.run().count(RowState.DONE) == 2


def test_part_that_a_person_rejects_fails_its_rows(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    plan_all(world)
    doubtful(world, "voice")
    world.run()
    world.verbs.reject("bat_1", reason="too loud")
    progress = world.check_laws()
    assert (progress.count(RowState.FAILED), progress.parts[RowState.FAILED], progress.is_over) == (1, 1, True)
    (record,) = world.rows.records("bat_1")
    assert record.problems[0].reason == "its part voice: a person rejected it: too loud"
    assert world.verbs.retry("bat_1") == 1
    assert world.run().count(RowState.DONE) == 1


def doubtful(world: World, *names: str) -> None:
    """Let these parts be looked at."""
    verify, wanted, doubting = world.verifier.verify, set(names), FakeVerifier()

    async def doubt(media: Path, spec: Any, limits: VerifyLimits) -> Verdict:
        text = await asyncio.to_thread(media.read_text)
        for name in [name for name in wanted if f'"{name}"' in text]:
            wanted.remove(name)
            doubting.rulings = [Ruling.REVIEW]
            return await doubting.verify(media, spec, limits)
        return await verify(media, spec, limits)

    world.verifier.verify = doubt  # type: ignore[method-assign]


def test_amended_row_finds_its_parts_again(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice"), "photo": part("photo")}))
    refuse(world, "voice", BAD)
    world.run()
    assert world.rows.amend("bat_1", [planned(1, {"voice": part("better voice"), "photo": part("photo")})]) == 1
    assert world.check_laws().count(RowState.CHECKING) == 1
    assert world.run().count(RowState.DONE) == 1
    assert orders(world) == {"better voice": 1, "photo": 1, "1": 1}
    assert sorted(states(world)) == ["done", "done", "failed"]
    with world.database.read() as connection:
        assert sorted(connection.execute(select(needs.c.name)).scalars()) == ["photo", "voice"]


def test_row_that_no_engine_makes_is_blocked_and_costs_nothing(world: World) -> None:
    opened(world, planned(1, {"voice": {"engine": "nobody", "payload": {}}}), planned(2, {}))
    progress = world.run()
    assert (progress.count(RowState.BLOCKED), progress.count(RowState.DONE)) == (1, 1)
    (record,) = world.rows.records("bat_1", RowState.BLOCKED)
    assert (record.problems[0].code, record.problems[0].reason) == ("payload.refused", "there is no engine nobody")
    assert world.rows.amend("bat_1", [planned(1, {"voice": part("voice")})]) == 1
    assert world.run().count(RowState.DONE) == 2


def test_part_that_cannot_be_planned_blocks_and_fails_its_rows(world: World) -> None:
    broken = {"engine": "maker", "payload": {"engine": "nobody", "payload": {}, "needs": {}}}
    opened(world, planned(1, {"scene": broken}))
    progress = world.run()
    assert (progress.count(RowState.FAILED), progress.parts[RowState.BLOCKED]) == (1, 1)
    (record,) = world.rows.records("bat_1")
    assert record.problems[0].reason == "its part scene: there is no engine nobody"


def test_parts_are_paid_from_the_budget_of_their_batch(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice", credits=3)}), budget=3)
    progress = world.run()
    assert (progress.balance.spent, progress.count(RowState.READY), progress.batch.reason) == (3, 1, "budget")
    assert progress.batch.state is BatchState.PAUSED


def test_budget_waits_for_what_parts_under_way_may_give_back(world: World) -> None:
    opened(world, planned(1, {"a": part("a")}), planned(2, {"b": part("b")}), budget=1)
    plan_all(world)
    (flying,) = world.queue.admit("wrk_a", ["fake"], 9)
    assert world.queue.admit("wrk_a", ["fake"], 9) == []
    assert world.batches.find("bat_1").state is BatchState.RUNNING
    world.queue.apply([decide(flying, BAD)])
    assert len(world.queue.admit("wrk_a", ["fake"], 9)) == 1
    assert world.check_laws().balance.reserved == 1


def test_parts_and_rows_share_calls_and_window(tmp_path: Path) -> None:
    world = World(tmp_path, lane=1, rows_per_call=10)
    opened(world, *(planned(number, {"own": part(f"own {number}", size="a")}) for number in range(1, 8)))
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.parts[RowState.DONE]) == (7, 7)
    assert len(world.engine.charges) <= 4


@pytest.mark.parametrize("times", [1, 3])
def test_planning_that_was_cut_off_is_done_again_and_makes_nothing_twice(world: World, times: int) -> None:
    opened(world, *(planned(number, {"logo": part("logo")}) for number in (1, 2)))
    for _ in range(times):
        first, second = world.queue.claim_due("wrk_dead", ["maker"], 9)
        world.clock.advance(LEASE_SECONDS + 1)
    zombies = [asyncio.run(step(claim, world.line())) for claim in (first, second)]
    world.queue.apply(zombies[:1])
    assert world.run().count(RowState.DONE) == 2
    assert world.queue.apply(zombies) == [None, None]
    assert orders(world)["logo"] == 1


def test_part_that_is_made_between_plan_and_word_of_it_is_waited_for_by_nobody(world: World) -> None:
    opened(world, planned(1, {"logo": part("logo")}), planned(2, {"logo": part("logo")}))
    first, second = world.queue.claim_due("wrk_a", ["maker"], 9)
    late = asyncio.run(step(second, world.line()))
    world.queue.apply([asyncio.run(step(first, world.line()))])
    (logo,) = world.queue.admit("wrk_b", ["fake"], 9)
    going = world.queue.apply([asyncio.run(step(logo, world.line()))])
    world.clock.advance(2.0)
    (logo,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    while logo is not None:
        decided = asyncio.run(step(logo, world.line()))
        if decided.to is RowState.DONE:  # both in one transaction
            going = world.queue.apply([late, decided])
            break
        (logo,) = world.queue.apply([decided])
    assert going == [None, None]
    progress = world.check_laws()
    assert (progress.count(RowState.CHECKING), progress.count(RowState.WAITING)) == (2, 0)
    assert world.run().count(RowState.DONE) == 2


def test_what_is_planned_is_priced_and_kept(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice", credits=5)}, {"credits": 4, "model": "two"}))
    plan_all(world)
    (voice,) = world.parts()
    assert (voice.credits, voice.lane, voice.number, voice.file_name) == (5, "fake", -1, "")
    assert world.by_number(1).state == "waiting"
    world.run()
    row = world.by_number(1)
    assert (row.credits, row.lane) == (4, "fake:two")
    with world.database.read() as connection:
        kept = connection.execute(select(row_data.c.payload).where(row_data.c.row_id == row.id)).scalar_one()
    assert BODY.value(kept)["made"] == {"voice": f"asset:{world.parts()[0].media}.mp4"}


def test_part_that_nobody_knows_about_is_made_again_by_its_number(world: World) -> None:
    opened(world, planned(1, {"voice": part("voice")}))
    plan_all(world)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([to_unknown(claim, Failure(FailureKind.ENGINE, "no answer"))])
    assert world.batches.progress("bat_1").count(RowState.WAITING) == 1, "it waits for whoever finds out"
    assert world.verbs.retry("bat_1", [claim.number]) == 1
    assert world.run().count(RowState.DONE) == 1
