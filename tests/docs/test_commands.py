"""Every command in the README and the guides is run, in order, as a newcomer would run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clipmill.media.fonts.library import ALIASES
from tests.e2e.commands import environment
from tests.fontfiles import make_font

ROOT = Path(__file__).parents[2]
EXIT = re.compile(r"\s+#\s*exit (\d+)$")
#: What `make run` runs.
MAKE_RUN = (
    "clipmill run examples/product-promo/products.csv --template examples/product-promo --out out "
    '--name "Product promo"'
)
#: Rows of the example that are rendered here; the table is cut, not the commands.
ROWS = 4


@pytest.fixture
def newcomer(tmp_path: Path) -> Path:
    """A folder with the examples in it, as after cloning."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shorten(tmp_path / "examples" / "product-promo" / "products.csv")
    return tmp_path


def shorten(table: Path) -> None:
    """Cut the example's table, and draw a third of its pictures, so that running it takes seconds."""
    project = table.with_name("project.yaml")
    project.write_text(project.read_text().replace("frameRate: 30", "frameRate: 10"))
    lines = table.read_text().splitlines(keepends=True)[: ROWS + 1]
    table.write_text("".join(re.sub(r",\d+$", ",3", line.rstrip("\n")) + "\n" for line in lines))


def shell(folder: Path, command: str, expected: int) -> str:
    """Run a command line; its standard output."""
    own = {**environment(), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, shell=True, check=False, cwd=folder, env=own, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == expected, f"{command}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def latest_batch(folder: Path) -> str:
    """The id of the latest batch."""
    return re.search(r"bat_\w+", shell(folder, "clipmill status", 0)).group()  # type: ignore[union-attr]


def run_all(folder: Path, commands: list[str]) -> None:
    """Run command lines in order; `# exit N` says how one ends, BATCH and bat_… stand for the latest batch."""
    for line in commands:
        ends = EXIT.search(line)
        command = EXIT.sub("", line)
        if "--into" in command:
            command = re.sub(r"BATCH|bat_\w+", latest_batch(folder), command)
        shell(folder, command, int(ends.group(1)) if ends else 0)
        if command == "clipmill new promo":
            shorten(folder / "promo" / "products.csv")


@pytest.mark.timeout(1200)  # forty processes, five batches: half a minute alone, many times that on a busy machine
def test_first_batch_guide_works(newcomer: Path) -> None:
    text = (ROOT / "docs" / "guides" / "first-batch.md").read_text()
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    commands = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    assert len(commands) > 15
    run_all(newcomer, commands)


def test_fonts_guide_works(tmp_path: Path) -> None:
    for name in ("BrandSans-Regular.ttf", "BrandSans-Bold.ttf", "brand-fonts/Italic.ttf"):
        make_font(tmp_path / name, "Brand Sans")
    text = (ROOT / "docs" / "guides" / "fonts.md").read_text()
    commands = re.findall(r"^\$ (clipmill .*)$", text, re.MULTILINE)
    assert len(commands) == 4
    run_all(tmp_path, commands)
    assert len(list((tmp_path / ".clipmill" / "fonts").iterdir())) == 3
    for family, names in _stand_ins().items():
        assert f"| {', '.join(names)} | {family} |" in text


def _stand_ins() -> dict[str, list[str]]:
    """Family → the names it stands in for, in the order of the table."""
    found: dict[str, list[str]] = {}
    for name, family in ALIASES.items():
        found.setdefault(family, []).append(name)
    return found


@pytest.mark.timeout(900)
def test_readme_works(newcomer: Path) -> None:
    """One after the other, `make run` first, in one folder."""
    commands = [line.split("   #")[0].strip() for line in (ROOT / "README.md").read_text().splitlines()
                if line.startswith(("    clipmill", "    make run")) and "clipmill serve" not in line]  # fmt: skip
    assert len(commands) == 15
    assert commands[:2] == ["make run", "clipmill new promo"]
    for command in commands:
        makes = MAKE_RUN if command == "make run" else command
        run_all(newcomer, [f"{makes}   # exit {3 if command.startswith('clipmill reject') else 0}"])
        if command.startswith("clipmill reject"):
            assert "HOME" in (newcomer / "videos" / "blocked.csv").read_text()
    told = json.loads(shell(newcomer, "clipmill status --json", 0))
    assert (told["name"], told["done"], told["rows"]) == ("products", ROWS, ROWS)


def test_template_with_parts_of_the_guide_makes_its_still_once(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "guides" / "template.md").read_text()
    (sale,) = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "parts:" in block]
    (tmp_path / "sale").mkdir()
    (tmp_path / "sale" / "template.yaml").write_text(sale)
    (tmp_path / "shop.csv").write_text("sku,title\na,Lamp\nb,Mug\nc,Chair\n")
    run_all(tmp_path, ["clipmill run shop.csv -t sale"])
    told = json.loads(shell(tmp_path, "clipmill status --json", 0))
    assert (told["done"], told["parts"], told["credits"]["spent"]) == (3, {"done": 1}, 7)


@pytest.mark.timeout(600)
def test_steering_guide_works(newcomer: Path) -> None:
    """But for making failed rows again: none fails."""
    shutil.copytree(newcomer / "examples" / "product-promo", newcomer / "my-template")
    shutil.copy(newcomer / "my-template" / "products.csv", newcomer / "products.csv")
    shutil.copytree(newcomer / "my-template" / "pictures", newcomer / "pictures")
    text = (ROOT / "docs" / "guides" / "steering.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if "--cause" not in line]
    assert len(commands) > 10
    for number, command in enumerate(commands):
        makes = "clipmill run" in command
        run_all(newcomer, [f"{command} --out out{number}" if makes else command])


def test_makefile_runs_what_the_readme_says() -> None:
    assert f"$(BIN)/{MAKE_RUN}" in (ROOT / "Makefile").read_text()


def test_template_of_the_guide_renders(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "guides" / "template.md").read_text()
    whole, *others = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    parts = next(block for block in others if "contract:" not in block)
    (tmp_path / "greeting").mkdir()
    (tmp_path / "greeting" / "template.yaml").write_text(f"{whole}\n{parts.replace('reference: image', '')}")
    (tmp_path / "names.csv").write_text("name,seconds\nAda Lovelace,3\nGrace Hopper,\n")
    run_all(tmp_path, ["clipmill run names.csv -t greeting", "clipmill preview names.csv -t greeting --row 2 --at 1.5"])
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mp4")) == ["ada-lovelace.mp4", "grace-hopper.mp4"]
    assert (tmp_path / "preview.png").read_bytes().startswith(b"\x89PNG")
