"""How a table is told to people."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.cli.telling import tell_table


@pytest.mark.parametrize(("count", "told"), [(2, "c0, c1   ("), (13, ", c11, c12   ("), (40, ", c11 and 28 more   (")])
def test_forty_columns_that_feed_nothing_are_not_forty_names(
    capsys: pytest.CaptureFixture[str], count: int, told: str
) -> None:
    opened: Any = SimpleNamespace(
        each={},
        path=Path("a.csv"),
        described={"encoding": "UTF-8", "columns": ["sku"], "delimiter": "comma"},
        columns={"sku": "sku"},
        unused=[f"c{number}" for number in range(count)],
        missing=(),
    )
    tell_table(opened)
    said = capsys.readouterr()
    assert told in said.err + said.out
