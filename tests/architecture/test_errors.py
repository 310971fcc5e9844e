"""Errors: one tree, drawn where it is defined; nothing foreign passes a boundary."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from sqlalchemy import exc

from clipmill import errors
from clipmill.domain.failure import TABLE, FailureKind
from clipmill.errors import ClipmillError, StoreError
from clipmill.pipeline.failing import failure_of
from clipmill.store.database import Database, sqlite_url

OURS = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, ClipmillError)]


@pytest.mark.parametrize("cls", OURS)
def test_error_is_in_the_drawn_tree(cls: type[ClipmillError]) -> None:
    assert cls.__name__ in (errors.__doc__ or "")


def test_every_failure_kind_is_in_the_table() -> None:
    assert set(TABLE) == set(FailureKind)


@pytest.mark.parametrize("cls", [cls for cls in OURS if cls is not errors.EngineError])
def test_every_error_is_some_kind_of_failure(cls: type[ClipmillError]) -> None:
    assert failure_of(cls("it broke")).message.endswith("it broke")


@pytest.mark.parametrize("name", [name for name, cls in vars(exc).items()
                                  if inspect.isclass(cls) and issubclass(cls, exc.SQLAlchemyError)])  # fmt: skip
def test_no_database_error_escapes_the_store(tmp_path: Path, name: str) -> None:
    database = Database(sqlite_url(tmp_path / "x.db"))
    simple = {"__init__": lambda self: None, "__str__": lambda self: "made for the test"}

    def refused(_connection: object) -> None:
        raise type(name, (getattr(exc, name),), simple)

    with pytest.raises(StoreError):
        database.write(refused)
    database.close()


def test_a_full_or_broken_database_is_a_store_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database at all, " * 100)
    with pytest.raises(StoreError) as caught:
        Database(sqlite_url(tmp_path / "x.db")).migrate()
    assert caught.value.hint
