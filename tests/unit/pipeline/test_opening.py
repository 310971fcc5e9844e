"""Whose folder a new batch may go to: a free one, or that of an earlier run of the same table and template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.domain.batch import BatchState, Progress
from clipmill.errors import SettingsError
from clipmill.pipeline.opening import earlier_run
from tests.unit.cli.test_session import progress
from tests.world import TEMPLATE

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
