"""House limits are tests: a module fits in one sitting, a function on one screen, a folder in one glance."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "clipmill"
MODULES = sorted(SRC.rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Folders of kinds: one file per kind, as many as there are.
KINDS = {"layers", "transitions", "kinds", "versions", "cli"}
MODULES_PER_FOLDER = 16
#: Raised only by a decision record: docs/decisions/size.md.
CORE_LINES = 80_500


def name(path: Path) -> str:
    """The path as tests are called by it."""
    return str(path.relative_to(SRC))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_fits(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= (
        500 if "It is long because" in (ast.get_docstring(ast.parse(path.read_text())) or "") else 350
    )
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, FUNCTIONS):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_public_things_say_what_they_are(path: Path) -> None:
    for node in _public(ast.parse(path.read_text())):
        assert ast.get_docstring(node), f"{node.name} has no docstring"


def _public(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes, and the public methods of public classes that are not special."""
    found: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
            found += [part for part in node.body if isinstance(part, FUNCTIONS) and not part.name.startswith("_")]
        elif isinstance(node, FUNCTIONS) and not node.name.startswith("_"):
            found.append(node)
    return found


def test_folders_can_be_taken_in_at_a_glance() -> None:
    for folder in [SRC, *(path for path in SRC.rglob("*") if path.is_dir())]:
        if folder.name not in KINDS:
            modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
            assert len(modules) <= MODULES_PER_FOLDER, f"{folder.name} has {len(modules)} modules"


def test_a_port_has_at_most_five_methods() -> None:
    for node in ast.parse((SRC / "ports.py").read_text()).body:
        if isinstance(node, ast.ClassDef):
            assert len([part for part in node.body if isinstance(part, FUNCTIONS)]) <= 5, node.name


def test_the_whole_stays_inside_its_budget() -> None:
    assert sum(len(path.read_text().splitlines()) for path in MODULES) <= CORE_LINES
