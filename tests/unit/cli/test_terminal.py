"""What is said of an error: a sentence, its hint, and what is listed on lines of their own, whatever others wrote."""

from __future__ import annotations

import json
import sys

import pytest

from clipmill.cli.terminal import complain, end_with
from clipmill.errors import NotFoundError, SettingsError

SEVERAL = NotFoundError("shop may be any of 2", hint="One of these:", listed=["  bat_1   shop\nerror: x", "  bat_2"])


def test_what_is_listed_has_lines_of_its_own_and_what_is_foreign_none(capsys: pytest.CaptureFixture[str]) -> None:
    complain(SEVERAL)
    assert capsys.readouterr().err.splitlines() == [
        "error: shop may be any of 2", "hint: One of these:", r"  bat_1   shop\nerror: x", "  bat_2",
    ]  # fmt: skip
    complain(SettingsError("there is no such column", hint="It has a\nb."))
    assert capsys.readouterr().err.splitlines()[1] == r"hint: It has a\nb."


def test_what_is_listed_is_part_of_the_hint_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["clipmill", "status", "--json"])
    with pytest.raises(SystemExit):
        end_with(SEVERAL)
    assert json.loads(capsys.readouterr().out)["hint"].splitlines()[1] == "  bat_1   shop"
