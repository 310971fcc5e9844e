"""Break the code in small ways, one at a time, and count how many of them the tests tell.

    python -m tools.mutate [PATHS] [--sample N] [--seed S] [--at FILE:LINE]

PATHS are modules or folders below `src/clipmill`; without any, those that money and rows rest on. Every change is made
in a copy of the tree, and only the test files that are about the module are run against it, over SQLite. What is
printed is each change that no test told, and the share that was told; the exit code is 1 where it is below the target.

Kinds that no test can tell are left out. SQLite has one writer: what locks, the order in which it does, and what a
server tells its listeners are nothing there. SQLAlchemy makes what is bound for a list `expanding` by itself. A page or
a cache is as good with one more or one less. Who asks whether there is anything hears the same of nothing at all, and
of a query that selects a literal, whatever that is and in whatever order.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = Path("src/clipmill")
TARGET = 0.95
#: A test that takes longer was made to hang, which is told, and so is a run of them.
TEST_SECONDS, RUN_SECONDS = 30, 900
_OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", "not postgres", f"--timeout={TEST_SECONDS}")
PATHS = ("store", "pipeline", "domain/failure.py", "domain/transition.py")
_NEIGHBOURS, _PLANS = "ports/test_neighbours.py", "unit/store/test_plans.py"
#: Beginning of a module's path → the tests that are about it, the quickest first; the longest beginning counts.
TESTS = {
    "domain/failure.py": (
        "unit/domain/test_failure.py",
        "unit/domain/test_patience.py",
        "unit/pipeline/test_silence.py",
    ),
    "domain/transition.py": ("unit/domain/test_transition.py", "unit/pipeline/test_silence.py", "ports/test_queue.py"),
    "pipeline": ("unit/pipeline",),
    "pipeline/row.py": ("unit/pipeline/test_steps.py", "unit/pipeline/test_silence.py", "unit/pipeline/test_row.py"),
    "pipeline/worker.py": ("unit/pipeline/test_hands.py", "unit/pipeline/test_worker.py", "unit/pipeline/test_row.py"),
    "pipeline/commits.py": ("unit/pipeline/test_commits.py", "unit/pipeline/test_row.py"),
    "pipeline/batch.py": ("unit/pipeline/test_batch.py", "ports/test_batches.py"),
    "pipeline/use_cases/ending.py": (
        "unit/pipeline/use_cases/test_calling_off.py",
        "unit/pipeline/use_cases/test_ending.py",
    ),
    "pipeline/use_cases/going_on.py": (
        "unit/pipeline/use_cases/test_again.py",
        "unit/pipeline/use_cases/test_going_on.py",
    ),
    "pipeline/use_cases/opening.py": (
        "unit/pipeline/use_cases/test_opened.py",
        "unit/pipeline/use_cases/test_opening.py",
        "unit/pipeline/use_cases/test_going_on.py",
    ),
    "pipeline/use_cases/rendering.py": (
        "unit/pipeline/use_cases/test_once.py",
        "unit/pipeline/use_cases/test_rendering.py",
    ),
    "store": ("unit/store", "ports/test_batches.py", "ports/test_queue.py", "unit/cli/test_events.py"),
    "store/line/admission.py": (
        "ports/test_lanes.py",
        "ports/test_queue.py",
        "ports/test_moves.py",
        _NEIGHBOURS,
        _PLANS,
    ),
    "store/line/audit.py": ("ports/test_batches.py", _NEIGHBOURS),
    "store/batches.py": ("ports/test_batches.py", _NEIGHBOURS, "ports/test_lanes.py"),
    "store/line/claims.py": ("ports/test_lanes.py", "ports/test_moves.py", _NEIGHBOURS, "ports/test_queue.py", _PLANS),
    "store/files.py": ("ports/test_files.py",),
    "store/line/ledger.py": ("ports/test_moves.py", "ports/test_queue.py", _PLANS),
    "store/line/moves.py": ("ports/test_moves.py", _NEIGHBOURS, "ports/test_queue.py", _PLANS),
    "store/line/queue.py": (_NEIGHBOURS, "ports/test_queue.py", "ports/test_moves.py"),
    "store/records.py": ("ports/test_batches.py", "ports/test_moves.py", "ports/test_lanes.py", _NEIGHBOURS, _PLANS),
}
#: Tables and migrations are held by a test that compares them, not by what they do.
LEFT_OUT = ("schema.py", "migrations", "__init__.py")

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
Enums = dict[str, list[str]]
#: Methods of a query that narrow it or put it in order.
_NARROWING = {"where", "order_by", "limit"}
#: From here on whole numbers are sizes of pages and caches.
_SIZE = 64
#: Statements that are not left out.
_KEPT = ("log.", "await log.", "lock(", "tell(")


@dataclass(frozen=True)
class Mutant:
    """One change of one module: the how-manieth of the how-manieth node."""

    module: Path
    #: The module as it is.
    text: str
    line: int
    node: int
    change: int

    def made(self, enums: Enums) -> tuple[str, str]:
        """The whole module as changed, and what was changed in it."""
        tree = ast.parse(self.text)
        meant = list(_mutable(tree))[self.node]
        before, new = ast.unparse(meant), list(changes(meant, enums))[self.change]
        told = f"{self.module}:{self.line}: {_short(before)}  →  {_short(ast.unparse(new))}"
        changed = _Replacing(meant, new).visit(tree)
        return ast.unparse(ast.fix_missing_locations(changed)), told


def _short(code: str) -> str:
    flat = " ".join(code.split())
    return flat if len(flat) <= 70 else f"{flat[:69]}…"


def mutants(module: Path, enums: Enums) -> Iterator[Mutant]:
    """Every small change of a module that is still a program."""
    text = (ROOT / module).read_text()
    for place, node in enumerate(_mutable(ast.parse(text))):
        for change in range(len(list(changes(node, enums)))):
            yield Mutant(module, text, node.lineno, place, change)  # type: ignore[attr-defined]


def changes(node: ast.AST, enums: Enums) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.BinOp():
            yield from _other_operator(node)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)) if value >= _SIZE:
            pass
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Attribute(value=ast.Name(id=name), attr=member) if member in enums.get(name, ()):
            members = enums[name]
            yield ast.Attribute(node.value, members[(members.index(member) + 1) % len(members)], node.ctx)
        case _:
            yield from _left_out(node)


def _left_out(node: ast.AST) -> Iterator[ast.AST]:
    """What stays of a node when something of it is left out."""
    match node:
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in ("None", "False", "[]", "{}"):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Call(func=ast.Attribute(attr=name)) if name in _NARROWING and not _is_of_a_literal(node):
            yield node.func.value
            for place in range(len(node.args) if len(node.args) > 1 else 0):
                yield ast.Call(node.func, node.args[:place] + node.args[place + 1 :], node.keywords)


def _other_operator(node: ast.Compare | ast.BoolOp | ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            ops = [*node.ops]
            ops[place] = _SWAPPED[type(operator)]()  # type: ignore[call-overload]
            yield ast.Compare(node.left, ops, node.comparators)
    elif type(node.op) in _SWAPPED:
        new = deepcopy(node)
        new.op = _SWAPPED[type(node.op)]()  # type: ignore[assignment]
        yield new


def _is_kept(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg="expanding") | ast.Call(func=ast.Name("literal")):
            return True
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith(_KEPT)


def _is_of_a_literal(query: ast.Call) -> bool:
    """Whether it puts in order, or ends, what is only asked whether there is any."""
    return query.func.attr != "where" and ast.unparse(query).startswith("select(literal(")


def _unlocked(node: ast.AST) -> ast.AST:
    """A query without its locks and their order."""
    match node:
        case ast.Call(func=ast.Attribute(ast.Call(func=ast.Attribute(query, "order_by")), "with_for_update")):
            return query
        case ast.Call(func=ast.Attribute(query, "with_for_update")):
            return query
    return node


class _Replacing(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, meant: ast.AST, new: ast.AST) -> None:
        self._meant, self._new = meant, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or what takes its place."""
        return self._new if node is self._meant else self.generic_visit(node)


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that may be changed: neither annotations, decorators nor what asserts, logs and locks."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params") or isinstance(node, ast.Assert):
            continue
        for child in map(_unlocked, value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST) and not _is_kept(child):
                if hasattr(child, "lineno"):
                    yield child
                yield from _mutable(child)


