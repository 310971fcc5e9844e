"""What a stranger types first: the package installed from its wheel, an example of their own, a batch of it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clipmill.cli.new import EXAMPLES, examples
from tests.e2e.commands import clipmill, environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules with clipmill in it, installed from a wheel that was built of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    quiet = ["--quiet", "--no-deps", "--no-index"]
    build = [*pip, "wheel", *quiet, "--no-build-isolation", "-w", str(folder / "dist"), str(folder)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next((folder / "dist").glob("*.whl"))
    subprocess.run([*pip, "install", *quiet, "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def from_wheel(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`clipmill …` of the wheel, in a folder that knows nothing of the repository."""
    own = {**environment(), "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "clipmill.cli.main", *arguments], cwd=folder, env=own, capture_output=True, text=True,
        check=True, timeout=240,
    )  # fmt: skip


def test_wheel_makes_a_folder_that_runs_as_it_is(installed: Path, tmp_path: Path) -> None:
    own = {**environment(), "PYTHONPATH": str(installed)}
    where = subprocess.run([sys.executable, "-c", "import clipmill; print(clipmill.__file__)"], cwd=tmp_path, env=own,
                           capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert where.startswith(str(installed))
    made = from_wheel(installed, tmp_path, "new", "promo")
    assert "clipmill run promo/products.csv -t promo" in made.stderr
    table = tmp_path / "promo" / "products.csv"
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    short = [",".join(rows[0])] + [",".join([*list(row.values())[:-1], "3"]) for row in rows[:1]]
    table.write_text("\n".join(short) + "\n", encoding="utf-8")
    told = json.loads(from_wheel(installed, tmp_path, "run", "promo/products.csv", "-t", "promo", "--json").stdout)
    assert (told["done"], told["rows"]) == (1, 1)
    assert len(list((tmp_path / "out").glob("*.mp4"))) == 1


def test_wheel_holds_every_example_whole(installed: Path) -> None:
    there = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*") if path.is_file()}
    packed = {str(path.relative_to(installed / "clipmill" / "examples"))
              for path in (installed / "clipmill" / "examples").rglob("*") if path.is_file()}  # fmt: skip
    assert packed == there
    wheel = next((installed.parent / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        assert "clipmill/examples/scene-ad/pictures/mug.jpg" in archive.namelist()


def test_new_lists_examples_and_makes_nothing(tmp_path: Path) -> None:
    told = clipmill(tmp_path, "new", "--list").stdout
    assert all(name in told and about.split()[0] in told for name, about in examples().items())
    assert set(examples()) == {"product-promo", "scene-ad", "shop-export"}
    assert not list(tmp_path.iterdir())


def test_ad_stands_alone(tmp_path: Path) -> None:
    assert "render ad/project.json -o ad.mp4" in clipmill(tmp_path, "new", "ad", "--from", "scene-ad").stderr
    clipmill(tmp_path, "render", "ad/project.json", "--at", "2", "-o", "ad.png")
    assert (tmp_path / "ad.png").stat().st_size > 10_000


def test_new_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "promo").mkdir()
    clipmill(tmp_path, "new", "promo")  # an empty folder is free
    (tmp_path / "promo" / "products.csv").write_text("mine")
    assert "promo is there already" in clipmill(tmp_path, "new", "promo", expect=2).stderr
    assert (tmp_path / "promo" / "products.csv").read_text() == "mine"
    refused = clipmill(tmp_path, "new", "x", "--from", "promo", expect=2)
    assert "There are product-promo, scene-ad, shop-export." in refused.stderr
    assert not list(tmp_path.glob(".*"))


def test_what_is_made_can_be_written_to_and_typed(tmp_path: Path) -> None:
    assert "clipmill run 'my promo/products.csv' -t 'my promo'" in clipmill(tmp_path, "new", "my promo").stderr
    assert all(path.stat().st_mode & 0o200 for path in (tmp_path / "my promo").rglob("*"))
