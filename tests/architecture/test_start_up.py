"""A command loads what it uses: asking how things are costs no decoder, no database toolkit, no web client."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import environment
from tests.world import World

#: What takes long to load, and what a question has no use for.
HEAVY = {
    "alembic",
    "asyncio",
    "av",
    "babel",
    "cv2",
    "httpx",
    "jinja2",
    "numpy",
    "pyvips",
    "sqlalchemy",
    "structlog",
    "yaml",
}
LOADED = re.compile(r"^import time: +\d+ \| +\d+ \| +([\w.]+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a batch in it."""
    folder = tmp_path_factory.mktemp("home")
    world = World(folder, remote=False)
    world.batch(3, blocked=1)
    world.database.close()
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--version"], 0), (["--help"], 0), (["status"], 0), (["status", "--json"], 0), (["results"], 0),
     (["failures"], 0), (["events"], 0), (["row", "1"], 0), (["row", "1", "--json"], 0),
     (["stats"], 0), (["run", "--help"], 0)],
)  # fmt: skip
def test_question_loads_nothing_heavy(home: Path, arguments: list[str], code: int) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "clipmill.cli.main", "--home", str(home), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    loaded = set(LOADED.findall(ended.stderr))
    assert ended.returncode == code, ended.stderr[-500:]
    assert "clipmill.cli.commands" in loaded
    if arguments != ["run", "--help"]:
        assert not loaded & HEAVY
    assert not loaded & {"av", "babel", "cv2", "pyvips", "alembic"}


def test_worker_loads_no_web_client_and_no_database() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import clipmill.engines.render.worker"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    loaded = set(LOADED.findall(ended.stderr))
    assert {"cv2", "av"} <= loaded
    assert not loaded & {"asyncio", "babel", "httpx", "rich", "sqlalchemy", "ssl", "typer"}


def test_a_run_loads_no_migrations_no_web_client_and_no_second_database(tmp_path: Path) -> None:
    code = ("import clipmill.cli.run, pathlib\nfrom clipmill.app import App\n"
            "from clipmill.settings import Settings\n"
            "app = App(Settings(home=pathlib.Path('home')))\napp.batches, app.media, app.outputs\n")  # fmt: skip
    command = [sys.executable, "-X", "importtime", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True, cwd=tmp_path)
    loaded = set(LOADED.findall(ended.stderr))
    assert {"sqlalchemy", "clipmill.media.outside.stored"} <= loaded
    assert not loaded & {"alembic", "charset_normalizer", "httpx", "sqlalchemy.dialects.postgresql", "av", "numpy"}


def test_importing_a_module_touches_no_environment() -> None:
    for path in (Path(__file__).parents[2] / "src").rglob("*.py"):
        if "environ" in (text := path.read_text()):
            loaded = [node for node in ast.parse(text).body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
            assert not any(re.search(r"\benviron\b", ast.unparse(node)) for node in loaded), path
