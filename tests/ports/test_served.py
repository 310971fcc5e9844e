"""What a server keeps: keys, answers, templates by name, uploads, single requests; on both databases."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.access import Asset, KeyRecord, Named, Scope
from clipmill.domain.line.delivery import Endpoint
from clipmill.domain.row import Row, RowState
from clipmill.errors import InputError, NotFoundError
from clipmill.store.line.unchecked import SqlUnchecked
from clipmill.store.served.answers import SqlAnswers
from clipmill.store.served.asked import SqlAsked, SqlTail
from clipmill.store.served.assets import SqlAssets
from clipmill.store.served.keys import SqlKeys
from clipmill.store.served.named import SqlNamed
from clipmill.store.served.sealed import sealed_value
from clipmill.store.tenants.limits import SqlKeyLimits
from tests.world import LEASE_SECONDS, TEMPLATE, World

pytestmark = pytest.mark.usefixtures("each_database")

OTHER = "other"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


KEY = KeyRecord(id="key_1", tenant="local", name="shop", shown="cm_live_abcd", scopes=(Scope.READ, Scope.SUBMIT))


def test_a_key_is_known_by_its_hash_until_it_is_over(world: World) -> None:
    keys = SqlKeys(world.database, world.clock)
    kept = keys.add(replace(KEY, expires_at=world.clock.now() + 100), "ab" * 32)
    assert (kept.name, kept.scopes, kept.used_at) == ("shop", KEY.scopes, None)
    assert keys.shown("cd" * 32) is None
    assert keys.shown("ab" * 32) == replace(kept, used_at=None)
    assert keys.all("local")[0].used_at == world.clock.now()
    world.clock.advance(101)
    assert keys.shown("ab" * 32) is None
    assert keys.all(OTHER) == []


def test_a_revoked_key_opens_nothing_and_another_tenant_revokes_none(world: World) -> None:
    keys = SqlKeys(world.database, world.clock)
    keys.add(KEY, "ab" * 32)
    with pytest.raises(NotFoundError):
        keys.end(OTHER, "key_1")
    assert keys.shown("ab" * 32) is not None
    assert keys.end("local", "key_1").revoked_at == world.clock.now()
    assert keys.shown("ab" * 32) is None


def test_what_a_key_has_left_is_told_by_kind(world: World) -> None:
    limits = SqlKeyLimits(world.database, world.clock)
    limits.limit("key_1", "requests", 10, 60)
    limits.limit("key_1", "credits", 500)
    assert limits.take("key_1", "requests", 4) == 0
    assert limits.take("key_1", "credits", 501) == math.inf
    left = limits.left("key_1")
    assert (left["requests"].remaining, left["credits"].remaining, left["credits"].seconds) == (6, 500, None)
    assert limits.left("key_2") == {}


def test_an_answer_is_given_once_and_told_again(world: World) -> None:
    answers = SqlAnswers(world.database, world.clock)
    assert answers.begin("POST /v1/batches", "k", "body", 30) is None
    there = answers.begin("POST /v1/batches", "k", "body", 30)
    assert there is not None
    assert (there.status, there.body) == (None, "body")
    assert SqlAnswers(world.database, world.clock, OTHER).begin("POST /v1/batches", "k", "x", 30) is None
    answers.end("POST /v1/batches", "k", 201, "{}", 100)
    there = answers.begin("POST /v1/batches", "k", "body", 30)
    assert there is not None
    assert (there.status, there.answer) == (201, "{}")
    world.clock.advance(101)
    assert answers.begin("POST /v1/batches", "k", "body", 30) is None


def test_whoever_was_cut_off_while_answering_leaves_the_key_to_others(world: World) -> None:
    answers = SqlAnswers(world.database, world.clock)
    answers.begin("r", "k", "body", 30)
    world.clock.advance(31)
    assert answers.begin("r", "k", "body", 30) is None
    answers.drop("r", "k")
    assert answers.begin("r", "k", "other", 30) is None


def test_every_edition_of_a_template_is_kept(world: World) -> None:
    named = SqlNamed(world.database, world.clock)
    first = named.keep(Named(id="tpl_1", surface="", name="promo", number=0, document={"a": 1}), TEMPLATE)
    second = named.keep(Named(id="tpl_1", surface="", name="promo 2", number=0, document={"a": 2}))
    assert (first.number, first.version, second.number) == (1, "v1", 2)
    assert named.find("tpl_1").document == {"a": 2}
    assert named.find("tpl_1", 1).document == {"a": 1}
    assert named.template("v1").name == "fake"
    assert named.page("", 10)[1] == 1
    assert named.page("zvid", 10) == ([], 0)
    named.archive("tpl_1")
    assert named.page("", 10) == ([], 0)
    assert named.find("tpl_1").archived_at == world.clock.now()


def test_uploads_come_by_the_page_and_go_when_they_expire(world: World) -> None:
    assets = SqlAssets(world.database, world.clock)
    for number in range(3):
        world.clock.advance(1)
        assets.add(Asset(id=f"ast_{number}", name="a.png", sha256="ab", size_bytes=3, facts={"kind": "image"}))
    assets.add(Asset(id="ast_b", name="in.jsonl", sha256="cd", size_bytes=3, purpose="batch", facts={},
                     expires_at=world.clock.now() + 10))  # fmt: skip
    page, total = assets.page([""], 2)
    assert ([asset.id for asset in page], total) == (["ast_2", "ast_1"], 3)
    assert [asset.id for asset in assets.page([""], 2, after="ast_1")[0]] == ["ast_0"]
    assert assets.find("ast_b").purpose == "batch"
    world.clock.advance(11)
    with pytest.raises(NotFoundError):
        assets.find("ast_b")
    assert (assets.remove("ast_0"), assets.remove("ast_0")) == (1, 0)


def test_a_secret_of_the_server_is_made_once(world: World) -> None:
    assert sealed_value(world.database, "links", "first") == "first"
    assert sealed_value(world.database, "links", "second") == "first"


def taking(world: World) -> SqlUnchecked:
    """Where single requests go."""
    return SqlUnchecked(world.database, world.clock, LEASE_SECONDS)


def asked(*names: str) -> dict[str, Row]:
    """Requests by what their tenant calls them."""
    return {name: Row(0, {"payload": "{}", "name": name}) for name in names}


def test_single_requests_are_found_by_what_their_tenant_calls_them(world: World) -> None:
    world.batch(1)
    assert taking(world).append("bat_1", asked("a", "b")) == [2, 3]
    assert taking(world).append("bat_1", asked("b", "c")) == [3, 4]
    assert world.rows.locate("c") == ("bat_1", 4)
    states = [record.state for record in world.rows.records("bat_1")]
    assert states == [RowState.READY, *[RowState.CHECKING] * 3]
    world.batch(0, batch_id="bat_2")
    with pytest.raises(InputError, match="another row's id"):
        taking(world).append("bat_2", asked("d", "a"))
    assert world.batches.progress("bat_2").rows == 0


def test_whoever_is_to_be_told_of_one_request_hears_of_no_other(world: World) -> None:
    world.batch(0)
    told = Endpoint(id="ep_1", url="https://a.example/hook", signing="none", types=("row.cancelled",))
    taking(world).append("bat_1", asked("a", "b"), {"b": told})
    world.verbs.cancel("bat_1")
    (delivery,) = world.outbox.deliveries()
    assert (delivery.type, '"row":2' in delivery.body) == ("row.cancelled", True)
    assert world.endpoints.all("local") == []


def test_single_requests_are_checked_before_tables(world: World) -> None:
    world.batch(0, batch_id="bat_1")
    taking(world).take("bat_1", [Row(1, {"n": "1"})])
    batch = replace(world.batches.find("bat_1"), id="bat_s", surface="zvid")
    standing = world.batches.standing("zvid.video", batch, TEMPLATE)
    taking(world).append(standing.id, asked("a"))
    assert taking(world).hold("wrk", single=True) == standing.id
    taking(world).let_go("wrk", standing.id)
    assert taking(world).hold("wrk") == standing.id


def test_jobs_come_by_the_page_of_their_surface_and_tenant(world: World) -> None:
    batch = replace(world.batches.find(world.batch(0)), id="bat_s", surface="zvid", public_id="")
    world.batches.standing("zvid.video", batch, TEMPLATE)
    taking(world).append("bat_s", asked("a", "b", "c"))
    ours, theirs = SqlAsked(world.database), SqlAsked(world.database, OTHER)
    found = ours.jobs("zvid", {}, 2)
    assert ([job.record.public_id for job in found.page], found.total) == (["c", "b"], 3)
    assert [job.record.public_id for job in ours.jobs("zvid", {"after": "b"}, 5).page] == ["a"]
    assert [job.record.public_id for job in ours.jobs("zvid", {"ids": ["b", "x"]}, 5).page] == ["b"]
    assert ours.jobs("zvid", {"states": [RowState.DONE]}, 5).total == 0
    assert ours.jobs("zvid", {"states": []}, 5).total == 0
    assert (ours.jobs("sync", {}, 5).total, theirs.jobs("zvid", {}, 5).total) == (0, 0)
    assert ours.job("a", "zvid").batch.id == "bat_s"
    for meant in (lambda: ours.job("a", "sync"), lambda: theirs.job("a"), lambda: ours.job("x")):
        with pytest.raises(NotFoundError):
            meant()


def test_a_tenants_whole_is_told_by_the_page(world: World) -> None:
    for number in range(3):
        world.clock.advance(1)
        world.batch(2, batch_id=f"bat_{number}")
    world.run("bat_0")
    ours, theirs = SqlAsked(world.database), SqlAsked(world.database, OTHER)
    assert [batch.id for batch in ours.batches(2)] == ["bat_2", "bat_1"]
    assert [batch.id for batch in ours.batches(2, after="bat_1")] == ["bat_0"]
    assert (ours.total(), theirs.total(), theirs.batches(9)) == (3, 0, [])
    spent = ours.spending()
    assert (spent.spent, spent.reserved, spent.rows["done"]) == (sum(line.amount for line in ours.ledger(99)
            if line.kind == "settle"), 0, 2)  # fmt: skip
    assert theirs.spending().spent == 0
    assert [use.batch_id for use in ours.usage(0)] == ["bat_0"]
    lines = ours.ledger(1)
    assert ours.ledger(99, before=lines[0].id)[0].id < lines[0].id
    assert (theirs.ledger(9), theirs.usage(0)) == ([], [])
    every = ours.events(0, 999)
    assert [heard.id for heard in every] == sorted(heard.id for heard in every)
    assert {heard.event.batch_id for heard in ours.events(0, 999, "bat_1")} == {"bat_1"}
    assert theirs.events(0, 999) == []
    tail = SqlTail(world.database)
    assert tail.newest() == every[-1].id
    assert tail.since(every[-3].id, 9) == every[-2:]
    assert tail.spending().mismatches == 0


def test_a_batch_that_does_not_add_up_is_counted(world: World) -> None:
    world.batch(2)
    broken: Any = "UPDATE counts SET rows = rows + 1 WHERE state = 'done'"
    world.database.write(lambda connection: connection.exec_driver_sql(broken))
    assert SqlTail(world.database).spending().mismatches == 1
