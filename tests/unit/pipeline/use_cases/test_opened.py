"""What a batch is opened as, what stops it before there is one, and what corrected or late rows must not repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.domain.batch import BatchState
from clipmill.domain.credits import Quote
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row, RowState
from clipmill.domain.template import Policy
from clipmill.errors import (
    InputError,
    NotFoundError,
    ProjectError,
    SettingsError,
    SourceError,
    StoreError,
    TemplateError,
)
from clipmill.pipeline.use_cases.going_on import resume
from clipmill.pipeline.use_cases.opening import Opened, amend, finish_import, open_batch, probe_template
from clipmill.pipeline.use_cases.wishes import RunOptions, check_out_folder
from clipmill.shown import discreet
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.unit.pipeline.use_cases.test_going_on import interrupted
from tests.unit.pipeline.use_cases.test_opening import asked, batch, probed
from tests.world import TEMPLATE, World, pricing_of

WRONG = ProjectError("it is wrong")


def refuse(_payload: Payload) -> Quote:
    """Price nothing."""
    raise WRONG


def opened(parts: Any, given: Asking, *cells: str, header: str = "n", **wishes: Any) -> Opened:
    """A batch of a table with these cells."""
    return open_batch(parts, given(*cells, header=header), RunOptions("rows", parts.home / "out", **wishes))


def names(parts: Any) -> list[str]:
    """What the files of the batch are called, in the order of its rows."""
    return [record.file_name for record in parts.rows.records(parts.batches.find().id)]


def test_what_the_user_says_of_money_and_pace_takes_the_templates_place() -> None:
    template = replace(TEMPLATE, policy=Policy(attempts=5, budget=9, window=7))
    assert RunOptions("rows", Path("out")).policy(template) == template.policy
    assert RunOptions("rows", Path("out"), budget=0).policy(template) == Policy(attempts=5, budget=0, window=7)
    assert RunOptions("rows", Path("out"), window=1).policy(template) == Policy(attempts=5, budget=9, window=1)


def test_new_batch_has_taken_no_corrected_rows(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, "1", "2")
    assert (batch.taken, batch.left, batch.blocked, batch.tally.ready) == (0, 0, None, 2)
    assert (batch.batch.state, batch.batch.priority_limit) == (BatchState.RUNNING, 100)
    assert parts.batches.progress(batch.batch.id).admissible == 2


def test_of_a_batch_with_a_sample_only_that_may_be_made(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, *"12345", sample=2).batch
    assert (batch.state, batch.priority_limit) == (BatchState.RUNNING, 0)
    progress = parts.batches.progress(batch.id)
    assert (progress.rows, progress.admissible) == (5, 2)


@pytest.mark.parametrize("anyway", [False, True])
def test_what_took_too_long_once_is_tried_again_only_where_it_is_asked_for(
    parts: Any, given: Asking, anyway: bool
) -> None:
    tries: list[int] = []
    parts.try_again = lambda: tries.append(1)
    opened(parts, given, "1", anyway=anyway)
    assert tries == [1] * anyway


def test_batch_that_is_cancelled_while_it_is_read_stays_cancelled(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = parts.rows.add

    def cancelled(batch_id: str, orders: Any) -> int:
        parts.verbs.cancel(batch_id)
        return int(add(batch_id, orders))

    monkeypatch.setattr(parts.rows, "add", cancelled)
    assert opened(parts, given, "1").batch.state is BatchState.CANCELLED


def test_template_that_is_wrong_for_every_row_makes_no_batch(parts: Any, given: Asking, world: World) -> None:
    world.engine.quote = refuse
    with pytest.raises(TemplateError, match="it is wrong"):
        opened(parts, given, "1", "2")
    with pytest.raises(NotFoundError):
        parts.batches.find()


@pytest.mark.parametrize(("before", "is_refused"), [(0, True), (19, True), (20, False), (30, False)])
def test_twenty_rows_that_are_blocked_say_nothing_of_the_template(before: int, is_refused: bool) -> None:
    def check(row: Row) -> Checked:
        return Checked(row) if row.number <= before else Checked(row, payload=Payload("v1", {}), file_name="a.mp4")

    rows = [Row(number, {"title": "Lamp"}) for number in range(1, before + 2)]
    table: Any = SimpleNamespace(
        source=SimpleNamespace(rows=lambda: iter(rows)), checker=SimpleNamespace(template=TEMPLATE, check=check)
    )
    engine: Any = SimpleNamespace(quote=refuse)
    if is_refused:
        with pytest.raises(TemplateError):
            probe_template(table, pricing_of(engine))
    else:
        probe_template(table, pricing_of(engine))


def test_refusal_that_says_no_remedy_gets_one() -> None:
    with pytest.raises(TemplateError) as caught:
        probed(lambda _: WRONG, "Lamp")
    assert caught.value.hint == "Correct its payload."


@pytest.mark.parametrize(
    ("state", "counts", "attended", "is_refused"),
    [
        (BatchState.RUNNING, {"ready": 1}, True, True), (BatchState.IMPORTING, {"ready": 1}, True, True),
        (BatchState.IMPORTING, {"done": 1}, True, True), (BatchState.RUNNING, {"done": 1}, True, False),
        (BatchState.RUNNING, {"ready": 1}, False, False), (BatchState.PAUSED, {"ready": 1}, True, False),
    ],
)  # fmt: skip
def test_earlier_run_is_redone_unless_somebody_is_at_work_on_it(
    state: BatchState, counts: dict[str, int], attended: bool, is_refused: bool
) -> None:
    found = batch(attended=attended, **counts)
    found = replace(found, batch=replace(found.batch, state=state))
    if is_refused:
        with pytest.raises(SettingsError, match="is at work there"):
            asked(found)
    else:
        assert asked(found) is found


def test_other_batch_of_the_folder_is_told_with_how_far_it_came() -> None:
    with pytest.raises(SettingsError, match=r"made of other\.csv with the template fake: 3 of 5 rows are done"):
        asked(batch("/shop/other.csv", done=3, failed=2))


def test_place_no_file_can_go_to_is_told_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "at all")
    (tmp_path / "good").symlink_to(tmp_path)
    for place, said in (
        ("file", "it is a file"),
        ("file/below", "it is a file"),
        ("link", "a link that leads nowhere"),
    ):
        with pytest.raises(SettingsError, match=said):
            check_out_folder(tmp_path / place)
    for place in ("good", "new/below"):
        check_out_folder(tmp_path / place)
        assert (tmp_path / place).is_dir()


def test_folder_whose_report_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="is a link"):
        check_out_folder(tmp_path)


def test_rows_that_are_read_late_are_only_those_that_are_missing(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names and values that must be unique are those of the first part, too."""
    batch_id = interrupted(parts, given, monkeypatch, "a", "b", "A", "b", "c")
    read, add = list[int](), parts.rows.add

    def noting(to: str, orders: Sequence[Any]) -> int:
        read.extend(order.checked.row.number for order in orders)
        return int(add(to, orders))

    monkeypatch.setattr(parts.rows, "add", noting)
    assert finish_import(parts, parts.batches.find(batch_id)) == 0
    assert read == [3, 4, 5]
    assert parts.batches.find(batch_id).state is BatchState.RUNNING
    third, fourth, fifth = list(parts.rows.records(batch_id))[2:]
    assert (fourth.state, fourth.problems[0].column) == (RowState.BLOCKED, "n")
    assert (third.state, fifth.state, fifth.file_name) == (RowState.READY, RowState.READY, "c.txt")
    assert third.file_name.casefold() not in ("a.txt", "")


