"""The `clipmill` command: its subcommands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill import __version__
from clipmill.cli import (
    batches,
    check,
    deliver,
    doctor,
    failures,
    fonts,
    preview,
    render,
    results,
    resume,
    retry,
    review,
    run,
    schema,
    status,
    watch,
)
from clipmill.cli.session import INTERRUPTED, Session
from clipmill.cli.terminal import complain, data, say
from clipmill.errors import ClipmillError

application = typer.Typer(
    name="clipmill",
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
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Turn rows into finished, verified videos."""
    if version:
        typer.echo(f"clipmill {__version__}")
        raise typer.Exit
    context.obj = Session(home)


_COMMANDS: dict[str, Callable[..., None]] = {
    "run": run.run,
    "continue": resume.go_on,
    "resume": resume.resume,
    "check": check.check,
    "preview": preview.preview,
    "render": render.render,
    "status": status.status,
    "watch": watch.watch,
    "pause": batches.pause,
    "cancel": batches.cancel,
    "retry": retry.retry,
    "failures": failures.failures,
    "approve": review.approve,
    "reject": review.reject,
    "results": results.results,
    "deliver": deliver.deliver,
    "schema": schema.schema,
    "doctor": doctor.doctor,
}


def interruptible(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with Ctrl-C as a way to leave rather than an error."""

    @wraps(command)
    def run_command(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            say("Stopped. Nothing is lost: `clipmill resume` goes on.")
            raise typer.Exit(INTERRUPTED) from None

    return run_command


for name, command in _COMMANDS.items():
    application.command(name)(interruptible(command))
application.add_typer(fonts.group, name="fonts")


def main() -> None:
    """Run the command line; exit codes are listed in `docs/reference/cli.md`."""
    try:
        application()
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = None
        sys.exit(0)
    except (OSError, UnicodeError) as foreign:
        complain(ClipmillError(f"the system refused: {foreign}", hint="`clipmill doctor` checks the state folder."))
        sys.exit(ClipmillError.exit_code)
    except ClipmillError as error:
        if "--json" in sys.argv:
            data({"error": str(error), "hint": error.hint, "exit": error.exit_code})
        else:
            complain(error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
