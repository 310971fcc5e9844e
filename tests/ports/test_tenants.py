"""What is one tenant's is not there for another, by whatever method it is asked for (invariant 18 of ARCHITECTURE)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from clipmill.domain.access import Asset, Named
from clipmill.domain.batch import LOCAL, Batch, BatchState, Move
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.errors import InputError, NotFoundError
from clipmill.store.batches import SqlBatches, SqlEndings
from clipmill.store.database import Database
from clipmill.store.readonly import ReadOnly
from clipmill.store.records import SqlRows
from clipmill.store.schema import ledger, metadata
from clipmill.store.served.answers import SqlAnswers
from clipmill.store.served.asked import SqlAsked
from clipmill.store.served.assets import SqlAssets
from clipmill.store.served.named import SqlNamed
from clipmill.store.tenants.limits import SqlKeyLimits
from clipmill.store.tenants.owners import TenantFiles, may_have
from tests import world as worlds
from tests.world import TEMPLATE, World, order
from tests.world import progress as numbers

pytestmark = pytest.mark.usefixtures("each_database")

OTHER = "other"
CANCEL = Move("bat_1", RowState.READY, RowState.CANCELLED, "cancelled")
#: Every public method of what is bound to a tenant, as somebody calls it who knows all there is to know of bat_1.
CALLS: dict[type, dict[str, Callable[[Any], Any]]] = {
    SqlBatches: {
        "update": lambda batches: batches.update("bat_1", "paused", state=BatchState.PAUSED),
        "find": lambda batches: batches.find("bat_1"),
        "progress": lambda batches: batches.progress("bat_1"),
        "template": lambda batches: batches.template("bat_1"),
        "unheld": lambda batches: batches.unheld("bat_1"),
        "unwritten": lambda batches: batches.unwritten("wrk_x"),
        "begin_writing": lambda batches: batches.begin_writing("end", "bat_1"),
        "end_writing": lambda batches: batches.end_writing("", "bat_1", "the disk is full"),
    },
    SqlRows: {
        "add": lambda rows: rows.add("bat_1", [order(9, "bat_1")]),
        "append": lambda rows: rows.append("bat_1", order(9, "bat_1")),
        "amend": lambda rows: rows.amend("bat_1", [order(5, "bat_1")]),
        "prefer": lambda rows: rows.prefer("bat_1", [3]),
        "records": lambda rows: list(rows.records("bat_1")),
        "move": lambda rows: rows.move(CANCEL, [3]),
        "events": lambda rows: list(rows.events("bat_1")),
        "locate": lambda rows: rows.locate("first"),
        "asked": lambda rows: rows.asked(_row_id(rows)),
    },
    ReadOnly: {
        "find": lambda readonly: readonly.find("bat_1"),
        "every": lambda readonly: readonly.every(),
        "several": lambda readonly: readonly.several(["bat_1"]),
        "into": lambda readonly: readonly.into(Path("/out/of/it")),
        "waits": lambda readonly: readonly.waits("bat_1"),
        "progress": lambda readonly: readonly.progress("bat_1"),
        "story": lambda readonly: readonly.story("bat_1", 1),
        "compare": lambda readonly: readonly.compare([_batch("bat_1")] if readonly._tenant == LOCAL else []),
        "pace": lambda readonly: readonly.pace(numbers(), 0.0),
        "records": lambda readonly: list(readonly.records("bat_1")),
        "events": lambda readonly: list(readonly.events("bat_1")),
        "page": lambda readonly: readonly.page("bat_1", (), 0, 9),
    },
    TenantFiles: {"path": lambda files: files.path(files.theirs)},
    SqlKeyLimits: {
        "take": lambda limits: limits.take("key", "calls", 3),
        "unlimit": lambda limits: limits.unlimit("key", "calls"),
        "left": lambda limits: limits.left("key"),
    },
    SqlAsked: {
        "batches": lambda asked: asked.batches(9),
        "numbers": lambda asked: asked.numbers(9),
        "total": lambda asked: asked.total(),
        "unfinished": lambda asked: asked.unfinished(""),
        "jobs": lambda asked: asked.jobs("", {}, 9).page,
        "job": lambda asked: asked.job("first"),
        "events": lambda asked: asked.events(0, 9, "bat_1"),
        "ledger": lambda asked: asked.ledger(9, batch_id="bat_1"),
        "spending": lambda asked: asked.spending().reserved,
    },
    SqlNamed: {
        "find": lambda named: named.find("tpl_1"),
        "page": lambda named: named.page("", 9)[0],
        "archive": lambda named: named.archive("tpl_1"),
        "template": lambda named: named.template("v1"),
    },
    SqlAssets: {
        "find": lambda assets: assets.find("ast_1"),
        "page": lambda assets: assets.page([""], 9)[0],
        "remove": lambda assets: assets.remove("ast_1"),
    },
    SqlAnswers: {
        "end": lambda answers: answers.end("POST /", "k", 200, "{}", 9),
        "drop": lambda answers: answers.drop("POST /", "k"),
    },
}
#: What makes something of the caller's own, with tests of its own, and what is nobody's.
OWN = {SqlBatches: {"create", "standing"}, SqlRows: {"give_names"}, TenantFiles: {"put"},
       SqlKeyLimits: {"limit", "give"}, SqlAsked: {"usage"}, SqlNamed: {"keep"}, SqlAssets: {"add"},
       SqlAnswers: {"begin"}}  # fmt: skip
NOBODYS = {ReadOnly: {"serving", "is_current", "lane_pace"}, TenantFiles: {"scratch", "discard"}}


def _row_id(theirs: SqlRows) -> int:
    """The id of the first row of the batch, whoever asks."""
    return next(SqlRows(theirs._database, theirs._clock, LOCAL).records("bat_1")).row_id


def _batch(batch_id: str, **changes: Any) -> Batch:
    batch = Batch(id=batch_id, name="spring", template_name="fake", template_version="v1", engine="fake", source="",
                  out_folder="/out/of/it", policy=Policy())  # fmt: skip
    return replace(batch, **changes)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a batch of the tenant `local` under way, a limit of its key, and a file of its own."""
    world = World(tmp_path)
    world.batches.create(_batch("bat_1", public_id="tpl_spring"), TEMPLATE)
    world.rows.add("bat_1", [replace(order(n, "bat_1", blocked=n > 4), public_id="first" if n == 1 else "")
                             for n in range(1, 6)])  # fmt: skip
    world.batches.update("bat_1", "started", state=BatchState.RUNNING)
    with world.dying.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 2)
    world.clock.advance(99)
    parts(world, SqlKeyLimits, LOCAL).limit("key", "calls", 3)
    parts(world, SqlNamed, LOCAL).keep(Named(id="tpl_1", surface="", name="spring", number=0, document={}), TEMPLATE)
    parts(world, SqlAssets, LOCAL).add(Asset(id="ast_1", name="a", sha256="ab", size_bytes=1, facts={}))
    parts(world, SqlAnswers, LOCAL).begin("POST /", "k", "body", 99)
    (tmp_path / "photo").write_text("a photo")
    parts(world, TenantFiles, LOCAL).put(tmp_path / "photo")
    return world


