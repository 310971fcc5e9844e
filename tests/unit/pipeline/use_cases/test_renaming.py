"""Renaming a finished batch, cut off anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.row import RowState
from clipmill.errors import InputError, NotFoundError, SettingsError
from clipmill.pipeline.use_cases.ending import end_batch, work_on
from clipmill.pipeline.use_cases.opening import open_batch
from clipmill.pipeline.use_cases.renaming import plan_names, rename
from clipmill.pipeline.use_cases.wishes import RunOptions
from tests.unit.pipeline.use_cases.conftest import Asking
from tests.world import World


class _Cut(BaseException):
    """The process was killed."""


@pytest.fixture
def batch(world: World, parts: Any, given: Asking, tmp_path: Path) -> Any:
    """Three finished rows, a, b and c, each with a text beside it."""
    parts.outputs = replace(parts.outputs, sidecars=lambda row_id: {"srt": f"{row_id}\n"})
    world.engine.sidecars = lambda payload: {"srt": f"{'abc'.index(payload.body['n']) + 1}\n"}
    batch = open_batch(parts, given("a", "b", "c"), RunOptions("week", tmp_path / "out")).batch
    asyncio.run(work_on(parts, batch))
    return parts.batches.find(batch.id)


def files(tmp_path: Path) -> dict[str, str]:
    """What lies in the folder, but for what tells of it."""
    found = (path for path in (tmp_path / "out").iterdir() if path.is_file() and path.suffix in (".txt", ".srt"))
    return {path.name: path.read_text() for path in found}


def turned(tmp_path: Path) -> Path:
    """A table that gives every file the name of the next."""
    (tmp_path / "names.csv").write_text("row,name\n1,b\n2,c\n3,d\n")
    return tmp_path / "names.csv"


def cuts(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Be killed at the n-th file that is moved, removed or put in its place."""
    left = [after]
    for name in ("replace", "unlink"):
        real = getattr(Path, name)

        def counted(self: Path, *arguments: Any, _real: Any = real, **options: Any) -> Any:
            if self.suffix in (".txt", ".srt", ".part"):
                left[0] -= 1
                if left[0] < 0:
                    raise _Cut
            return _real(self, *arguments, **options)

        monkeypatch.setattr(Path, name, counted)
    yield


@pytest.mark.parametrize("after", range(14))
def test_cut_off_anywhere_and_done_again_it_ends_alike(
    batch: Any, parts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before = files(tmp_path)
    assert sorted(before) == ["a.srt", "a.txt", "b.srt", "b.txt", "c.srt", "c.txt"]
    plan = plan_names(parts, batch, table=turned(tmp_path))
    with monkeypatch.context() as patched:
        next(cuts(patched, after))
        with pytest.raises(_Cut):
            rename(parts, plan)
    end_batch(parts, batch.id)  # whoever comes next
    moved = {"a": "b", "b": "c", "c": "d"}
    assert files(tmp_path) == {moved[name[0]] + name[1:]: text for name, text in before.items()}
    assert [record.file_name for record in parts.rows.records(batch.id)] == ["b.txt", "c.txt", "d.txt"]


def test_what_somebody_put_under_an_old_name_stays_and_an_edited_text_goes_along(
    batch: Any, parts: Any, tmp_path: Path
) -> None:
    (tmp_path / "out" / "a.txt").write_text("mine")
    (tmp_path / "out" / "a.srt").write_text("edited")
    rename(parts, plan_names(parts, batch, "{{n}}{{n}}"))
    found = files(tmp_path)
    assert (found["a.txt"], found["aa.srt"]) == ("mine", "edited")
    assert found["aa.txt"] == parts.files.path(next(parts.rows.records(batch.id)).media).read_text()
    end_batch(parts, batch.id)
    assert files(tmp_path) == found


def test_a_file_whose_stored_copy_is_lost_stops_it_before_anything_is_renamed(
    batch: Any, parts: Any, tmp_path: Path
) -> None:
    before = files(tmp_path)
    parts.files.path(next(parts.rows.records(batch.id)).media).unlink()
    with pytest.raises(NotFoundError, match="row 1: the stored copy"):
        rename(parts, plan_names(parts, batch, "{{n}}{{n}}"))
    assert files(tmp_path) == before


def test_texts_beside_two_files_and_attempts_to_come_are_names_too(batch: Any, parts: Any, tmp_path: Path) -> None:
    rename(parts, plan_names(parts, batch, "{{n}}-v{{attempt.number}}"))
    assert "b-v1.txt" in files(tmp_path)
    (tmp_path / "names.csv").write_text("row,name\n1,b-v7\n")
    with pytest.raises(SettingsError) as caught:
        plan_names(parts, parts.batches.find(batch.id), table=tmp_path / "names.csv")
    assert caught.value.listed == ["row 2: b-v1.txt is the name of row 1 too"]


def test_nothing_is_renamed_while_rows_are_under_way(batch: Any, parts: Any) -> None:
    plan = plan_names(parts, batch, "{{n}}{{n}}")
    parts.verbs.deliver_again(batch.id, [2])
    with pytest.raises(InputError, match="is at work again"):
        rename(parts, plan)
    with pytest.raises(InputError, match="is not finished"):
        plan_names(parts, batch, "{{n}}{{n}}")
    assert next(parts.rows.records(batch.id, RowState.DONE)).file_name == "a.txt"


@pytest.mark.parametrize(
    ("pattern", "told"), [("{{m}}", "--name: {{m}} names neither"), ("same", "--name gives every row the same name")]
)
def test_pattern_that_is_wrong_is_told_as_what_it_is(batch: Any, parts: Any, pattern: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        plan_names(parts, batch, pattern)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("1,x\n1,y", "--names: line 3: '1' is named twice"),
        ("7,x", "--names: line 2: the batch has no finished row '7'"),
    ],
)
def test_table_that_names_a_row_twice_or_none_is_refused(
    batch: Any, parts: Any, tmp_path: Path, lines: str, told: str
) -> None:
    (tmp_path / "names.csv").write_text(f"row,name\n{lines}\n")
    with pytest.raises(SettingsError) as caught:
        plan_names(parts, batch, table=tmp_path / "names.csv")
    assert str(caught.value) == told


def test_batch_without_a_file_is_told_so(parts: Any, given: Asking, tmp_path: Path) -> None:
    blocked = open_batch(parts, given("abcd"), RunOptions("bad", tmp_path / "bad")).batch
    with pytest.raises(InputError, match="has no finished file to rename"):
        plan_names(parts, blocked, "{{n}}{{n}}")
