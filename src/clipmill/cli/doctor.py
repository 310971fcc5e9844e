"""`clipmill doctor`: whether this machine is fit to work, and every setting with where it comes from."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from clipmill import __version__
from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, say, show, table
from clipmill.errors import ClipmillError
from clipmill.media.workers.sandbox import Sandbox, sentence
from clipmill.media.workers.solo import SoloWorker
from clipmill.rights import loose
from clipmill.settings import origins

_LIBRARIES = ("av", "numpy", "opencv-python-headless", "pyvips-binary", "sqlalchemy", "pydantic")
_ENOUGH_BYTES = 1024**3


def doctor(context: typer.Context, as_json: options.AsJson = False) -> None:
    """Check the state folder, its database, the engines, the sandbox and the disk; list all settings and origins."""
    session = session_of(context)
    found = [(name, *_checked(check, session)) for name, check in _CHECKS.items()]
    settings = [(name, str(attrgetter(name)(session.settings)), origin)
                for name, origin in origins(session.settings, session.flags).items()]  # fmt: skip
    if as_json:
        data({
            "version": __version__, "ok": all(ok for _, ok, _ in found),
            "checks": [{"check": name, "ok": ok, "message": message} for name, ok, message in found],
            "settings": {name: {"value": value, "origin": origin} for name, value, origin in settings},
        })  # fmt: skip
    else:
        answer(f"clipmill {__version__}, Python {sys.version.split()[0]}")
        show(table(["", "check", ""], [["ok" if ok else "!!", name, message] for name, ok, message in found]),
             to_pipe=True)  # fmt: skip
        show(table(["setting", "value", "from"], settings), to_pipe=True)
    if not all(ok for _, ok, _ in found):
        say("Something is wrong: see the lines marked !!", style="bold red")
        raise typer.Exit(1)


def _checked(check: Callable[[Session], str], session: Session) -> tuple[bool, str]:
    try:
        return True, check(session)
    except (ClipmillError, OSError) as error:
        hint = getattr(error, "hint", "")
        return False, f"{error}. {hint}" if hint else str(error)


def _home(session: Session) -> str:
    home = session.settings.home
    if not os.access(_there(home), os.W_OK):
        raise PermissionError(f"{home} cannot be written")
    if not home.exists():
        return f"{home}, made by the first run"
    return f"{home}, which others may look into" if loose(home) else str(home)


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that is there: looking makes nothing."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _database(session: Session) -> str:
    if not session.app.has_batches:
        return "none yet"
    return session.app.database.check()


def _disk(session: Session) -> str:
    free = shutil.disk_usage(_there(session.settings.home)).free
    if free < _ENOUGH_BYTES:
        raise OSError(f"only {free // 1024**2:,} MB are free; videos and their working files need room")
    return f"{free / 1024**3:,.1f} GB free"


def _engines(session: Session) -> str:
    return ", ".join(sorted(session.app.engines))


def _sandbox(session: Session) -> str:
    with TemporaryDirectory() as elsewhere:
        settings = session.settings
        if not settings.home.exists():  # a worker's own folders are made before it is locked in
            settings = settings.model_copy(update={"home": Path(elsewhere)})
        worker = SoloWorker(Sandbox.making(settings))
        try:
            return sentence(worker.ask("clipmill.media.workers.sandbox:state_of_locks", {}), settings)
        finally:
            worker.close()


def _libraries(_session: Session) -> str:
    try:
        return ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    except PackageNotFoundError as error:
        raise OSError(f"{error.name} is not installed") from error


_CHECKS: dict[str, Callable[[Session], str]] = {
    "state folder": _home,
    "database": _database,
    "disk": _disk,
    "engines": _engines,
    "sandbox": _sandbox,
    "libraries": _libraries,
}