def parts(world: World, kind: type, tenant: str) -> Any:
    """What is bound to a tenant."""
    if kind is ReadOnly:
        is_file = worlds.kind == worlds.SQLITE
        return ReadOnly(world.folder / "clipmill.db", tenant) if is_file else world.database.readonly(tenant)
    if kind is TenantFiles:
        files: Any = TenantFiles(world.files, world.database, tenant)
        files.theirs = next((path.name for path in world.files.root.rglob("*") if path.is_file()), "")
        return files
    if kind is SqlAsked:
        return SqlAsked(world.database, tenant)
    return kind(world.database, world.clock, tenant)


def kept(database: Database) -> dict[str, list[Any]]:
    """All there is in the database."""
    with database.read() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}


def public(kind: type) -> Iterator[str]:
    """The names of what others may ask of it."""
    return (name for name, _ in inspect.getmembers(kind) if not name.startswith("_"))


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.__name__)
def test_every_method_is_walked(kind: type) -> None:
    walked = {*CALLS[kind], *OWN.get(kind, ()), *NOBODYS.get(kind, ())}
    assert set(public(kind)) == walked, "say above what a method does for a tenant whose batch it is not"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, calls in CALLS.items() for name in calls],
                         ids=lambda part: getattr(part, "__name__", part))  # fmt: skip
def test_what_is_anothers_is_not_there(world: World, kind: type, name: str) -> None:
    before = kept(world.database)
    try:
        seen = CALLS[kind][name](parts(world, kind, OTHER))
    except NotFoundError as error:
        seen = None
        assert "spring" not in f"{error} {error.hint} {error.listed}"
    assert not seen
    assert kept(world.database) == before
    seen = CALLS[kind][name](parts(world, kind, LOCAL))
    assert seen or kept(world.database) != before, "whose it is sees or changes something, or the question is idle"


