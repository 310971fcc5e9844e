"""Settings: flag before environment before file before default, and a refusal that names the setting."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from clipmill.errors import SettingsError
from clipmill.settings import load_settings, origins, worker_environment


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
    with pytest.raises(SettingsError, match=r"^setting workers: give a whole number \(got 'many'\)$") as refused:
        load_settings()
    assert refused.value.hint == "Correct the variable CLIPMILL_WORKERS."


@pytest.mark.parametrize("text", ["127.0.0.1:9,10.0.0.1:80", '["127.0.0.1:9", "10.0.0.1:80"]'])
def test_lists_are_written_with_commas_or_as_json(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CLIPMILL_EGRESS_ALLOW", text)
    assert load_settings().egress_allow == ("127.0.0.1:9", "10.0.0.1:80")


@pytest.mark.parametrize("text", ["workers = ", "\xff\xfe", 'workers = "many"'])
def test_broken_file_is_a_sentence(in_a_folder: Path, text: str) -> None:
    (in_a_folder / "clipmill.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        load_settings()


def test_unknown_setting_in_the_file_is_refused(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / "clipmill.toml").write_text("wokers = 2\n")
    with pytest.raises(SettingsError, match=r"^there is no setting wokers; did you mean workers\?$") as refused:
        load_settings()
    assert refused.value.hint == "Correct it in clipmill.toml."
    (in_a_folder / "below").mkdir()
    monkeypatch.chdir(in_a_folder / "below")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.hint == f"Correct it in {in_a_folder / 'clipmill.toml'}."


WRONG = {
    "lease_seconds = 3": "setting lease_seconds: give 15 or more (got 3)",
    "[limits]\ndrawing_seconds = 0": "setting limits.drawing_seconds: give more than 0 (got 0)",
    "workers = 300": "setting workers: give 256 or less (got 300)",
    'sandbox = "of"': "setting sandbox: give 'auto', 'required' or 'off' (got 'of')",
    'system_fonts = "perhaps"': "setting system_fonts: give true or false (got 'perhaps')",
    "egress_allow = [1]": "setting egress_allow.0: give a text (got 1)",
    "egress_allow = '[1'": "setting egress_allow: it begins like a list in JSON, and is none (got '[1')",
    "limits = 5": "setting limits: give limits by name (got 5)",
    "[limits]\nrwos = 5": "there is no setting limits.rwos; did you mean limits.rows?",
    "rows = 5": "there is no setting rows; did you mean limits.rows?",
    "qqq = 5": "there is no setting qqq",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_in_our_words(in_a_folder: Path, text: str) -> None:
    (in_a_folder / "clipmill.toml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert (str(refused.value), refused.value.hint) == (WRONG[text], "Correct it in clipmill.toml.")


@pytest.mark.parametrize(
    ("variable", "told"),
    [("CLIPMILL_DATABSE", "CLIPMILL_DATABSE; did you mean CLIPMILL_DATABASE?"),
     ("clipmill_limits__rwos", "CLIPMILL_LIMITS__RWOS; did you mean CLIPMILL_LIMITS__ROWS?")],
)  # fmt: skip
def test_misspelt_variable_is_refused_like_a_line_of_a_file(
    monkeypatch: pytest.MonkeyPatch, variable: str, told: str
) -> None:
    for others in ("TEST_POSTGRES", "PORT", "SERVICE_HOST", "SERVICE_PORT_HTTP", "PORT_80_TCP_ADDR"):
        monkeypatch.setenv(f"CLIPMILL_{others}", "tcp://10.0.0.1:80")
    load_settings()
    monkeypatch.setenv(variable, "postgresql://u:secret@h/x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value) == f"there is no setting {told}"
    assert refused.value.hint == f"Correct the variable {variable}."


def test_wrong_option_is_the_one_to_correct() -> None:
    with pytest.raises(SettingsError, match="setting log_level: give 'debug', ") as refused:
        load_settings(log_level="loud", home=None)
    assert refused.value.hint == "Correct --log-level."


def test_every_limit_has_its_own_source(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / "clipmill.toml").write_text("[limits]\nrows = 5\ncolumns = 6\n")
    monkeypatch.setenv("CLIPMILL_LIMITS", '{"gifs": 8}')
    monkeypatch.setenv("CLIPMILL_LIMITS__ROWS", "4")
    monkeypatch.setenv("CLIPMILL_WORKER_JOBS", "9")
    monkeypatch.setenv("CLIPMILL_LOG_LEVEL", "info")
    told = origins(load_settings(log_level="error"), {"log_level": "error", "home": None})
    found = {name: told[f"limits.{name}"] for name in ("rows", "columns", "gifs", "scenes")}
    assert found == {"rows": "CLIPMILL_LIMITS__ROWS", "columns": "clipmill.toml", "gifs": "CLIPMILL_LIMITS",
                     "scenes": "default"}  # fmt: skip
    assert "limits" not in told
    names = ("worker_jobs", "workers", "log_level")
    assert [told[name] for name in names] == ["CLIPMILL_WORKER_JOBS", "default", "--log-level"]


def test_limits_come_one_by_one_or_as_json(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_a_folder / "clipmill.toml").write_text("[limits]\nrows = 5\ncolumns = 6\ngifs = 7\n")
    monkeypatch.setenv("CLIPMILL_LIMITS", '{"rows": 8, "columns": 9}')
    monkeypatch.setenv("clipmill_limits__rows", "10")
    limits = load_settings().limits
    assert (limits.rows, limits.columns, limits.gifs) == (10, 9, 7)


def test_lists_in_lists_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clipmill.toml").write_text("a = " + "[" * 5000 + "]" * 5000)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


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


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file, which does not lie in the folder they work in."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    (folder / "clipmill").mkdir()
    return folder / "clipmill" / "clipmill.toml"


WEAKER = {
    'sandbox = "off"': ("sandbox = off", "CLIPMILL_SANDBOX", "off"),
    'egress_allow = ["127.0.0.1:80"]': ("egress_allow = 127.0.0.1:80", "CLIPMILL_EGRESS_ALLOW", "127.0.0.1:80"),
    'allow_files = ["/etc"]': ("allow_files = /etc", "CLIPMILL_ALLOW_FILES", "/etc"),
    'font_folders = ["/etc"]': ("font_folders = /etc", "CLIPMILL_FONT_FOLDERS", "/etc"),
    'home = "/tmp/elsewhere"': ("home = /tmp/elsewhere", "CLIPMILL_HOME", "/tmp/elsewhere"),
    "reuse_bytes = 9000000000": ("reuse_bytes = 9000000000", "CLIPMILL_REUSE_BYTES", "9000000000"),
    "workers = 256": ("workers = 256", "CLIPMILL_WORKERS", "256"),
    "[limits]\njob_seconds = inf": ("limits.job_seconds = inf", "CLIPMILL_LIMITS__JOB_SECONDS", "inf"),
    "[limits]\nrows = 1000001": ("limits.rows = 1000001", "CLIPMILL_LIMITS__ROWS", "1000001"),
    "[limits]\nfetch_seconds = nan": ("limits.fetch_seconds = nan", "CLIPMILL_LIMITS__FETCH_SECONDS", "70"),
}


@pytest.mark.parametrize("text", WEAKER)
def test_a_projects_file_weakens_nothing(
    in_a_folder: Path, own: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (in_a_folder / "clipmill.toml").write_text(text)
    told, variable, value = WEAKER[text]
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert f"{in_a_folder / 'clipmill.toml'}: {told} " in str(refused.value)
    assert f"{variable}=" in refused.value.hint
    assert str(own) in refused.value.hint
    monkeypatch.setenv(variable, value)  # who says so themselves has it so, whatever the file says
    load_settings()
    monkeypatch.delenv(variable)
    if "nan" not in text:
        own.write_text(text)
        load_settings()


def test_a_price_has_at_most_three_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPMILL_CREDITS_PER_SECOND", "2.4")
    assert load_settings().credits_per_second == Decimal("2.4")
    for wrong, right in (("2.4001", "at most three decimals"), ("many", "a number"), ("-1", "0 or more")):
        monkeypatch.setenv("CLIPMILL_CREDITS_PER_SECOND", wrong)
        with pytest.raises(SettingsError, match=f"credits_per_second: give {right}"):
            load_settings()


@pytest.mark.parametrize("text", [
    'sandbox = "auto"', 'home = "state"', 'font_folders = ["fonts"]', 'allow_files = ["../in/media"]', "workers = 1",
    "[limits]\nrows = 5\nworker_bytes = 1073741824", "egress_allow = []", 'holds = "off"', "credits_per_second = 7",
])  # fmt: skip
def test_a_projects_file_may_shape_and_tighten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "clipmill.toml").write_text(text)
    monkeypatch.chdir(tmp_path / "in")
    load_settings()


def test_a_link_in_a_project_leads_nowhere_else(in_a_folder: Path, own: Path) -> None:
    (in_a_folder / "fonts").symlink_to(own.parent)
    (in_a_folder / "clipmill.toml").write_text('font_folders = ["fonts"]')
    with pytest.raises(SettingsError, match="font_folders"):
        load_settings()


def test_a_projects_file_may_be_stricter_than_the_users_and_not_weaker(in_a_folder: Path, own: Path) -> None:
    own.write_text("workers = 1\nlease_seconds = 40\n[limits]\nrows = 50\ncolumns = 60\n")
    (in_a_folder / "clipmill.toml").write_text("lease_seconds = 20\n[limits]\nrows = 5\n")
    settings = load_settings()
    assert (settings.workers, settings.lease_seconds) == (1, 20)
    assert (settings.limits.rows, settings.limits.columns) == (5, 60)
    told = origins(settings)
    assert (told["workers"], told["lease_seconds"]) == (str(own), "clipmill.toml")
    (in_a_folder / "clipmill.toml").write_text("[limits]\ncolumns = 61\n")
    with pytest.raises(SettingsError, match=r"limits\.columns = 61"):
        load_settings()


def test_the_users_own_folder_is_no_project(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.write_text('sandbox = "off"\nhome = "state"\n')
    monkeypatch.chdir(own.parent)
    settings = load_settings()
    assert (settings.sandbox, settings.home) == ("off", own.parent / "state")


def test_an_own_folder_that_is_relative_is_not_looked_for_where_strangers_files_lie(
    in_a_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (in_a_folder / "clipmill").mkdir()
    (in_a_folder / "clipmill" / "clipmill.toml").write_text('sandbox = "off"')
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")
    assert load_settings().sandbox == "auto"


@pytest.mark.parametrize("text", ["a=" + "[" * 30_000, "#" * 70_000])
def test_a_file_made_to_be_hard_to_read_is_a_sentence(in_a_folder: Path, text: str) -> None:
    (in_a_folder / "clipmill.toml").write_text(text)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


def test_what_is_no_file_holds_no_settings(in_a_folder: Path) -> None:
    os.mkfifo(in_a_folder / "clipmill.toml")
    assert load_settings().home == in_a_folder / ".clipmill"


def test_libraries_of_worker_processes_use_one_thread_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("VIPS_CONCURRENCY", "3")
    told = worker_environment()
    assert (told["OPENBLAS_NUM_THREADS"], told["VIPS_CONCURRENCY"]) == ("1", "3")


def test_database_is_named_by_its_user_alone(in_a_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in a database decides where files are written: a folder from elsewhere may not name one."""
    (in_a_folder / "clipmill.toml").write_text('database = "postgresql://u:secret@elsewhere/x"\n')
    with pytest.raises(SettingsError, match="database = ") as caught:
        load_settings()
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert load_settings(database="postgres://here/x").database == "postgres://here/x"
    monkeypatch.setenv("CLIPMILL_DATABASE", "postgresql://mine/x")
    assert load_settings().database == "postgresql://mine/x"


@pytest.mark.parametrize("text", ["u:secret@host/x", "host=h password=secret", "mysql://u:secret@host/x"])
def test_address_that_is_not_of_postgres_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(SettingsError, match="begins with postgresql://") as caught:
        load_settings(database=text)
    assert "secret" not in f"{caught.value} {caught.value.hint}"
