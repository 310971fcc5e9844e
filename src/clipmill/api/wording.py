"""How the API says an action: as the call that does it."""

from __future__ import annotations

from functools import partial

from clipmill.hints import ASKED, Action, Deed, worded

#: Deed → method and path; `{}` stands for the batch.
_CALLS = {
    Deed.RUN: "POST /v1/batches", Deed.RESUME: "POST /v1/batches/{}/resume", Deed.RETRY: "POST /v1/batches/{}/retry",
    Deed.APPROVE: "POST /v1/batches/{}/approve", Deed.REJECT: "POST /v1/batches/{}/reject",
    Deed.FAILURES: "GET /v1/batches/{}/causes", Deed.STATUS: "GET /v1/batches/{}", Deed.BATCHES: "GET /v1/batches",
    Deed.SCHEMA: "GET /v1/schema",
}  # fmt: skip


def call(action: Action) -> str:
    """`POST /v1/batches/bat_1/retry with {"rows": [3]}`."""
    if action.deed not in _CALLS:
        return {Deed.DOCTOR: "whoever runs the server", Deed.ADD_FONT: "whoever runs the server, who can add a font"}[
            action.deed
        ]
    if action.deed is Deed.RUN and "into" in action.options:
        return f"POST /v1/batches/{action.batch or '{id}'}/amend with the corrected rows"
    told = _CALLS[action.deed].format(action.batch or "{id}")
    more = [f'"rows": [{", ".join(map(str, action.rows))}]'] if action.rows else []
    more += [f'"{name}": {value}' for name, value in action.options.items()
             if value and value != ASKED and name not in ("table", "template")]  # fmt: skip
    return f"{told} with {{{', '.join(more)}}}" if more else told


#: A text with its actions as calls.
in_words = partial(worded, say=call)