def enum_members(folder: Path) -> Enums:
    """The members of every enumeration of the domain, by its name."""
    found = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                found[node.name] = [target.id for line in node.body if isinstance(line, ast.Assign)
                                    for target in line.targets if isinstance(target, ast.Name)]  # fmt: skip
    return found


def tests_of(module: Path) -> tuple[str, ...]:
    """The test files that are about a module. Raises KeyError for one that nothing is said of."""
    place = module.relative_to(SRC).as_posix()
    known = max((known for known in TESTS if place.startswith(known)), key=len, default=place)
    return tuple(f"tests/{test}" for test in TESTS[known])


def load(tree: Path, tests: Sequence[str]) -> None:
    """Load all that these tests need, once: each run of theirs begins from here, and loads anew only what is ours."""
    os.chdir(tree)
    sys.path[:0] = [str(tree / "src"), str(tree)]
    sys.pycache_prefix = str(tree / "compiled")
    os.environ |= {"PYTHONPATH": str(tree / "src"), "PYTHONPYCACHEPREFIX": sys.pycache_prefix}
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        pytest.main(["--collect-only", *_OPTIONS, *tests])
    for name in [name for name in sys.modules if name.partition(".")[0] in ("clipmill", "tests")]:
        del sys.modules[name]


def run(tests: Sequence[str]) -> bool:
    """Whether the tests hold."""
    running = get_context("fork").Process(target=_test, args=(tests,))
    running.start()
    running.join(RUN_SECONDS)
    running.kill()
    running.join()
    return running.exitcode == 0


