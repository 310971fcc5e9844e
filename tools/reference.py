"""Writes the generated pages of `docs/reference` from the code; a test fails when they differ."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from pydantic import BaseModel

from clipmill.cli.main import application
from clipmill.domain.failure import TABLE
from clipmill.settings import Limits, Settings

ROOT = Path(__file__).parents[1] / "docs" / "reference"
EXIT_CODES = """\
## Exit codes

The first that applies.

| code | meaning |
|---|---|
| 0 | all done |
| 1 | an error inside clipmill, or the store failed |
| 2 | the command, a setting, the table or the template cannot be used as given |
| 5 | stopped by the budget |
| 3 | finished with failed rows, or paused by a failure |
| 8 | waiting for review: a sample, or rows outside the template's limits |
| 4 | finished; some rows are blocked |
| 130 | interrupted, or paused by a person; `clipmill resume` goes on |
"""


def commands() -> str:
    """`cli.md`."""
    group = typer.main.get_command(application)
    parts = ["# Commands\n\nGenerated from the code by `tools/reference.py`.\n", EXIT_CODES]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        context = typer.Context(command, info_name=name)
        parts.append(f"## clipmill {name}\n\n{command.help}\n\n| argument or option | meaning |\n|---|---|")
        for parameter in command.get_params(context):
            record = getattr(parameter, "get_help_record", lambda _c: None)(context)
            label = record[0] if record else parameter.make_metavar(context)
            words = (record[1] if record else getattr(parameter, "help", "")) or ""
            parts.append(f"| `{label.replace('|', '/')}` | {words.replace('|', '/')} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def settings() -> str:
    """`settings.md`."""
    head = (
        "# Settings\n\nGenerated from the code by `tools/reference.py`. A flag wins over the environment, that over "
        "`clipmill.toml` in\nthe working folder, that over the default. `clipmill doctor` shows each value "
        "and where it comes from.\n"
    )
    tables = [_table(Settings, "CLIPMILL_"), "\n## Limits\n", _table(Limits, "CLIPMILL_LIMITS__")]
    return "\n".join([head, *tables]) + "\n"


def _table(model: type[BaseModel], prefix: str) -> str:
    rows = ["| setting | environment | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name != "limits":
            shown = field.default if field.default not in ((), None) else ""
            rows.append(f"| `{name}` | `{prefix}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def failures() -> str:
    """`failures.md`."""
    rows = ["# Failures\n\nGenerated from the code by `tools/reference.py`: the one retry table.\n",
            "| kind | tried again | counts as an attempt | new seed | pauses the batch | who acts | what to do |",
            "|---|---|---|---|---|---|---|"]  # fmt: skip
    for kind, rule in TABLE.items():
        told = ["yes" if value else "no" for value in (rule.retried, rule.counts, rule.new_seed, rule.pauses)]
        rows.append(f"| {kind} | {' | '.join(told)} | {rule.who} | {rule.fix} |")
    return "\n".join(rows) + "\n"


PAGES = {"cli.md": commands, "settings.md": settings, "failures.md": failures}


def main() -> None:
    """Write every page."""
    ROOT.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (ROOT / name).write_text(page())
        print(f"wrote {ROOT / name}", file=sys.stderr)


if __name__ == "__main__":
    main()
