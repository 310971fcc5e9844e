"""The commands: where each one lives and what it says of itself; loaded when it is the one that was asked for."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clipmill.cli.codes import INTERRUPTED
from clipmill.cli.terminal import end_with, say
from clipmill.errors import SettingsError

#: Name → `module:name` of a function, or of a group of commands; in the order of `clipmill --help`.
COMMANDS = {
    "new": "clipmill.cli.new:new",
    "run": "clipmill.cli.run:run",
    "continue": "clipmill.cli.resume:go_on",
    "resume": "clipmill.cli.resume:resume",
    "check": "clipmill.cli.check:check",
    "preview": "clipmill.cli.preview:preview",
    "render": "clipmill.cli.render:render",
    "lanes": "clipmill.cli.lanes:group",
    "verify": "clipmill.cli.verify:verify",
    "worker": "clipmill.cli.worker:worker",
    "serve": "clipmill.cli.serve:serve",
    "keys": "clipmill.cli.keys:group",
    "status": "clipmill.cli.status:status",
    "batches": "clipmill.cli.batches:batches",
    "watch": "clipmill.cli.watch:watch",
    "pause": "clipmill.cli.stopping:pause",
    "cancel": "clipmill.cli.stopping:cancel",
    "retry": "clipmill.cli.retry:retry",
    "failures": "clipmill.cli.failures:failures",
    "events": "clipmill.cli.events:events",
    "deliveries": "clipmill.cli.deliveries:deliveries",
    "row": "clipmill.cli.row:row",
    "stats": "clipmill.cli.stats:stats",
    "approve": "clipmill.cli.review:approve",
    "reject": "clipmill.cli.review:reject",
    "results": "clipmill.cli.results:results",
    "deliver": "clipmill.cli.deliver:deliver",
    "template": "clipmill.cli.template:group",
    "schema": "clipmill.cli.schema:schema",
    "doctor": "clipmill.cli.doctor:doctor",
    "fonts": "clipmill.cli.fonts:group",
}


class Unloaded(TyperCommand):
    """A command as the list shows it: the first paragraph of its help, read from its file, which is not run."""

    @property
    def help(self) -> str:
        """The first paragraph of the docstring of its function."""
        place = COMMANDS[str(self.name)].partition(":")
        spec = find_spec(place[0])
        source = getattr(spec and spec.loader, "get_source", lambda _: "")(place[0]) or ""
        functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
        said = next((ast.get_docstring(each) for each in functions if each.name in (place[2], self.name)), "")
        return " ".join((said or "").partition("\n\n")[0].split())

    @help.setter
    def help(self, value: str | None) -> None:
        """Whoever makes it has none yet."""


class Commands(TyperGroup):
    """The group of all commands: it lists them from the table, and loads the one that is run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: Unloaded(name) for name in COMMANDS}

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
    module, _, attribute = COMMANDS[name].partition(":")
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
