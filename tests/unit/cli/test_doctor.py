"""What `doctor` says: of what is wrong also what to do, and of every setting and limit where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from clipmill.cli import doctor
from clipmill.cli.main import application
from clipmill.cli.session import Session
from clipmill.errors import StoreError


def _broken(_session: Session) -> NoReturn:
    raise StoreError("the database is locked", hint="End who holds it.")


def told(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, code: int) -> str:
    """What `doctor` prints with these checks alone."""
    monkeypatch.setenv("CLIPMILL_LIMITS__ROWS", "7")
    ended = CliRunner().invoke(application, ["--home", str(folder), "doctor", *arguments])
    assert ended.exit_code == code, ended.output
    return ended.output


def test_what_is_wrong_keeps_its_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_CHECKS", {"database": _broken})
    lines = told(tmp_path, monkeypatch, code=1).splitlines()
    assert any(line.split(maxsplit=2)[:2] == ["!!", "database"] and "is locked. End who holds it." in line
               for line in lines)  # fmt: skip


def test_every_limit_is_a_line_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_CHECKS", {})
    lines = [line.split() for line in told(tmp_path, monkeypatch, code=0).splitlines()]
    assert ["limits.rows", "7", "CLIPMILL_LIMITS__ROWS"] in lines
    assert ["limits.scenes", "100", "default"] in lines
    assert ["home", str(tmp_path), "--home"] in lines
    found = json.loads(told(tmp_path, monkeypatch, "--json", code=0))["settings"]
    assert found["limits.rows"] == {"value": "7", "origin": "CLIPMILL_LIMITS__ROWS"}
