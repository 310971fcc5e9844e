"""Settings: flag before environment before file before default, and a refusal that names the setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.errors import SettingsError
from clipmill.settings import load_settings, origins


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of our own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing(in_a_folder: Path) -> None:
    settings = load_settings()
    assert settings.home == in_a_folder / ".clipmill"
    assert settings.egress_allow == ()
    assert settings.worker_count >= 1


def test_flag_wins_over_environment_over_file(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / "clipmill.toml").write_text("workers = 2\nlease_seconds = 19\n[limits]\nrows = 5\n")
    assert load_settings().workers == 2
    monkeypatch.setenv("CLIPMILL_WORKERS", "3")
    assert load_settings().workers == 3
    assert load_settings(workers=4).workers == 4
    assert load_settings().limits.rows == 5
    told = origins(load_settings())
    assert (told["workers"], told["lease_seconds"], told["home"]) == ("CLIPMILL_WORKERS", "clipmill.toml", "default")


def test_wrong_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPMILL_WORKERS", "many")
    with pytest.raises(SettingsError, match=r"setting workers: .*'many'"):
        load_settings()


@pytest.mark.parametrize("text", ["127.0.0.1:9,10.0.0.1:80", '["127.0.0.1:9", "10.0.0.1:80"]'])
def test_lists_are_written_with_commas_or_as_json(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CLIPMILL_EGRESS_ALLOW", text)
    assert load_settings().egress_allow == ("127.0.0.1:9", "10.0.0.1:80")


@pytest.mark.parametrize("text", ["workers = ", "\xff\xfe", 'workers = "many"'])
def test_broken_file_is_a_sentence(in_a_folder: Path, text: str) -> None:
    (in_a_folder / "clipmill.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        load_settings()


def test_unknown_setting_in_the_file_is_refused(in_a_folder: Path) -> None:
    (in_a_folder / "clipmill.toml").write_text("wokers = 2\n")
    with pytest.raises(SettingsError, match="wokers"):
        load_settings()


def test_limits_come_one_by_one_or_as_json(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / "clipmill.toml").write_text("[limits]\nrows = 5\ncolumns = 6\ngifs = 7\n")
    monkeypatch.setenv("CLIPMILL_LIMITS", '{"rows": 8, "columns": 9}')
    monkeypatch.setenv("clipmill_limits__rows", "10")
    limits = load_settings().limits
    assert (limits.rows, limits.columns, limits.gifs) == (10, 9, 7)


def test_variable_that_is_no_json_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPMILL_LIMITS", "{rows")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


def test_folder_above_that_may_not_be_looked_into_ends_the_search(
    in_a_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(folder: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "is_dir", refused)
    assert load_settings().home == in_a_folder / ".clipmill"


def test_state_folder_and_settings_are_looked_for_upwards(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / ".clipmill").mkdir()
    (in_a_folder / "clipmill.toml").write_text('workers = 2\nfont_folders = ["fonts"]\n')
    deep = in_a_folder / "tables" / "week"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    settings = load_settings()
    assert (settings.home, settings.workers) == (in_a_folder / ".clipmill", 2)
    assert settings.font_folders == (in_a_folder / "fonts",)
    assert origins(settings)["home"] == "found above"
    assert load_settings(home=Path("own")).home == deep / "own"
    (deep / ".clipmill").mkdir()
    assert load_settings().home == deep / ".clipmill"


def test_search_ends_where_anybody_may_write(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common = in_a_folder / "common"
    (common / ".clipmill").mkdir(parents=True)
    (common / "mine").mkdir()
    common.chmod(0o1777)
    monkeypatch.chdir(common / "mine")
    assert load_settings().home == common / "mine" / ".clipmill"
    monkeypatch.chdir(common)
    assert load_settings().home == common / ".clipmill"
