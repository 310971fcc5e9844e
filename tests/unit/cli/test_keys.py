"""Keys from the command line: the key alone on standard output, and everything else beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from clipmill.cli.main import application
from clipmill.errors import ClipmillError


def asked(home: Path, *arguments: str) -> Result:
    """What `clipmill keys` does."""
    return CliRunner().invoke(application, ["--home", str(home), "keys", *arguments])


def refused(home: Path, *arguments: str) -> str:
    """What is wrong, and what to do."""
    error = asked(home, *arguments).exception
    assert isinstance(error, ClipmillError)
    return f"{error}. {error.hint}"


def listed(home: Path) -> list[dict[str, object]]:
    """The keys there are."""
    found: list[dict[str, object]] = json.loads(asked(home, "list", "--json").stdout)["keys"]
    return found


def test_a_key_is_told_once_and_alone(tmp_path: Path) -> None:
    made = asked(tmp_path, "create", "shop", "--scopes", "read, submit", "--budget", "2.5", "--expires", "90d")
    key = made.stdout.strip()
    assert (len(key), key.startswith("cm_live_"), "\n" in key) == (45, True, False)
    (told,) = listed(tmp_path)
    assert key not in json.dumps(told)
    assert (told["scopes"], told["limits"]) == (
        ["read", "submit"], {"credits": {"capacity": 2.5, "seconds": None, "remaining": 2.5}})  # fmt: skip
    assert float(str(told["expires_at"])) - float(str(told["created_at"])) == pytest.approx(90 * 86_400, abs=5)


def test_a_key_is_limited_followed_and_revoked_by_its_name(tmp_path: Path) -> None:
    asked(tmp_path, "create", "shop")
    asked(tmp_path, "limit", "shop", "requests", "60")
    new = asked(tmp_path, "rotate", "shop", "--grace", "1h").stdout.strip()
    assert new.startswith("cm_live_")
    old, successor = listed(tmp_path)
    assert old["expires_at"] is not None
    assert successor["limits"] == {"requests": {"capacity": 60, "seconds": 60.0, "remaining": 60}}
    assert "2 keys are called shop" in refused(tmp_path, "revoke", "shop")
    asked(tmp_path, "revoke", str(old["id"]))
    asked(tmp_path, "limit", "shop", "requests", "none")
    assert [(key["revoked_at"] is None, key["limits"]) for key in listed(tmp_path)][1] == (True, {})


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["create", "a", "--scopes", "write"], "Scopes are read, submit, approve, admin"),
     (["create", "a", "--expires", "soon"], "--expires soon: that is no length of time"),
     (["create", "a", "--style", "x"], "there is no style x"), (["revoke", "a"], "there is no key a. There are none."),
     (["create", "a", "--tenant", "a b"], "'a b' is no name of a tenant")],
)  # fmt: skip
def test_what_cannot_be_had_is_refused(tmp_path: Path, arguments: list[str], why: str) -> None:
    assert why in refused(tmp_path, *arguments)


def test_a_limit_is_of_a_kind_and_a_number(tmp_path: Path) -> None:
    asked(tmp_path, "create", "shop")
    assert "there is no limit of videos" in refused(tmp_path, "limit", "shop", "videos", "3")
    assert "write a whole number" in refused(tmp_path, "limit", "shop", "requests", "many").lower()
