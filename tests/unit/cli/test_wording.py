"""The command line says an action as a command that it has, with options that the command has."""

from __future__ import annotations

import json

import pytest

from clipmill.cli.commands import COMMANDS, loaded
from clipmill.cli.terminal import data
from clipmill.cli.wording import command, in_words
from clipmill.hints import ADD_FONT, ASKED, FEED_BACK, RESUME, START, Action, Deed


@pytest.mark.parametrize(("action", "words"), [
    (RESUME, "clipmill resume"),
    (START, "clipmill run TABLE -t TEMPLATE"),
    (FEED_BACK, "clipmill run TABLE --into BATCH"),
    (ADD_FONT, "clipmill fonts add FILE"),
    (Action(Deed.RUN, options={"table": "-"}), "cat rows.csv | clipmill run - …"),
    (Action(Deed.RUN, options={"table": "my out/blocked.csv", "into": "bat_1"}),
     "clipmill run 'my out/blocked.csv' --into bat_1"),
    (Action(Deed.RETRY, "bat_1", [3, 4], {"new_seed": ""}), "clipmill retry bat_1 --rows 3,4 --new-seed"),
    (Action(Deed.RETRY, options={"failed": ""}), "clipmill retry --failed"),
    (Action(Deed.RETRY, options={"this_row": ""}), "clipmill retry --rows"),
    (Action(Deed.RETRY, options={"one_row": ASKED}), "clipmill retry --rows N"),
    (Action(Deed.REJECT, "bat_1", options={"some_rows": ASKED, "again": ""}),
     "clipmill reject bat_1 --rows N,N-N --again"),
])  # fmt: skip
def test_an_action_is_the_command_that_does_it(action: Action, words: str) -> None:
    assert command(action) == words
    assert in_words(f"Then `{action}`.") == f"Then `{words}`."
    name, *given = words.removeprefix("cat rows.csv | ").split()[1:]
    known = {flag for parameter in loaded(name).params for flag in parameter.opts} if name != "fonts" else set()
    assert {word for word in given if word.startswith("-") and len(word) > 1} <= known


@pytest.mark.parametrize("deed", Deed)
def test_every_verb_is_a_command(deed: Deed) -> None:
    assert command(Action(deed)).split()[1] in COMMANDS


def test_words_in_json_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    action = Action(Deed.RUN, options={"table": 'a"b\\.csv'})
    data({"hint": f"`{action}`", f"{RESUME}": 1})
    told = json.loads(capsys.readouterr().out)
    assert told == {"hint": "`clipmill run 'a\"b\\.csv'`", "clipmill resume": 1}
