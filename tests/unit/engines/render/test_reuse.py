import os
from pathlib import Path
from typing import Any

import pytest

import clipmill
from clipmill.engines.render import reuse
from clipmill.engines.render.reuse import FinishedFiles, made_by

ANSWER = {"frames": 3, "moving": [[0.0, 1.0]], "black_percent": 0.0, "remarks": []}


def _asked(**fields: Any) -> dict[str, Any]:
    return {
        "body": {"name": "a"},
        "assets": {"asset:x": "/one/place"},
        "into": "/out",
        "seed": 1,
        "limits": {},
        **fields,
    }


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.mp4"
    path.write_bytes(b"film")
    return path


def test_what_was_made_once_is_there_again_with_what_was_told_of_it(tmp_path: Path, made: Path) -> None:
    finished, into = FinishedFiles(tmp_path / "kept", 1000), tmp_path / "again.mp4"
    assert finished.take("k", into) is None
    finished.keep("k", made, ANSWER)
    made.unlink()
    assert FinishedFiles(tmp_path / "kept", 1000).take("k", into) == ANSWER
    assert into.read_bytes() == b"film"
    assert finished.take("k", into) == ANSWER


@pytest.mark.parametrize(
    "other", [{"body": {"name": "b"}}, {"assets": {"asset:y": "/one/place"}}, {"limits": {"x": 1}}]
)
def test_another_project_is_another_file(tmp_path: Path, other: dict[str, Any]) -> None:
    finished = FinishedFiles(tmp_path, 1000)
    assert finished.key(_asked(), "fonts") != finished.key(_asked(**other), "fonts")


def test_places_and_seeds_make_no_difference_but_fonts_do(tmp_path: Path) -> None:
    finished = FinishedFiles(tmp_path, 1000)
    elsewhere = _asked(into="/elsewhere", seed=9, assets={"asset:x": "/another/place"})
    assert finished.key(_asked(), "fonts") == finished.key(elsewhere, "fonts")
    assert finished.key(_asked(), "fonts") != finished.key(_asked(), "other fonts")


def test_another_version_of_our_code_or_of_a_library_makes_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [made_by("fonts")]
    for change in ("version", "clipmill.__version__"):
        for cached in (made_by, reuse._versions):
            cached.cache_clear()
        with monkeypatch.context() as patched:
            if change == "version":
                patched.setattr(reuse, "version", lambda name: "another")
            else:
                patched.setattr(clipmill, "__version__", "another")
            told.append(made_by("fonts"))
    for cached in (made_by, reuse._versions):
        cached.cache_clear()
    assert made_by("fonts") == told[0]
    assert len(set(told)) == 3


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path, made: Path) -> None:
    for number in range(12):
        finished = FinishedFiles(tmp_path / "kept", 40)
        finished.keep(str(number), made, ANSWER)
        os.utime(tmp_path / "kept" / f"{number}.json", (number, number))
    left = {path.stem for path in (tmp_path / "kept").glob("*.file")}
    assert left == {path.stem for path in (tmp_path / "kept").glob("*.json")}
    assert "11" in left
    assert "0" not in left
    assert len(left) <= 10


def test_nothing_is_kept_without_a_budget_and_a_large_file_not_for_a_small_one(tmp_path: Path, made: Path) -> None:
    for budget in (0, 30):
        FinishedFiles(tmp_path / "kept", budget).keep("k", made, ANSWER)
        assert FinishedFiles(tmp_path / "kept", budget).take("k", tmp_path / "again") is None


def test_where_nothing_is_kept_the_place_is_empty(tmp_path: Path, made: Path) -> None:
    assert FinishedFiles(tmp_path / "kept", 1000).take("k", made) is None
    assert not made.exists()


def test_a_kept_file_that_was_damaged_is_not_used_again(tmp_path: Path, made: Path) -> None:
    finished, into = FinishedFiles(tmp_path / "kept", 1000), tmp_path / "again"
    finished.keep("k", made, ANSWER)
    (tmp_path / "kept" / "k.file").write_bytes(b"flim")
    assert finished.take("k", into) is None
    assert not into.exists()


def test_half_a_record_is_none(tmp_path: Path, made: Path) -> None:
    finished = FinishedFiles(tmp_path / "kept", 1000)
    finished.keep("k", made, ANSWER)
    (tmp_path / "kept" / "k.file").unlink()
    assert finished.take("k", tmp_path / "again") is None
    finished.keep("k", made, ANSWER)
    (tmp_path / "kept" / "k.json").write_text("{")
    assert finished.take("k", tmp_path / "again") is None
