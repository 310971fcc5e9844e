"""No module needs itself, neither through what it loads nor through the types it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
IMPORT = re.compile(r"^ *(?:from ([\w.]+) )?import ([\w., ]+|\([^)]*\))", re.MULTILINE)


def _imported(path: Path, known: set[str]) -> Iterator[str]:
    for module, names in IMPORT.findall(path.read_text()):
        for name in re.findall(r"(?<!as )\b[\w.]+", names):
            whole = f"{module}.{name}".strip(".")
            yield whole if whole in known else module


def check_order(root: Path) -> None:
    """Raises CycleError, with the way round, for modules that need each other."""
    modules = {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
               for path in root.rglob("*.py")}  # fmt: skip
    TopologicalSorter({name: set(_imported(path, set(modules))) for name, path in modules.items()}).prepare()


def test_no_module_needs_itself() -> None:
    check_order(SRC)


def test_one_that_does_would_be_found(tmp_path: Path) -> None:
    for name, text in (("floor", ""), ("wall", "import floor\nfrom door import Door"),
                       ("roof", "from wall import (\n    Wall,\n)"),
                       ("door", "if TYPE_CHECKING:\n    from roof import Roof")):  # fmt: skip
        (tmp_path / f"{name}.py").write_text(text)
    with pytest.raises(CycleError) as caught:
        check_order(tmp_path)
    assert sorted(set(caught.value.args[1])) == ["door", "roof", "wall"]
