"""The rows of a batch by where they are, and one row: all that is known of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clipmill.api.errors import ApiError
from clipmill.domain.access import Scope
from clipmill.domain.batch import Batch
from clipmill.domain.files.exchange import ROW_COLUMN, written
from clipmill.domain.record import RowRecord
from clipmill.domain.row import ACTIVE, AMENDABLE, REJECTABLE, RETRIED, RowState
from clipmill.hints import worded
from clipmill.pipeline.use_cases import going_on
from clipmill.pipeline.use_cases.opening import Opened
from clipmill.pipeline.use_cases.parts import previewing
from clipmill.pipeline.use_cases.serving.frames import Thought, frame_of, row_thought_of
from clipmill.pipeline.use_cases.serving.rows import amend, page_of
from clipmill.pipeline.use_cases.serving.uploads import copied, spooled
from clipmill.shown import discreet
from clipmill.web.asking import Ask, whole
from clipmill.web.cards import card_of
from clipmill.web.rooms.batch import seen
from clipmill.web.wording import say

#: Rows on a page, and events that are told of one.
SHOWN, _EVENTS = 50, 100
#: How far into a film its frame is taken.
_LATE = 0.6
#: A table of corrected rows, bytes.
_CORRECTED_BYTES = 200 * 1024**2


def rows(ask: Ask) -> Response:
    """A page of them, of one place and one cause where those are asked for."""
    batch = ask.batch()
    if wanted := whole(ask.query.get("row", ""), "row", 1):
        return ask.to(f"/batches/{batch.id}/rows/{wanted}")
    place, cause = ask.query.get("state", ""), ask.query.get("cause", "")
    after = whole(ask.query.get("after", ""), "after") or 0
    found = page_of(ask.parts, batch, states_of(place), (cause, after, SHOWN + 1))
    more = len(found) > SHOWN
    return ask.page("rows.html", **seen(ask, batch.id), tab="rows", found=found[:SHOWN], more=more, place=place,
                    cause=cause, after=after)  # fmt: skip


def states_of(place: str) -> Sequence[RowState]:
    """The states that a place of the sum line holds; none for every one."""
    if place == "active":
        return sorted(ACTIVE)
    try:
        return [RowState(place)] if place else []
    except ValueError as error:
        raise ApiError(400, "invalid_request", f"rows are never {place[:40]}", param="state") from error


def row(ask: Ask) -> Response:
    """One row: its cells, what it is made of, attempts, checks, events, its file."""
    batch, number = ask.batch(), _number(ask)
    story = ask.parts.readonly.story(batch.id, number)
    events = list(ask.parts.readonly.events(batch.id, number))[-_EVENTS:][::-1]
    may = {"correct": story.record.state in AMENDABLE, "retry": story.record.state in RETRIED,
           "reject": story.record.state in REJECTABLE, "approve": story.record.state is RowState.REVIEW,
           "frame": _can_show(ask, batch, story.record)}  # fmt: skip
    payload = json.dumps(story.now.payload, ensure_ascii=False, indent=2) if story.now.payload else ""
    return ask.page("row.html", **seen(ask, batch.id), tab="rows", story=story, card=card_of(ask, batch, story.record),
                    events=events, can=may, payload=payload)  # fmt: skip


def _number(ask: Ask) -> int:
    return whole(ask.path("number"), "row", 1) or 0


def _can_show(ask: Ask, batch: Batch, record: RowRecord) -> bool:
    """Whether a frame of it can be drawn before it is made."""
    return record.state is RowState.READY and hasattr(ask.parts.engine(batch.engine), "preview")


async def frame(ask: Ask) -> Response:
    """A frame of a row that is not made yet, as PNG: late enough that nothing is on its way in."""
    thought, at = await run_in_threadpool(_thought, ask)
    content, _, _ = await frame_of(ask.parts, thought, at)
    return Response(content, 200, {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"},
                    "image/png")  # fmt: skip


def _thought(ask: Ask) -> tuple[Thought, float]:
    thought = row_thought_of(ask.parts, ask.batch(), _number(ask))
    seconds = previewing(ask.parts, thought.engine).expect(thought.payload).seconds if thought.plan is None else 0.0
    return thought, round(seconds * _LATE, 2)


def ask_correct(ask: Ask) -> Response:
    """The cells of a row that is blocked or failed, to be corrected."""
    batch, number = ask.batch(), _number(ask)
    record = ask.parts.readonly.story(batch.id, number).record
    if record.state not in AMENDABLE:
        return ask.to(f"/batches/{batch.id}/rows/{number}", "This row is no longer blocked.")
    return ask.page("correct.html", **seen(ask, batch.id), tab="rows", record=record, cells=_cells(batch, record))


def _cells(batch: Batch, record: RowRecord) -> list[tuple[str, str]]:
    """Every cell with its column, without the secrets of addresses, which come back by themselves."""
    names = dict.fromkeys((*batch.options.columns, *record.fields))
    return [(name, discreet(record.fields.get(name, ""))) for name in names]


def correct(ask: Ask) -> Response:
    """Put a corrected row in the place of one that is blocked or failed."""
    batch, number = ask.batch(), _number(ask)
    record = ask.parts.readonly.story(batch.id, number).record
    names = [name for name, _ in _cells(batch, record)]
    cells = [str(ask.form.get(f"cell{place}", "")).replace("\r\n", "\n") for place in range(len(names))]
    with spooled(ask.parts, "corrected.csv") as path:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
                [[*map(written, names), ROW_COLUMN], [*map(written, cells), str(number)]]
            )
        opened = _amended(ask, batch, path)
    after = ask.parts.readonly.story(batch.id, number).record
    told = f"Row {number} is corrected." if opened.taken else f"Row {number} could not be replaced any more."
    if after.state is RowState.BLOCKED:
        told = f"Row {number} is still blocked: {worded(after.problems[0].told, say)}"
    return ask.to(f"/batches/{batch.id}/rows/{number}", told)


def amend_table(ask: Ask) -> Response:
    """Take corrected rows in, from the batch's own `blocked.csv`."""
    batch, sent = ask.batch(), ask.file("table")
    if sent is None:
        raise ApiError(400, "invalid_request", "no file was chosen", hint="Choose the corrected blocked.csv.")
    with spooled(ask.parts, sent.filename or "") as path:
        with path.open("wb") as target:
            copied(sent.file, target, _CORRECTED_BYTES)
        opened = _amended(ask, batch, path)
    left = f" {opened.left:,} were left out: they are not blocked or failed." if opened.left else ""
    blocked = f" {opened.tally.blocked:,} are still blocked." if opened.tally.blocked else ""
    return ask.to(f"/batches/{batch.id}", f"{opened.taken:,} corrected rows were taken.{blocked}{left}")


