"""A table is counted without a batch, and its blocked rows are written where nobody's file is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.checking import check
from tests.unit.pipeline.use_cases.conftest import Asking


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_rows_are_counted_and_blocked_ones_written(parts: Any, given: Asking, tmp_path: Path) -> None:
    counted = check(parts, given("1", "too long", "2"))
    assert (counted.tally.rows, counted.tally.ready, counted.tally.blocked, counted.tally.credits) == (3, 2, 1, 2)
    assert counted.blocked == Path("blocked.csv")
    assert "too long" in (tmp_path / "blocked.csv").read_text()
    assert not any(parts.batches_in(tmp_path / "out"))


def test_good_table_writes_nothing(parts: Any, given: Asking, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    assert check(parts, given("1"), Path("mine.csv")).blocked is None
    assert (tmp_path / "mine.csv").read_text() == "mine"


def test_file_that_somebody_changed_is_not_written_over(parts: Any, given: Asking, tmp_path: Path) -> None:
    check(parts, given("too long"))
    assert check(parts, given("too long too")).blocked == Path("blocked.csv"), "it is as it was written"
    (tmp_path / "blocked.csv").write_text("corrected")
    assert check(parts, given("too long")).blocked == Path("blocked-2.csv")


def test_table_itself_is_no_place_for_blocked_rows(parts: Any, given: Asking, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is the table itself"):
        check(parts, given("1"), tmp_path / "rows.csv")
