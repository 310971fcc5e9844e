"""Whose folder a new batch may go to, and what of a template is refused before there is a batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from clipmill.domain.batch import BatchState, Progress
from clipmill.domain.credits import Quote
from clipmill.domain.order import Checked
from clipmill.domain.payload import Payload
from clipmill.domain.row import Row, RowState
from clipmill.errors import GlyphError, InputError, ProjectError, RoomError, SettingsError, TemplateError
from clipmill.pipeline.opening import Opening, earlier_run, probe_template
from clipmill.pipeline.table import fingerprint
from tests.unit.cli.test_session import progress
from tests.world import TEMPLATE, World

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
    probe_template(table, _Refusing(refusal))  # type: ignore[arg-type]


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


def test_rows_that_were_read_go_on_when_their_table_is_gone(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(3)
    opening = Opening(world.batches, world.rows, world.rows)
    assert opening.take_as_read(world.batches.update("bat_1", "x", state=BatchState.IMPORTING)) == 3
    assert world.run().count(RowState.DONE) == 3


def test_a_table_that_is_gone_before_a_row_was_read_is_told_so(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(0)
    with pytest.raises(SettingsError, match="is gone"):
        Opening(world.batches, world.rows, world.rows).take_as_read(world.batches.find("bat_1"))
