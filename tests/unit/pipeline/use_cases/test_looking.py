"""Frames of rows are drawn by any engine that can show some, and put where they are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.payload import Payload
from clipmill.errors import EngineError, InputError, NotFoundError, SettingsError
from clipmill.pipeline.use_cases.looking import Asked, Frame, look
from clipmill.testing import FakeLocalEngine
from tests.unit.pipeline.use_cases.conftest import Asking


class Showing(FakeLocalEngine):
    """An engine whose frames are words."""

    async def preview(self, payload: Payload, at: float, into: Path) -> Sequence[str]:
        """Write what is shown when."""
        if self.failures:
            raise EngineError(self.failures.pop(0))
        _write(into, f"{payload.body['n']} at {at:g}")
        return ["it is dark"]

    async def sheet(self, cells: Sequence[Mapping[str, Any]], into: Path) -> None:
        """Write all of it in a row."""
        _write(into, *(Path(cell["path"]) for cell in cells))


def _write(into: Path, *told: str | Path) -> None:
    into.write_text(", ".join(one.read_text() if isinstance(one, Path) else one for one in told))


@pytest.fixture
def engine(parts: Any) -> Showing:
    """What shows."""
    engine = Showing()
    parts.engine = lambda _name: engine
    return engine


def asked(given: Asking, out: Path, rows: Sequence[int] = (), moments: Sequence[float | None] = (0.0,)) -> Asked:
    """Frames of a table of which the second row is blocked."""
    return Asked(given("1", "too long", "3"), rows, moments, out)


@pytest.mark.usefixtures("engine")
def test_one_frame_is_of_the_first_row_and_no_sheet(parts: Any, given: Asking, tmp_path: Path) -> None:
    seen = asyncio.run(look(parts, asked(given, tmp_path / "p.png")))
    assert (seen.frames, seen.notes) == ([Frame(1, 0.0, "1.txt.mp4")], ["it is dark"])
    assert (tmp_path / "p.png").read_text() == "1 at 0"
    assert not [path for path in (tmp_path / "scratch").rglob("*.png") if path.is_file()]


@pytest.mark.usefixtures("engine")
def test_rows_and_moments_stand_on_a_sheet_and_blocked_rows_are_told(parts: Any, given: Asking, tmp_path: Path) -> None:
    seen = asyncio.run(look(parts, asked(given, tmp_path / "p.png", [1, 2, 3], [0.5, None])))
    assert (tmp_path / "p.png").read_text() == "1 at 0.5, 1 at 1, 3 at 0.5, 3 at 1"
    assert [note for note in seen.notes if note.startswith("row 2: it is blocked")]
    assert "rows 1, 3: it is dark" in seen.notes


@pytest.mark.usefixtures("engine")
def test_what_cannot_be_shown_is_told(parts: Any, given: Asking, tmp_path: Path) -> None:
    out = tmp_path / "p.png"
    with pytest.raises(InputError, match="row 2 is blocked"):
        asyncio.run(look(parts, asked(given, out, [2])))
    with pytest.raises(NotFoundError, match="has no row 9"):
        asyncio.run(look(parts, asked(given, out, [9])))
    with pytest.raises(SettingsError, match="the video is 1 s long"):
        asyncio.run(look(parts, asked(given, out, [1], [2.0])))
    with pytest.raises(SettingsError, match="one sheet holds 1 to 60"):
        asyncio.run(look(parts, asked(given, out, [1], [0.0] * 61)))
    assert not out.exists()


def test_failure_of_the_engine_leaves_nothing(parts: Any, given: Asking, tmp_path: Path, engine: Showing) -> None:
    engine.failures = [Failure(FailureKind.MEDIA, "a picture is gone", fix="Bring it back.")]
    with pytest.raises(InputError, match="a picture is gone") as caught:
        asyncio.run(look(parts, asked(given, tmp_path / "p.png")))
    assert caught.value.hint == "Bring it back."
    assert not (tmp_path / "p.png").exists()


def test_engine_that_shows_nothing_is_named(parts: Any, given: Asking, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the engine fake has no preview"):
        asyncio.run(look(parts, asked(given, tmp_path / "p.png")))
