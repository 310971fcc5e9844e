"""Files in the making have names of their own: one module makes them, and nobody else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "clipmill"
HELPER = SRC / "making.py"
#: Who renames a file, and why that is none in the making under a name others have too.
RENAMES = {
    "making.py": "the one that does",
    "cli/new.py": "a folder, under a name from there",
    "deliver/aside.py": "a finished file goes to the rejected ones",
    "deliver/renamed.py": "a finished file gets the name it has by now",
    "pipeline/outputs.py": "somebody's blocked.csv is kept beside the new one",
    "pipeline/use_cases/saving.py": "a folder, under a name from there",
    "pipeline/use_cases/serving/batches.py": "what came over the network goes to its table",
    "media/workers/desk.py": "a finished file leaves the folder of its worker",
    "own_folder.py": "what is to be removed is lifted out of folders too deep",
    "store/files.py": "scratch files have names of their own; equal content takes equal places",
}
#: Who asks for the number of its process for other reasons than a name.
NUMBERS = {"media/workers/seccomp.py", "store/line/queue.py"}
#: Temporary files without a name, and folders that the system names.
NAMELESS = {"TemporaryFile", "TemporaryDirectory"}
TEMPORARY = re.compile(r"\.(part|partial|tmp|temp|swp|making)\b")


def _text(node: ast.AST) -> Iterator[str]:
    """The strings in a module that are not docstrings."""
    documented = {id(one.body[0].value) for one in ast.walk(node)
                  if isinstance(one, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                  and one.body and isinstance(one.body[0], ast.Expr)}  # fmt: skip
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in documented:
            yield part.value


def _moved(tree: ast.AST) -> list[ast.Call]:
    """Calls that give a file another name: `path.replace(target)`, which is not `text.replace(old, new)`; os.rename."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [
        call for call in calls if isinstance(call.func, ast.Attribute) and (
            (call.func.attr == "replace" and ((len(call.args) == 1 and not call.keywords) or _is_module(call, "os")))
            or (call.func.attr in {"rename", "renames"}) or (call.func.attr == "move" and _is_module(call, "shutil")))
    ]  # fmt: skip


def _is_module(call: ast.Call, name: str) -> bool:
    func = call.func
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == name


@pytest.mark.parametrize(
    "path", [path for path in SRC.rglob("*.py") if path != HELPER], ids=lambda path: str(path.relative_to(SRC))
)
def test_nobody_else_makes_up_a_name(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not [text for text in _text(tree) if TEMPORARY.search(text)], "clipmill.making has names for this"
    name = str(path.relative_to(SRC))
    if name not in NUMBERS:
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "getpid"]
    if name not in RENAMES:
        assert not [ast.unparse(call) for call in _moved(tree)], "clipmill.making puts files in their places"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "tempfile":
            assert {name.name for name in node.names} <= NAMELESS
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tempfile":
            assert node.attr in NAMELESS


@pytest.mark.parametrize(
    "code", ['part = path.with_suffix(".part")', 'name = f"{path}.tmp"', "os.rename(one, other)", "one.replace(other)",
             'os.replace(part, path)', 'tempfile.mktemp()', 'name = f".{os.getpid()}"', 'shutil.move(one, other)'],
)  # fmt: skip
def test_others_would_be_found(code: str) -> None:
    tree = ast.parse(code)
    assert (
        any(TEMPORARY.search(text) for text in _text(tree)) or _moved(tree)
        or [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in {"getpid", "mktemp"}]
    )  # fmt: skip
