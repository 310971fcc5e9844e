"""What a batch leaves in its folder, where something it rests on is gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from clipmill.cli.wording import command, in_words
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Ruling
from clipmill.errors import NotFoundError, StoreError
from clipmill.hints import Action, Deed, worded
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.outputs import Marks, Outputs
from tests.world import World


def outputs_of(local: World, folder: Path, *say: Any) -> Outputs:
    """What a batch leaves."""
    marks = Marks(folder / "marks")
    return Outputs(local.rows, local.files, local.deliverer, local.clock, local.archives, marks, lambda _: None, *say)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, remote=False)
    yield world
    world.database.close()


def test_a_file_that_is_lost_to_the_store_stops_no_report(local: World, tmp_path: Path) -> None:
    local.batch(3)
    local.verifier.rulings = [Ruling.REVIEW, Ruling.REVIEW, Ruling.PASS]
    local.run()
    Verbs(local.batches, local.rows, local.lanes).reject(
        "bat_1", [next(r.number for r in local.rows.records("bat_1", RowState.DONE))]
    )
    for record in local.rows.records("bat_1"):
        local.files.path(record.media).unlink(missing_ok=True)
    outputs = outputs_of(local, tmp_path)
    outputs.write(local.batches.progress("bat_1"))
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "blocked.csv").is_file()


def test_finished_files_that_are_gone_are_found_and_delivered_again_for_nothing(local: World, tmp_path: Path) -> None:
    local.batch(4)
    local.run()
    spent = local.check_laws().balance
    outputs = outputs_of(local, tmp_path)
    batch = local.batches.find("bat_1")
    assert outputs.lost(batch) == ([], [])
    records = list(local.rows.records("bat_1"))
    local.files.path(records[3].media).unlink()
    shutil.rmtree(tmp_path / "out")
    again, gone = outputs.lost(batch)
    assert (again, gone) == ([1, 2, 3], [4])
    assert Verbs(local.batches, local.rows, local.lanes).deliver_again("bat_1", again) == 3
    local.run()
    assert local.check_laws().balance == spent
    assert local.out() == ["1.txt", "2.txt", "3.txt"]
    with pytest.raises(NotFoundError, match=r"row 4: the stored copy of 4\.txt") as caught:
        outputs.place_again("bat_1", str(tmp_path / "other"))
    assert "retry bat_1 --rows 4" in in_words(caught.value.hint)


def test_a_report_folder_that_leads_elsewhere_is_not_written_through(local: World, tmp_path: Path) -> None:
    local.batch(2)
    local.verifier.rulings = [Ruling.REVIEW, Ruling.PASS]
    local.run()
    (tmp_path / "mine").mkdir()
    (tmp_path / "out" / "report").symlink_to(tmp_path / "mine")
    outputs = outputs_of(local, tmp_path)
    with pytest.raises(StoreError, match="report is a link"):
        outputs.write(local.batches.progress("bat_1"))
    assert not any((tmp_path / "mine").iterdir())


def test_files_of_ours_that_are_links_are_replaced(local: World, tmp_path: Path) -> None:
    local.batch(1, blocked=1)
    (tmp_path / "out").mkdir()
    (tmp_path / "mine").write_text("mine")
    names = ("1.txt", "results.jsonl", "report.html", "blocked.csv")
    for name in names:
        (tmp_path / "out" / name).symlink_to(tmp_path / "mine")
    local.run()
    outputs = outputs_of(local, tmp_path)
    outputs.write(local.batches.progress("bat_1"))
    assert (tmp_path / "mine").read_text() == "mine"
    assert not any(path.is_symlink() for path in (tmp_path / "out").iterdir())


def test_what_can_be_done_is_kept_as_an_action_and_written_in_the_words_of_the_surface(
    local: World, tmp_path: Path
) -> None:
    local.batch(1)
    local.verifier.rulings = [Ruling.REVIEW]
    local.run()
    Verbs(local.batches, local.rows, local.lanes).reject("bat_1")
    (record,) = local.rows.records("bat_1")
    fix = record.problems[0].fix
    assert fix == f"Correct the row or the template, or `{Action(Deed.RETRY, options={'this_row': ''})}` it."
    for say in (command, lambda action: f"POST /{action.deed}"):
        Outputs(
            local.rows,
            local.files,
            local.deliverer,
            local.clock,
            local.archives,
            Marks(tmp_path / "marks"),
            lambda _: None,
            say,
        ).write(local.batches.progress("bat_1"))
        words = worded(fix, say)
        told = {name: (tmp_path / "out" / name).read_text("utf-8") for name in ("results.jsonl", "blocked.csv")}
        assert all(words in text for text in told.values())
        page = (tmp_path / "out" / "report.html").read_text("utf-8")
        assert f"<code>{say(Action(Deed.RETRY, options={'this_row': ''}))}</code> it." in page
        assert "⟦" not in page + "".join(told.values())


def test_the_texts_beside_a_file_go_wherever_it_goes(local: World, tmp_path: Path) -> None:
    local.batch(2)
    local.run()
    texts = {1: {"srt": "1\nHello\n", "vtt": "WEBVTT\n"}}
    outputs = Outputs(local.rows, local.files, local.deliverer, local.clock, local.archives,
                      Marks(tmp_path / "marks"), lambda _: {},
                      sidecars=lambda row_id: texts.get(row_id, {}))  # fmt: skip
    batch = local.batches.find("bat_1")
    first = outputs.pack(batch, tmp_path / "one.zip")
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["1.txt", "1.srt", "1.vtt", "2.txt"]
        assert archive.read("1.srt") == b"1\nHello\n"
    assert outputs.pack(batch, tmp_path / "two.zip") == first
    assert outputs.place_again("bat_1", str(tmp_path / "other")) == 4
    assert (tmp_path / "other" / "1.vtt").read_text() == "WEBVTT\n"
    assert not list((tmp_path / "scratch").rglob("*.txt"))