@pytest.mark.parametrize("rows", [0, 2])
def test_batch_whose_table_is_gone_runs_with_the_rows_it_has(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: int
) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    (tmp_path / "rows.csv").unlink()
    if rows:
        assert finish_import(parts, parts.batches.find(batch_id)) == 2
        assert parts.batches.find(batch_id).state is BatchState.RUNNING
    else:
        monkeypatch.setattr(parts.rows, "records", lambda *_: iter(()))
        with pytest.raises(SettingsError, match="had not read it to its end"):
            finish_import(parts, parts.batches.find(batch_id))
        assert parts.batches.find(batch_id).state is BatchState.FAILED


def test_batch_whose_table_failed_says_why_and_goes_on_when_that_is_put_right(
    parts: Any, given: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch_id = interrupted(parts, given, monkeypatch, *"12345")
    table, whole = tmp_path / "rows.csv", (tmp_path / "rows.csv").read_text()
    table.write_text("n\n1\n")
    with pytest.raises(SettingsError, match="has changed since"):
        resume(parts, parts.batches.find(batch_id))
    failed = parts.batches.progress(batch_id)
    assert (failed.phase, failed.is_interrupted, failed.is_at_rest) == ("failed", False, True)
    assert "has changed since" in failed.batch.reason
    with pytest.raises(InputError, match="takes no corrected rows"):
        amend(parts, failed.batch, given("1,2", name="c.csv", header="_row,n"))
    with pytest.raises(InputError, match="still being read"):
        parts.verbs.pause(batch_id)
    table.write_text(whole)
    going = resume(parts, parts.batches.find(batch_id)).batch
    assert (going.state, going.reason) == (BatchState.RUNNING, "")
    assert parts.batches.progress(batch_id).rows == 5


def test_batch_whose_table_is_refused_midway_has_failed(parts: Any, given: Asking) -> None:
    def add(_batch_id: str, _orders: Any) -> int:
        raise SourceError("line 3 is no line", hint="Correct it")

    parts.rows.add = add
    with pytest.raises(SourceError):
        opened(parts, given, "1", "2")
    (failed,) = (event for event in parts.rows.events(parts.batches.find().id) if event.kind == "import failed")
    assert failed.data == {"state": "failed", "reason": "line 3 is no line. Correct it"}


def test_batch_whose_store_fails_midway_has_not(parts: Any, given: Asking) -> None:
    def add(_batch_id: str, _orders: Any) -> int:
        raise StoreError("the disk is full")

    parts.rows.add = add
    with pytest.raises(StoreError):
        opened(parts, given, "1", "2")
    assert parts.batches.find().state is BatchState.IMPORTING


def test_corrected_row_is_measured_against_the_others_and_not_against_what_it_was(
    parts: Any, given: Asking, world: World
) -> None:
    batch_id = opened(parts, given, "a", "b", "too long").batch.id
    world.engine.failures = [Failure(FailureKind.DATA, "no")]
    world.run(batch_id)
    (failed,) = parts.rows.records(batch_id, RowState.FAILED)
    other = ({"a", "b"} - {failed.fields["n"]}).pop()
    corrected = given(f"{failed.number},{failed.fields['n']}", f"3,{other}", name="c.csv", header="_row,n")
    taken = amend(parts, parts.batches.find(batch_id), corrected)
    assert (taken.taken, taken.left, taken.tally.ready, taken.tally.blocked) == (2, 0, 1, 1)
    same, twin = (record for record in parts.rows.records(batch_id) if record.number in (failed.number, 3))
    assert (same.state, same.file_name) == (RowState.READY, failed.file_name)
    assert (twin.state, twin.problems[0].column) == (RowState.BLOCKED, "n")
    apart = given(f"3,{other.upper()}", name="c.csv", header="_row,n")
    amend(parts, parts.batches.find(batch_id), apart)
    assert len({name.casefold() for name in names(parts)}) == 3, "two names that some systems take for one"


def test_batch_that_takes_corrected_rows_runs_again(parts: Any, given: Asking) -> None:
    batch = opened(parts, given, "1", "too long").batch
    kept = batch.options.archive
    paused = parts.verbs.pause(batch.id)
    corrected = given("2,2", name="c.csv", header="_row,n")
    for state in (BatchState.IMPORTING, BatchState.CANCELLED):
        with pytest.raises(InputError, match="takes no corrected rows"):
            amend(parts, replace(paused, state=state), corrected)
    running = amend(parts, paused, corrected).batch
    assert (running.state, running.reason, running.options.archive) == (BatchState.RUNNING, "", kept)


def test_secrets_that_were_cut_from_blocked_rows_come_back_where_nobody_changed_them(parts: Any, given: Asking) -> None:
    secret, other = (f"https://example.com/{name}?token=abcdef" for name in ("1", "2"))
    cells = (f"too long,{secret},red", f"also too long,{other},red")
    batch = opened(parts, given, *cells, header="n,link,colour").batch
    assert "abcdef" not in (parts.home / "out" / "blocked.csv").read_text()
    back = (f"1,1,{discreet(secret)},blue", "2,2,https://example.com/new,blue")
    amend(parts, batch, given(*back, name="c.csv", header="_row,n,link,colour"))
    first, second = parts.rows.records(batch.id)
    assert (first.fields["link"], first.fields["colour"], first.fields["n"]) == (secret, "blue", "1")
    assert second.fields["link"] == "https://example.com/new"
