"""What took its limit once: remembered beyond the process, by version and limits, and forgotten when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import clipmill
from clipmill.app import App
from clipmill.media.workers import spent
from clipmill.media.workers.spent import Spent
from clipmill.settings import Settings


def test_it_is_remembered_beyond_the_process(tmp_path: Path) -> None:
    assert not Spent(Settings(home=tmp_path))
    Spent(Settings(home=tmp_path)).keep("a drawing", "it took too long")
    later = Spent(Settings(home=tmp_path))
    assert later
    assert (later.told("a drawing"), later.told("another")) == ("it took too long", "")
    later.forget()
    assert (later.told("a drawing"), bool(later)) == ("", False)


def test_a_person_has_it_tried_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    Spent(settings).keep("a drawing", "it took too long")
    App(settings).try_again()
    assert not Spent(settings).told("a drawing")


def test_other_limits_and_other_versions_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Spent(Settings(home=tmp_path)).keep("a drawing", "it took too long")
    assert not Spent(Settings(home=tmp_path, limits={"drawing_seconds": 20})).told("a drawing")
    monkeypatch.setattr(clipmill, "__version__", "99")
    assert not Spent(Settings(home=tmp_path)).told("a drawing")


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spent, "_KEPT", 3)
    book = Spent(Settings(home=tmp_path))
    for number in range(5):
        book.keep(str(number), "it took too long")
    assert len(list((tmp_path / "spent").iterdir())) == 3


def test_a_home_that_takes_nothing_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "spent").write_text("in the way")
    book = Spent(Settings(home=tmp_path))
    book.keep("a drawing", "it took too long")
    book.forget()
    assert not book.told("a drawing")
