"""The `clipmill` command, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import stat
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from clipmill import __version__
from clipmill.cli.commands import Commands
from clipmill.cli.terminal import answer, end_with, watch_errors
from clipmill.errors import BUG, ClipmillError

#: New objects between two looks for garbage: while everything is loaded there is none.
_GARBAGE = 100_000

application = typer.Typer(
    name="clipmill",
    cls=Commands,
    help="Turn rows into finished, verified videos.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@application.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="The state folder; default .clipmill or $CLIPMILL_HOME.", show_default=False)
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="A PostgreSQL database, postgresql://user@host/name; default $CLIPMILL_DATABASE or a file in "
            "the state folder.",
            show_default=False,
        ),
    ] = None,
    log_level: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            show_default=False,
            help="Tell of the work inside: debug, info, warning or error and above; default warning.",
        ),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Turn rows into finished, verified videos."""
    if version:
        answer(f"clipmill {__version__}")
        raise typer.Exit
    context.obj = {"home": home, "database": database, "log_level": log_level}  # what `session_of` begins with


def main() -> None:
    """Run the command line; exit codes are listed in `docs/reference/cli.md`."""
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _as_interrupt)
    watch_errors()
    gc.set_threshold(_GARBAGE)
    try:
        application()
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = None
        sys.exit(0)
    except (OSError, UnicodeError) as foreign:
        end_with(ClipmillError(f"the system refused: {foreign}", hint="`clipmill doctor` checks the state folder."))
    except ClipmillError as error:
        end_with(error)
    except Exception as unexpected:
        traceback.print_exc()
        end_with(ClipmillError(f"{type(unexpected).__name__}: {unexpected}", hint=BUG))


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """Being told to end is Ctrl-C by another name: everything that tidies up after that does so now.

    A terminal that was closed says so twice, and hears nothing any more.
    """
    if number == getattr(signal, "SIGHUP", None):
        signal.signal(number, signal.SIG_IGN)
        _leave_terminal()
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):  # whoever started us in the background keeps Ctrl-C from us
        raise KeyboardInterrupt
    handler(signal.SIGINT, frame)


def _leave_terminal() -> None:
    """Words to a terminal that is gone go nowhere, and stop nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(stream).st_mode) and not os.isatty(stream):
                os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    main()
