"""How the command line says an action: as the command that does it."""

from __future__ import annotations

import json
import shlex
from functools import partial

from clipmill.hints import ASKED, Action, Deed, worded

_COMMANDS = {Deed.ADD_FONT: "fonts add"}
#: Option → how it is written, and what stands for a value that is asked for; others are `--name`. Arguments come first.
_ARGUMENTS = {"table": "TABLE", "file": "FILE"}
_OPTIONS = {
    "template": ("-t", "TEMPLATE"), "into": ("--into", "BATCH"), "this_row": ("--rows", ""), "one_row": ("--rows", "N"),
    "some_rows": ("--rows", "N,N-N"),
}  # fmt: skip


def command(action: Action) -> str:
    """`clipmill retry bat_1 --rows 3`."""
    told = dict(action.options)
    if told.get("table") == "-":
        return "cat rows.csv | clipmill run - …"
    words = ["clipmill", _COMMANDS.get(action.deed, str(action.deed))]
    words += [_value(told.pop(name), asked) for name, asked in _ARGUMENTS.items() if name in told]
    words += [action.batch] if action.batch else []
    words += ["--rows", ",".join(map(str, action.rows))] if action.rows else []
    for name, value in told.items():
        flag, asked = _OPTIONS.get(name, (f"--{name.replace('_', '-')}", ""))
        words += [flag, _value(value, asked)] if value else [flag]
    return " ".join(words)


def _value(value: str, asked: str) -> str:
    return asked if value == ASKED else shlex.quote(value)


def _escaped(action: Action) -> str:
    return json.dumps(command(action), ensure_ascii=False)[1:-1]


#: A text with its actions as commands; the same for a text that is JSON.
in_words = partial(worded, say=command)
json_in_words = partial(worded, say=_escaped)
