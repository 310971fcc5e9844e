"""Moments and rows of a preview, its sheet and its notes, and drawing again when something is saved."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.cli import preview as command
from clipmill.cli.preview import moments
from clipmill.domain.batch import Reading
from clipmill.errors import SettingsError, TemplateError
from clipmill.pipeline.use_cases.looking import Asked, Frame, PreviewOptions, named, saved, sources
from clipmill.pipeline.use_cases.table import Given
from tests.e2e.commands import TEMPLATE, clipmill, make_table, make_template


@pytest.mark.parametrize(
    ("text", "found"), [("0", [0.0]), ("0.5, 2,end", [0.5, 2.0, None]), ("", [0.0]), ("end", [None])]
)
def test_moments_are_seconds_or_the_end(text: str, found: list[float | None]) -> None:
    assert moments(text) == found


@pytest.mark.parametrize("text", ["x", "-1", "nan", "inf", "1;2", "ende"])
def test_other_words_are_no_moments(text: str) -> None:
    with pytest.raises(SettingsError, match="is no moment"):
        moments(text)


def test_rows_and_moments_stand_on_one_sheet_with_their_notes(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    far = '    - {type: IMAGE, src: "dot.png", x: 500, y: 0, width: 10, height: 10}\n'
    (tmp_path / "small" / "template.yaml").write_text(TEMPLATE.replace("output:", far + "output:"))
    cv2.imwrite(str(tmp_path / "small" / "dot.png"), np.zeros((8, 8, 3), np.uint8))
    make_table(tmp_path / "rows.csv", 9)
    told = clipmill(tmp_path, "preview", "rows.csv", "-t", "small", "--row", "2,9", "--at", "0.4,1,end", "-o", "s.png")
    assert "Wrote   s.png   6 frames" in told.stderr
    note = "note: rows 2, 9: visuals[1]: it lies wholly outside the 160 × 90 canvas"
    assert told.stderr.count(note) == 1
    assert told.stderr.count("visuals[1]") == 1, "what is true of both rows is said once"
    sheet = cv2.imread(str(tmp_path / "s.png"))
    assert sheet.shape == (16 + 2 * (34 + 90 + 16), 16 + 3 * (240 + 16), 3)
    for top in (50, 190):
        for left in (16, 272, 528):
            assert (sheet[top : top + 8, left : left + 160].max(2) < 60).all(), "the card's background"
            assert (sheet[top - 34 : top - 4, left : left + 80].min(2) < 100).any(), "the words above it"


def test_several_saves_are_seen_once_they_are_there(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", 1)
    asked = _asked(tmp_path)
    parts: Any = SimpleNamespace(home=tmp_path / "small" / ".clipmill")
    (tmp_path / "small" / ".clipmill").mkdir()
    before = saved(sources(parts, asked))
    assert {path.name for path in before} == {"template.yaml", "rows.csv"}
    (tmp_path / "small" / ".clipmill" / "clipmill.db").touch()
    asked.out.touch()
    assert saved(sources(parts, asked)) == before, "what clipmill writes itself is no reason to draw again"
    os.utime(tmp_path / "rows.csv", ns=(1, 1))
    changed = saved(sources(parts, asked))
    assert changed != before
    (tmp_path / "small" / "logo.png").touch()
    assert saved(sources(parts, asked)) != changed


def test_watch_draws_again_after_each_save_and_goes_on_after_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_template(tmp_path / "small")
    table = make_table(tmp_path / "rows.csv", 1)
    looks: list[int] = []

    async def look(_session: Any, _asked: Asked) -> PreviewOptions:
        looks.append(len(looks))
        if len(looks) == 2:
            raise TemplateError("template.yaml, line 3: a mistake")
        return PreviewOptions([Frame(1, 0.0, "a.mp4")], {"it is far away": {}})

    class _Clock:
        """Somebody saves at every third look of the watch, three times; then Ctrl-C."""

        naps = 0

        async def sleep(self, _seconds: float) -> None:
            _Clock.naps += 1
            if _Clock.naps == 12:
                raise KeyboardInterrupt
            if _Clock.naps % 3 == 0:
                os.utime(table, ns=(_Clock.naps, _Clock.naps))

    class _App:
        """A clipmill that has no more than a clock and a place."""

        clock, home = _Clock(), tmp_path / ".clipmill"

        def template(self, _folder: Path) -> None:
            """Nobody looks at it."""

        async def close(self) -> None:
            looks.append(-1)

    session = SimpleNamespace(app=_App())
    monkeypatch.setattr(command, "look", look)
    monkeypatch.setattr(command, "named", lambda *_: [])
    monkeypatch.setattr(command, "working_session_of", lambda _context: session)
    monkeypatch.setattr(command, "given_of", lambda *_: Given(table, tmp_path / "small", Reading()))
    monkeypatch.chdir(tmp_path)
    command.preview(SimpleNamespace(), "rows.csv", Path("small"), "1", "0", Path("p.png"), watch=True)  # type: ignore[arg-type]
    told = capsys.readouterr().err
    assert looks == [0, 1, 2, 3, -1]
    assert re.findall(r"note: it is far away\nWrote", told) == ["note: it is far away\nWrote"] * 3
    assert "error: template.yaml, line 3: a mistake" in told
    assert told.endswith("Left the view.\n")


def test_media_of_a_broken_template_are_none(tmp_path: Path) -> None:
    def template(_folder: Path) -> None:
        raise TemplateError("broken")

    parts: Any = SimpleNamespace(template=template)
    assert named(parts, _asked(tmp_path)) == []


def _asked(folder: Path) -> Asked:
    given = Given(folder / "rows.csv", folder / "small", Reading())
    return Asked(given, [1], [0.0], folder / "small" / "p.png")


def test_a_table_is_not_guessed_that_lies_elsewhere(tmp_path: Path) -> None:
    template = make_template(tmp_path / "small")
    (template / "rows.csv").symlink_to(make_table(tmp_path / "mine.csv", 1))
    with pytest.raises(SettingsError, match="holds 0 tables"):
        command._only_table(template)
    (template / "own.csv").symlink_to(make_table(template / "kept.txt", 1))
    assert command._only_table(template) == str(template / "own.csv")
