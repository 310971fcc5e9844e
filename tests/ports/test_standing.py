"""Where single requests go: one batch for each tenant and kind, rows one by one, found by the ids they were given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.errors import InputError, NotFoundError, StoreError
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.use_cases.ending import end_batch
from clipmill.store.batches import SqlBatches
from tests.together import together
from tests.world import TEMPLATE, World, order, parts_of

pytestmark = pytest.mark.usefixtures("each_database")

#: Ids of three forms, as different callers need them.
UUID, TPL, HEX = "0b0c8f0e-7d3c-4c55-9a57-0f0e6a4f3c11", "tpl_4GqW8zPkR2mYxN7cVb3L", "64f1a2b3c4d5e6f708192a3b"
APPENDS = """
from dataclasses import replace
from clipmill.domain.batch import Batch
from clipmill.domain.template import Policy
from clipmill.store.batches import SqlBatches
from clipmill.store.records import SqlRows
make = Batch(id="bat_" + me, name="requests", template_name="fake", template_version="v1", engine="fake", source="",
             out_folder="/out/of/it", policy=Policy())
batch = SqlBatches(database, FrozenClock()).standing("image", make, TEMPLATE)
rows = SqlRows(database, FrozenClock())
for n in range(12):
    for public_id in (me + str(n), "everybody's " + str(n)):
        number = rows.append(batch.id, replace(order(1, batch.id), public_id=public_id))
        say(f"{batch.id} {number} {public_id}")
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a local engine."""
    return World(tmp_path, remote=False)


def made(world: World, batch_id: str) -> Batch:
    """A batch as whoever has a request would make it."""
    return Batch(id=batch_id, name="requests", template_name="fake", template_version="v1", engine="fake", source="",
                 out_folder=str(world.folder / "out"), policy=Policy())  # fmt: skip


def test_first_request_of_a_tenant_and_a_kind_makes_their_batch(world: World) -> None:
    theirs = SqlBatches(world.database, world.clock, "other")
    first = world.batches.standing("image", made(world, "bat_1"), TEMPLATE)
    assert (first.id, first.state, first.standing) == ("bat_1", BatchState.RUNNING, "image")
    assert world.batches.standing("image", made(world, "bat_2"), TEMPLATE) == first
    assert world.batches.standing("video", made(world, "bat_3"), TEMPLATE).id == "bat_3"
    assert theirs.standing("image", made(world, "bat_4"), TEMPLATE).id == "bat_4"
    assert world.batches.template("bat_1") == TEMPLATE
    with pytest.raises(NotFoundError, match="no batch yet"):
        world.batches.find("latest")
    assert world.batches.progress("bat_1").phase == "running", "it is never finished for good"


def test_those_that_make_it_at_once_have_the_same(world: World) -> None:
    def stand(number: int) -> str:
        return world.batches.standing("image", made(world, f"bat_{number}"), TEMPLATE).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(stand, range(4)))) == 1


def test_what_else_is_wrong_with_it_is_told(world: World) -> None:
    world.batch(1, batch_id="bat_1")
    with pytest.raises(StoreError, match=r"UNIQUE|unique"):
        world.batches.standing("image", made(world, "bat_1"), TEMPLATE)


def test_cancelled_one_runs_again_for_the_next_request(world: World) -> None:
    batch = world.batches.standing("image", made(world, "bat_1"), TEMPLATE)
    world.rows.append(batch.id, order(1, batch.id))
    Verbs(world.batches, world.rows, world.lanes).cancel(batch.id)
    assert world.batches.standing("image", made(world, "bat_2"), TEMPLATE).state is BatchState.RUNNING
    assert world.rows.append(batch.id, order(1, batch.id)) == 2
    assert [record.state for record in world.rows.records(batch.id)] == [RowState.CANCELLED, RowState.READY]
    assert [event.kind for event in world.rows.events(batch.id)].count("resumed") == 1


def test_row_is_found_by_the_id_it_was_given_and_given_again_it_is_the_same(world: World) -> None:
    batch = world.batches.standing("image", replace(made(world, "bat_1"), public_id=TPL), TEMPLATE)
    world.batch(2, batch_id="bat_2")
    numbers = [world.rows.append("bat_1", replace(order(7, "bat_1"), public_id=each)) for each in (UUID, HEX, "", "")]
    assert numbers == [1, 2, 3, 4]
    before = world.rows.append("bat_1", replace(order(9, "bat_1", blocked=True), public_id=HEX))
    assert (before, world.check_laws("bat_1").count(RowState.READY)) == (2, 4)
    assert (world.rows.locate(HEX), world.rows.locate(UUID)) == (("bat_1", 2), ("bat_1", 1))
    assert [record.public_id for record in world.rows.records("bat_1")] == [UUID, HEX, "", ""]
    assert world.batches.find(TPL) == batch
    assert (batch.id, batch.public_id) == ("bat_1", TPL)
    with pytest.raises(InputError, match="another row's id"):
        world.rows.append("bat_2", replace(order(3, "bat_2"), public_id=HEX))
    with pytest.raises(NotFoundError, match="no row bat_1"):
        world.rows.locate("bat_1")


def test_row_that_came_alone_is_made_at_once_and_no_report_grows_with_it(world: World) -> None:
    world.batches.standing("image", made(world, "bat_1"), TEMPLATE)
    for number in (1, 2):
        world.rows.append("bat_1", replace(order(1, "bat_1"), public_id=f"request {number}"))
        world.run("bat_1")
        end_batch(parts_of(world), "bat_1")
        assert world.batches.unwritten("wrk_x") == []
        assert world.check_laws("bat_1").count(RowState.DONE) == number
    assert world.out() == ["1.txt"], "whoever has a request names its file"


def test_those_that_append_at_once_have_each_a_number_of_its_own(world: World) -> None:
    told = [line.split(" ", 2) for line in together(world.database, APPENDS)]
    (batch_id,) = {batch_id for batch_id, _, _ in told}
    given = {(public_id, int(number)) for _, number, public_id in told}
    assert len(told) == 2 * 2 * 24
    assert len(given) == 4 * 12 + 12, "one id is one row, whoever gives it"
    assert sorted(number for _, number in given) == list(range(1, 61))
    assert {(record.public_id, record.number) for record in world.rows.records(batch_id)} == given
    assert world.check_laws(batch_id).count(RowState.READY) == 60