def _amended(ask: Ask, batch: Batch, path: Path) -> Opened:
    with ask.served.alone(ask.caller.tenant) as parts:
        parts.media.forget()
        opened = amend(parts, batch, path, f"key {ask.caller.key.name}")
    ask.served.wake()
    return opened


def decide(ask: Ask) -> Response:
    """Approve, reject or make again: one row, or those that are selected."""
    batch = ask.batch()
    verb, numbers = _decided(ask)
    if not numbers:
        raise ApiError(400, "invalid_request", "no row is selected", hint="Go back and select some.")
    if verb == "again" and not ask.may(Scope.SUBMIT):
        raise ApiError(403, "forbidden", "making a row again may cost credits: the key lacks the scope submit",
                       hint="Reject it, or sign in with another key.")  # fmt: skip
    if verb == "retry":
        return ask.to(f"/batches/{batch.id}/retry", row=numbers)
    if verb == "approve":
        moved = ask.parts.verbs.approve(batch.id, numbers)
    else:
        moved = going_on.reject(ask.parts, batch, numbers, reason=ask.text("reason")[:500], again=verb == "again")
    ask.served.wake()
    done = {"approve": "approved", "reject": "rejected", "again": "rejected, and made again with a new seed"}[verb]
    told = f"{moved:,} {'row' if moved == 1 else 'rows'} {done}."
    if moved < len(numbers):
        told += f" {len(numbers) - moved:,} had been decided already."
    back = ask.text("back")
    if back == "row":
        return ask.to(f"/batches/{batch.id}/rows/{numbers[0]}", told)
    return ask.to(f"/batches/{batch.id}/sheet", told, state=ask.text("state"), after=ask.text("after"))


def _decided(ask: Ask) -> tuple[str, list[int]]:
    """What is done with which rows: a card's own button, or the button for all that are selected."""
    for verb in ("approve", "reject", "again", "retry"):
        if value := ask.text(f"{verb}_one"):
            return verb, [whole(value, "row", 1) or 0]
    verb = ask.text("do")
    if verb not in ("approve", "reject", "again", "retry"):
        raise ApiError(400, "invalid_request", "nothing was chosen to do", hint="Go back and press a button.")
    return verb, ask.numbers("row")
