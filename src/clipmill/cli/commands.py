"""The commands: where each one lives and what it says of itself; loaded when it is the one that was asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clipmill.cli.codes import INTERRUPTED
from clipmill.cli.terminal import end_with, say
from clipmill.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Entry:
    """One command in the list."""

    #: `module:name` of a function, or of a group of commands.
    place: str
    #: The first paragraph of its help, as `clipmill --help` shows it; a test holds it to the docstring.
    summary: str


#: In the order of `clipmill --help`.
COMMANDS = {
    "new": Entry(
        "clipmill.cli.new:new",
        "Make a folder of your own out of a bundled example: a template with a table and media, ready to run.",
    ),
    "run": Entry(
        "clipmill.cli.run:run",
        "Make a file of every good row of TABLE; for every other row, say why not and who can fix it.",
    ),
    "continue": Entry("clipmill.cli.resume:go_on", "Make the rest of a batch after its sample was looked at."),
    "resume": Entry(
        "clipmill.cli.resume:resume",
        "Go on with an interrupted, paused or stopped batch; `--budget` and `--window` change its policy.",
    ),
    "check": Entry(
        "clipmill.cli.check:check",
        "Check every row of TABLE against the template's contract, and say what the batch would cost.",
    ),
    "preview": Entry(
        "clipmill.cli.preview:preview",
        "Write the frame of one row shown at a moment, as PNG; several rows and moments on one sheet.",
    ),
    "render": Entry(
        "clipmill.cli.render:render",
        "Render one project into a file, and check what was made. Paths in it count from the project's folder.",
    ),
    "worker": Entry(
        "clipmill.cli.worker:worker",
        "Work on whatever there is, of every batch, until Ctrl-C or SIGTERM; a second one ends it at once.",
    ),
    "status": Entry("clipmill.cli.status:status", "Show where every row of a batch is, and what it has cost."),
    "batches": Entry(
        "clipmill.cli.batches:batches",
        "List the batches, the newest first: name, state, rows, and the folder of the files.",
    ),
    "watch": Entry(
        "clipmill.cli.watch:watch",
        "Follow a batch until it is at rest; leaving the view changes nothing. `--json` prints one object a second.",
    ),
    "pause": Entry(
        "clipmill.cli.stopping:pause", "Admit no more rows of a batch; rows under way finish, for they are paid for."
    ),
    "cancel": Entry(
        "clipmill.cli.stopping:cancel",
        "Cancel for good every row of a batch that is not under way or done; finished files stay.",
    ),
    "retry": Entry(
        "clipmill.cli.retry:retry",
        "Make failed rows again, or the rows named; earlier attempts stay in the audit trail.",
    ),
    "failures": Entry(
        "clipmill.cli.failures:failures", "List the causes of failed, blocked and waiting rows, the commonest first."
    ),
    "approve": Entry(
        "clipmill.cli.review:approve", "Deliver files that wait for review: all of them, or the rows named."
    ),
    "reject": Entry(
        "clipmill.cli.review:reject",
        "Drop files that wait for review, or make them again; with --rows, finished ones too.",
    ),
    "results": Entry("clipmill.cli.results:results", "Print what became of every row, while the batch runs or after."),
    "deliver": Entry(
        "clipmill.cli.deliver:deliver", "Put the finished files of a batch into another folder, an archive, or both."
    ),
    "schema": Entry(
        "clipmill.cli.schema:schema", "Print the JSON Schema of a project, generated from the models that check it."
    ),
    "doctor": Entry(
        "clipmill.cli.doctor:doctor",
        "Check the state folder, its database, the engines, the sandbox and the disk; list all settings and origins.",
    ),
    "fonts": Entry("clipmill.cli.fonts:group", "Which fonts texts are drawn with, and how to add yours."),
}


class Commands(TyperGroup):
    """The group of all commands: it lists them from the table, and loads the one that is run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=entry.summary) for name, entry in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named by the first argument, loaded, and the arguments left for it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else loaded(name), rest

    def main(self, args: Any = None, *others: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command; words that are none of its own are told as every error is."""
        try:
            code = super().main(args, *others, standalone_mode=False, **extra)  # type: ignore[misc]
        except Exception as error:
            _refused(error)
        return sys.exit(code or 0) if standalone_mode else code


def _refused(error: Exception) -> NoReturn:
    """Tell what the parser of the command line refused, and leave. Raises what is no such thing as it is."""
    if not hasattr(error, "format_message"):
        raise error
    if type(error).__name__ == "NoArgsIsHelpError":  # the help is shown already
        sys.exit(error.exit_code)  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "clipmill"
    end_with(SettingsError(error.format_message(), hint=f"`{command} --help` lists what can be said."))


def loaded(name: str) -> Any:
    """A command of the table with its parameters, ready to run."""
    module, _, attribute = COMMANDS[name].place.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    around = typer.Typer()
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(_interruptible(found))
    return typer.main.get_group(around).commands[name]


def _interruptible(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with Ctrl-C as a way to leave rather than an error."""

    @wraps(command)
    def run_command(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            say("Stopped. Nothing is lost: `clipmill resume` goes on.")
            raise typer.Exit(INTERRUPTED) from None

    return run_command