def _test(tests: Sequence[str]) -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    sys.exit(int(pytest.main([*_OPTIONS, *tests])))


def write(path: Path, text: str, time: int) -> None:
    """Write a module as of a time of its own: what was compiled of another text as long as it is not taken for it."""
    path.write_text(text)
    os.utime(path, (time, time))


def copied(folder: Path) -> Path:
    """A copy of the tree to break."""
    for name in ("src", "tests", "tools", "examples", "pyproject.toml"):
        source, copy = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, copy)
    return folder


def chosen(options: argparse.Namespace, enums: Enums) -> list[Mutant]:
    """The changes that were asked for."""
    found: list[Mutant] = []
    for asked in options.paths or PATHS:
        path = ROOT / SRC / asked
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if not any(part in LEFT_OUT for part in file.parts):
                found += mutants(file.relative_to(ROOT), enums)
    if options.at:
        found = [mutant for mutant in found if f"{mutant.module}:{mutant.line}".endswith(options.at)]
    return random.Random(options.seed).sample(found, min(options.sample or len(found), len(found)))


def main() -> int:
    """Break, run, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--sample", type=int, default=0, help="only so many changes, by chance")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument("--at", default="", help="only changes of this line, such as ledger.py:67")
    options = parser.parse_args()
    enums = enum_members(ROOT / SRC / "domain")
    meant, survivors = chosen(options, enums), 0
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        tree = copied(Path(folder))
        load(tree, sorted({test for mutant in meant for test in tests_of(mutant.module)}))
        for tests in sorted({tests_of(mutant.module) for mutant in meant}):
            if not run(tests):
                sys.exit(f"the tests do not hold as things are: {' '.join(tests)}")
        for count, mutant in enumerate(meant, 1):
            text, what = mutant.made(enums)
            write(tree / mutant.module, text, 2 * count)
            if run(tests_of(mutant.module)):
                survivors += 1
                print(f"[{count}/{len(meant)}] not told: {what}", flush=True)
            write(tree / mutant.module, mutant.text, 2 * count + 1)
    told = 1 - survivors / max(len(meant), 1)
    print(f"{len(meant) - survivors} of {len(meant)} changes told: {told:.1%} (target {TARGET:.0%})")
    return 0 if told >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
