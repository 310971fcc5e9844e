"""What lies in a folder with a table may be a stranger's: it runs nothing, opens and writes no files elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, environment, json_lines, make_table, make_template
from tests.e2e.test_media_in import TEMPLATE, photo

COMMAND = Path(sys.executable).with_name("clipmill")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a template of one picture, and a picture above it that is not for everybody."""
    folder = tmp_path / "theirs"
    (folder / "shown").mkdir(parents=True)
    (folder / "shown" / "template.yaml").write_text(TEMPLATE)
    (folder / "k.jpg").write_bytes(photo())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "k.jpg").write_bytes(photo()[:-2] + b"\xff\xd9")
    return folder


def test_rows_name_files_of_their_folder_and_of_those_the_user_allows_for_the_batch(folder: Path) -> None:
    (folder / "rows.csv").write_text("sku,image\n1,k.jpg\n2,../mine/k.jpg\n3,../mine/none.jpg\n")
    assert "--allow-files" in clipmill(folder, "check", "rows.csv", "-t", "shown", "--json", expect=4).stdout
    clipmill(folder, "run", "rows.csv", "-t", "shown", "--allow-files", "../mine", expect=4)
    told = json_lines(folder / "out" / "results.jsonl")
    assert [line["state"] for line in told] == ["done", "done", "blocked"]
    (folder.parent / "mine" / "none.jpg").write_bytes(photo())
    clipmill(folder, "run", "out/blocked.csv", "--into", "latest")  # the batch knows what was allowed


def test_a_project_names_files_of_its_folder_and_of_those_the_user_allows(folder: Path) -> None:
    project = {"type": "image", "width": 64, "height": 48, "visuals": [{"type": "IMAGE", "src": "../mine/k.jpg"}]}
    (folder / "p.json").write_text(json.dumps(project))
    refused = clipmill(folder, "render", "p.json", "-o", "p.png", expect=2).stderr
    assert "visuals[0].src: ../mine/k.jpg leads to" in refused.replace("\n", " ")
    clipmill(folder, "render", "p.json", "-o", "p.png", "--allow-files", "../mine")


@pytest.mark.skipif(not COMMAND.exists(), reason="the command is not installed here")
def test_nothing_in_the_working_folder_is_run(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    make_table(tmp_path / "rows.csv", 1)
    (tmp_path / "clipmill").mkdir()
    for name in (
        "clipmill/__init__",
        "sitecustomize",
        "usercustomize",
        "yaml",
        "typer",
        "json",
        "av",
        "numpy",
        "signal",
    ):
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'owned')!r}, 'a').write('{name} ')\nraise SystemExit(9)"
        )
    env = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    ran = subprocess.run([COMMAND, "run", "rows.csv", "-t", "small"], cwd=tmp_path, env=env, capture_output=True,
                         check=False)  # fmt: skip
    assert (ran.returncode, (tmp_path / "owned").exists()) == (0, False), ran.stderr


def test_a_state_folder_that_came_along_is_not_gone_on_with(tmp_path: Path) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    make_template(theirs / "small")
    make_table(theirs / "rows.csv", 2)
    clipmill(theirs, "run", "rows.csv", "-t", "small", "-o", str(tmp_path / "elsewhere"))
    shutil.copytree(theirs, mine)
    assert "was not made here" in clipmill(mine, "resume", expect=2).stderr.replace("\n", " ")
    clipmill(mine, "--home", ".clipmill", "status")
    clipmill(mine, "status")


def test_out_is_a_link_only_where_the_user_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "out").symlink_to(tmp_path / "mine")
    make_template(tmp_path / "theirs" / "small")
    make_table(tmp_path / "theirs" / "rows.csv", 1)
    assert "leads to" in clipmill(tmp_path / "theirs", "run", "rows.csv", "-t", "small", expect=2).stderr
    (tmp_path / "mine" / "report").symlink_to(tmp_path / "theirs")
    named = clipmill(tmp_path / "theirs", "run", "rows.csv", "-t", "small", "--out", "out", expect=1)
    assert "report is a link" in named.stderr.replace("\n", " ")
    assert not list((tmp_path / "mine").glob("*.mp4"))


def test_a_clipmill_toml_that_came_along_weakens_nothing(tmp_path: Path) -> None:
    (tmp_path / "clipmill.toml").write_text('sandbox = "off"')
    assert "sandbox = off" in clipmill(tmp_path, "doctor", expect=2).stderr