def test_each_has_what_it_made_and_what_it_calls_so(world: World) -> None:
    theirs = parts(world, SqlBatches, OTHER)
    theirs.create(_batch("bat_2", public_id="tpl_spring"), TEMPLATE)
    rows = parts(world, SqlRows, OTHER)
    rows.add("bat_2", [replace(order(1, "bat_2"), public_id="first")])
    for word in ("", "spring", "tpl_spring", "bat_", "spr"):
        assert theirs.find(word).id == parts(world, ReadOnly, OTHER).find(word).id == "bat_2"
        assert world.batches.find(word).id == parts(world, ReadOnly, LOCAL).find(word).id == "bat_1"
    assert (rows.locate("first"), world.rows.locate("first")) == (("bat_2", 1), ("bat_1", 1))
    assert theirs.template("bat_2") == TEMPLATE
    assert (theirs.find().tenant, world.batches.find().tenant) == (OTHER, LOCAL)
    assert [each.batch.id for each in parts(world, ReadOnly, OTHER).every()] == ["bat_2"]
    theirs.update("bat_2", "started", state=BatchState.RUNNING)
    assert theirs.unwritten("wrk_x") == ["bat_2"]


def test_workers_serve_everybody_and_what_it_costs_is_its_tenants(world: World) -> None:
    theirs = parts(world, SqlBatches, OTHER)
    theirs.create(_batch("bat_2", out_folder=str(world.folder / "theirs")), TEMPLATE)
    parts(world, SqlRows, OTHER).add("bat_2", [order(1, "bat_2")])
    theirs.update("bat_2", "started", state=BatchState.RUNNING)
    endings = SqlEndings(world.database, world.clock)
    (claim,) = world.queue.admit("wrk_b", ["fake"], 1, "bat_2")
    assert claim.batch_id == "bat_2"
    assert endings.unheld("bat_1") == 2
    assert endings.unwritten("wrk_b") == ["bat_1", "bat_2"]
    assert endings.progress("bat_2").batch.tenant == OTHER
    endings.begin_writing("wrk_c", "bat_2")
    endings.end_writing("wrk_c", "bat_2")
    assert endings.unwritten("wrk_b") == ["bat_1"]
    with world.database.read() as connection:
        lines = {tuple(line) for line in connection.execute(select(ledger.c.batch_id, ledger.c.tenant))}
    assert lines == {("bat_1", LOCAL), ("bat_2", OTHER)}


def test_who_brought_a_content_may_have_it_and_who_it_was_made_for(world: World, tmp_path: Path) -> None:
    ours, theirs = (parts(world, TenantFiles, tenant) for tenant in (LOCAL, OTHER))
    assert ours.path(ours.theirs).read_text() == "a photo"
    (tmp_path / "same").write_text("a photo")
    assert theirs.put(tmp_path / "same", keep=True) == ours.theirs
    assert theirs.path(ours.theirs) == ours.path(ours.theirs)
    made = "ab" * 32
    world.write(text(f"UPDATE attempts SET media = '{made}' WHERE key = 'bat_1_1.1'"))
    with world.database.read() as connection:
        assert [may_have(connection, tenant, made) for tenant in (LOCAL, OTHER)] == [True, False]
        assert [may_have(connection, tenant, "v1") for tenant in (LOCAL, OTHER)] == [True, False]
        assert not may_have(connection, LOCAL, "cd" * 32)
    theirs.scratch("x").write_text("in the making")
    theirs.discard("x")
    assert not world.files.scratch("x").exists()


def test_nobody_renames_anothers_files(world: World) -> None:
    with pytest.raises(NotFoundError):
        parts(world, SqlRows, OTHER).give_names("bat_1", {3: "other.txt"})


def test_limit_of_one_tenants_key_is_nobody_elses(world: World) -> None:
    theirs, ours = parts(world, SqlKeyLimits, OTHER), parts(world, SqlKeyLimits, LOCAL)
    theirs.limit("key", "calls", 1)
    assert (theirs.take("key", "calls"), theirs.take("key", "calls") > 0, ours.take("key", "calls", 3)) == (0, True, 0)


def test_id_that_another_row_has_is_refused(world: World) -> None:
    before = kept(world.database)
    for others, given in ((["", "first"], "first"), (["last", "last"], "last")):
        with pytest.raises(InputError, match=f"{given} is another row's id"):
            world.rows.add("bat_1", [replace(order(n, "bat_1"), public_id=others[n - 6]) for n in (6, 7)])
    assert kept(world.database) == before
    assert world.rows.add("bat_1", [replace(order(1, "bat_1"), public_id="first")]) == 0
    assert [record.public_id for record in world.rows.records("bat_1")] == ["first", "", "", "", ""]
