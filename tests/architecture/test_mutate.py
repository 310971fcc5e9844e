"""The tool that breaks the code: it knows tests for whatever it breaks, and what it makes are programs."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tools import mutate

ENUMS = {"Kind": ["ONE", "TWO"]}


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("a < b", ["a <= b"]), ("a is b", ["a is not b"]), ("a in b", ["a not in b"]), ("a and b", ["a or b"]),
        ("a - 1", ["a + 1", "a - 2", "a - 0"]), ("x = True", ["x = False"]), ("not a", ["a"]), ("f()", ["pass"]),
        ("a += b", ["pass"]), ("Kind.TWO", ["Kind.ONE"]), ("Other.TWO", []), ("log.info(1)", []), ("assert a < 1", []),
        ("def f():\n    return a", ["def f():\n    return None"]), ("def f() -> a < b:\n    return", []),
        ("x = q.order_by(a).with_for_update(of=b < c)", []),
        ("x = p.order_by(a).limit(n)", ["x = p.order_by(a)", "x = p.limit(n)"]),
        ("select(literal(1)).where(a).order_by(b)", ["pass", "select(literal(1)).order_by(b)"]),
        ("x = bindparam(n, expanding=True)", []), ("lock(a)", []), ("x = 500", []), ("def f():\n    return []", []),
        ("x = q.where(a, b)", ["x = q", "x = q.where(b)", "x = q.where(a)"]), ("x = q.limit(n)", ["x = q"]),
    ],
)  # fmt: skip
def test_each_small_change_is_made(
    code: str, others: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text(code)
    made = [mutant.made(ENUMS)[0] for mutant in mutate.mutants(Path("a.py"), ENUMS)]
    assert made == others


def test_every_module_that_is_broken_has_tests_that_are_there() -> None:
    options = argparse.Namespace(paths=[], sample=0, seed=0, at="")
    meant = mutate.chosen(options, mutate.enum_members(mutate.ROOT / mutate.SRC / "domain"))
    assert len(meant) > 1_000
    for module in {mutant.module for mutant in meant}:
        assert all((mutate.ROOT / test).exists() for test in mutate.tests_of(module)), module


def test_enumerations_are_found_with_their_members() -> None:
    found = mutate.enum_members(mutate.ROOT / mutate.SRC / "domain")
    assert found["Ruling"] == ["PASS", "REVIEW", "FAIL"]
    assert found["Charge"] == ["KEEP", "SETTLE", "FOUND", "RELEASE"]
