"""Actions in sentences: they live through being stored as text, and every surface says them in its own words."""

from __future__ import annotations

import pytest

from clipmill.hints import ADD_FONT, ASKED, RESUME, START, Action, Deed, worded

ACTIONS = [
    RESUME,
    START,
    ADD_FONT,
    Action(Deed.RETRY, "bat_1", (3, 17), {"new_seed": ""}),
    Action(Deed.RETRY, options={"this_row": ""}),
    Action(Deed.RUN, options={"table": "/my ⟧ tables/a:b='%41'.csv", "into": "bat_1"}),
]


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_an_action_in_a_sentence_comes_back_as_it_was(action: Action) -> None:
    met: list[Action] = []

    def say(found: Action) -> str:
        met.append(found)
        return "this"

    assert worded(f"Free space, then `{action}`.", say) == "Free space, then `this`."
    assert met == [action]


@pytest.mark.parametrize("text", [
    "⟦", "⟦⟧", "⟦explode⟧", "⟦retry rows:a⟧", "⟦retry batch⟧", "⟦retry  batch:b⟧", f"{RESUME}"[:-2], "nothing to do",
])  # fmt: skip
def test_what_is_no_mark_of_ours_stays_as_it_is(text: str) -> None:
    assert worded(text, lambda _: "!") == text


def test_a_server_can_say_the_same_hint_as_a_call() -> None:
    hint = f"`{Action(Deed.RETRY, 'bat_1', [3])}` makes it again."
    assert worded(hint, lambda action: f"POST /batches/{action.batch}/{action.deed}") == (
        "`POST /batches/bat_1/retry` makes it again."
    )


def test_what_has_to_be_given_is_asked_for() -> None:
    assert (START.options["table"], ADD_FONT.options["file"]) == (ASKED, ASKED)
