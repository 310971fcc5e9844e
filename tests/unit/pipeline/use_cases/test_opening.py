"""Whose folder a new batch may go to, and what of a template is refused before there is a batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.domain.batch import BatchState, Progress
from clipmill.domain.credits import Quote
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.errors import (
    GlyphError,
    InputError,
    NotFoundError,
    ProjectError,
    RoomError,
    SettingsError,
    SourceError,
    TemplateError,
)
from clipmill.pipeline.use_cases.opening import amend, earlier_run, open_batch, probe_template
from clipmill.pipeline.use_cases.table import OpenTable, fingerprint
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import TEMPLATE, World, pricing_of, progress

TABLE, PIPED = Path("/shop/products.csv"), Path("/shop/.clipmill/tables")


def batch(
    source: str = "/shop/products.csv", template: str = "fake", *, attended: bool = False, **counts: int
) -> Progress:
    """A batch of that table and template with so many rows in each state."""
    found = progress(**counts)
    return replace(found, batch=replace(found.batch, source=source, template_name=template), attended=attended)


def asked(*there: Progress, table: Path = TABLE) -> Progress | None:
    """What a new batch finds in its folder."""
    return earlier_run(there, table, TEMPLATE, PIPED)


def test_free_folder_and_earlier_runs_are_taken() -> None:
    assert asked() is None
    first, second = batch(done=3), batch(done=2, failed=1)
    assert asked(second, first) is second, "the latest"
    assert asked(batch(done=1, ready=4)) is not None, "one that was interrupted"
    assert asked(batch("/shop/.clipmill/tables/in_1.csv", done=1), table=PIPED / "in_2.csv") is not None


@pytest.mark.parametrize("there", [batch("/shop/other.csv", done=1), batch(template="other", done=1),
                                   batch("/shop/other.csv", ready=4)])  # fmt: skip
def test_folder_of_another_batch_is_refused(there: Progress) -> None:
    with pytest.raises(SettingsError, match="is the folder of b  bat_1") as caught:
        asked(there)
    assert "--force" in caught.value.hint


def test_batch_that_left_nothing_is_no_hindrance() -> None:
    assert asked(batch("/shop/other.csv", blocked=3)) is None
    assert asked(batch("/shop/other.csv", failed=1, cancelled=3)) is None


def test_folder_somebody_works_in_is_refused() -> None:
    with pytest.raises(SettingsError, match="is at work there"):
        asked(batch(ready=3, attended=True))
    over = batch(ready=3, attended=True)
    paused = replace(over, batch=replace(over.batch, state=BatchState.PAUSED))
    assert asked(paused) is paused


def test_a_table_that_is_not_there_is_told_before_its_folder_is_looked_at(
    parts: Any, given: Asking, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    missing = replace(given("a"), table=tmp_path / "nosuch.csv")
    for folder in ("taken", "fresh"):
        with pytest.raises(SourceError, match="nosuch"):
            open_batch(parts, missing, RunOptions("rows", tmp_path / folder))
    assert not (tmp_path / "fresh").exists()
    with pytest.raises(SettingsError, match="it is a file"):
        open_batch(parts, given("a"), RunOptions("rows", tmp_path / "taken"))


class _Refusing:
    """An engine that has an error for some payloads."""

    def __init__(self, refusal: Callable[[str], InputError | None]) -> None:
        self._refusal = refusal

    def quote(self, payload: Payload) -> Quote:
        if error := self._refusal(payload.body["title"]):
            raise error
        return Quote(1)


class _Checker:
    template = TEMPLATE

    def check(self, row: Row) -> Checked:
        return Checked(row, payload=Payload("v1", dict(row.fields)), file_name="a.mp4")


class _Titles:
    def __init__(self, *titles: str) -> None:
        self._titles = titles

    def rows(self) -> Iterator[Row]:
        return (Row(number, {"title": title}) for number, title in enumerate(self._titles, 1))


def probed(refusal: Callable[[str], InputError | None], *titles: str) -> None:
    """Probe a template with a table of these titles."""
    table = SimpleNamespace(source=_Titles(*titles), checker=_Checker())
    probe_template(table, pricing_of(_Refusing(refusal)))  # type: ignore[arg-type]


def test_rows_that_are_wrong_themselves_refuse_no_table_wherever_they_stand() -> None:
    probed(lambda title: GlyphError("no font has 连", characters="连") if "连" in title else None, *["连"] * 30, "Lamp")
    probed(
        lambda title: RoomError("it does not fit", text=title) if len(title) > 9 else None, *["A very long"] * 30, "x"
    )
    probed(lambda title: ProjectError(f"'{title}' is no colour") if title == "foo" else None, *["foo"] * 30, "red")


def test_rows_that_are_refused_for_several_things_refuse_no_table() -> None:
    probed(lambda title: ProjectError("too long" if len(title) > 1 else "too short"), "Lamp", "x")


def test_one_good_row_far_below_saves_a_table_whose_rows_did_not_bring_what_they_are_refused_for() -> None:
    wrong = ProjectError("no font has ₿", path="visuals[0].text")  # a filter brought it
    probed(lambda title: wrong if title != "Lamp" else None, *["Mug"] * 30, "Lamp", *["Mug"] * 9)
    with pytest.raises(TemplateError, match="no font has ₿"):
        probed(lambda _: wrong, *["Mug"] * 40)


def test_what_is_wrong_for_every_row_refuses_the_table_once_with_its_field() -> None:
    with pytest.raises(TemplateError, match=r"template fake: visuals\[1\].angle: it is wrong") as caught:
        probed(lambda _: ProjectError("it is wrong", path="visuals[1].angle", hint="Turn it."), "Lamp", "Mug")
    assert (caught.value.path, caught.value.hint) == ("visuals[1].angle", "Turn it.")


def test_a_table_is_the_one_it_was_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n\n1\n")
    before = fingerprint(path)
    path.unlink()
    assert fingerprint(path) == []
    path.write_text("n\n1\n")
    os.utime(path, (1, 1))
    assert fingerprint(path) == before, "brought back"
    path.write_text("n\n2\n")
    assert fingerprint(path) != before


def test_table_is_told_before_its_rows_are_read_and_becomes_a_running_batch(parts: Any, given: Asking) -> None:
    told: list[tuple[int, Progress | None]] = []

    def tell(table: OpenTable, earlier: Progress | None) -> None:
        told.append((len(table.columns), earlier))
        with pytest.raises(NotFoundError):
            parts.batches.find()

    opened = open_batch(parts, given("1", "too long", "2"), RunOptions("rows", parts.home / "out", budget=7), tell)
    assert told == [(1, None)]
    assert (opened.tally.ready, opened.tally.blocked, opened.blocked) == (2, 1, parts.home / "out" / "blocked.csv")
    batch = parts.batches.find()
    assert (batch.id, batch.state, batch.policy.budget) == (opened.batch.id, BatchState.RUNNING, 7)
    assert not parts.presence.attends(batch.id), "whoever opened it has gone"


def test_folder_of_another_batch_is_not_written_into_unless_asked(parts: Any, given: Asking, world: World) -> None:
    first = open_batch(parts, given("1"), RunOptions("rows", parts.home / "out")).batch
    world.run(first.id)
    other = given("1", name="other.csv")
    with pytest.raises(SettingsError, match=f"is the folder of rows  {first.id}"):
        open_batch(parts, other, RunOptions("other", parts.home / "out"))
    assert parts.batches.find().id == first.id, "no second batch"
    assert open_batch(parts, other, RunOptions("other", parts.home / "out", anyway=True)).batch.id != first.id


def test_corrected_rows_go_back_and_the_rest_is_left(parts: Any, given: Asking, tmp_path: Path) -> None:
    batch = open_batch(parts, given("1", "too long"), RunOptions("rows", parts.home / "out")).batch
    corrected = given("1,9", "2,2", name="corrected.csv", header="_row,n")
    amended = amend(parts, batch, corrected, tmp_path / "all.zip")
    assert (amended.taken, amended.left, amended.tally.blocked) == (1, 1, 0)
    assert [record.fields["n"] for record in parts.rows.records(batch.id)] == ["1", "2"]
    kept = parts.batches.find(batch.id).options
    assert kept == replace(batch.options, archive=str(tmp_path / "all.zip"))
    assert parts.rows.events(batch.id), "and the audit trail can be read"
    with pytest.raises(InputError, match="takes no corrected rows"):
        amend(parts, replace(batch, state=BatchState.CANCELLED), corrected)


def test_place_no_file_can_go_to_is_refused_before_there_is_a_batch(parts: Any, given: Asking, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="it is a file"):
        open_batch(parts, given("1"), RunOptions("rows", tmp_path / "file"))
    with pytest.raises(NotFoundError):
        parts.batches.find()
