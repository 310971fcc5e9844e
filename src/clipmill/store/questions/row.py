"""All that is known of one row: what it was to be made of and when, its parts, and each of its attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.record import AttemptRecord, NeedRecord, PayloadVersion, RowStory
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.store.asking import Ask, one_record
from clipmill.stored import BODY, FIELDS, HANDLE, ORDER, VERDICT

_NOW = "SELECT payload_version AS version, fields, payload, plan FROM row_data WHERE row_id = :row"
#: As admission takes them: by priority, then by number.
_AHEAD = (
    "SELECT count(*) AS number FROM rows AS me JOIN rows ON rows.batch_id = me.batch_id AND rows.lane = me.lane "
    "WHERE me.id = :row AND rows.state = 'ready' AND (rows.priority < me.priority "
    "OR (rows.priority = me.priority AND rows.number < me.number))"
)
_BEFORE = "SELECT * FROM payloads WHERE row_id = :row ORDER BY version"
_BOOKED = "(SELECT amount FROM ledger WHERE row_id = attempts.row_id AND attempt = attempts.number AND kind = '{}')"
_ATTEMPTS = (
    f"SELECT attempts.*, lanes.engine, lanes.model, {_BOOKED.format('reserve')} AS reserved, "
    f"{_BOOKED.format('settle')} AS settled, "
    f"{_BOOKED.format('release')} AS released FROM attempts LEFT JOIN lanes ON lanes.id = attempts.lane "
    "WHERE attempts.row_id = :row ORDER BY attempts.number"
)
_NEEDS = (
    "SELECT needs.name, rows.number, rows.state, rows.lane, rows.media, rows.digest, "
    "(SELECT sum(amount) FROM ledger WHERE ledger.row_id = rows.id AND ledger.kind = 'settle') AS spent "
    "FROM needs JOIN rows ON rows.id = needs.{} WHERE needs.{} = :row ORDER BY needs.name, rows.number LIMIT :most"
)
_PARTS, _WANTED_BY = _NEEDS.format("part_id", "row_id"), _NEEDS.format("row_id", "part_id")
#: Of those who need a part so many are named.
_MOST = 1_000


def row_story(ask: Ask, tenant: str, batch_id: str, number: int) -> RowStory:
    """All that is known of one row, or of a part, whose number is negative. Raises NotFoundError."""
    record = one_record(ask, tenant, batch_id, number)
    if record is None:
        raise _nothing(ask, batch_id, number)
    meant = {"row": record.row_id}
    ahead = ask(_AHEAD, meant) if record.state is RowState.READY else ()
    return RowStory(
        record=record,
        before_it=int(ahead[0]["number"]) if ahead else None,
        now=_version(ask(_NOW, meant)[0]),
        before=tuple(_version(line, line["at"], line["by"]) for line in ask(_BEFORE, meant)),
        parts=tuple(map(_need, ask(_PARTS, {**meant, "most": _MOST}))),
        needed_by=tuple(map(_need, ask(_WANTED_BY, {**meant, "most": _MOST}))),
        attempts=tuple(map(_attempt, ask(_ATTEMPTS, meant))),
    )


def _nothing(ask: Ask, batch_id: str, number: int) -> NotFoundError:
    """That there is no such row or part, and which there are."""
    of, kind, mark = ("<", "part", "p") if number < 0 else (">", "row", "")
    there = ask("SELECT count(*) AS number, min(abs(number)) AS first, max(abs(number)) AS last FROM rows "
                f"WHERE batch_id = :batch AND number {of} 0", {"batch": batch_id})[0]  # fmt: skip
    first, last = (f"{mark}{there[name]}" for name in ("first", "last"))
    which = "" if not there["number"] else f", {first}" if first == last else f", {first} to {last}"
    hint = f"It has {there['number'] or 'no'} {kind}{'' if there['number'] == 1 else 's'}{which}."
    return NotFoundError(f"{batch_id} has no {kind} {mark}{abs(number)}", hint=hint)


def _version(line: Mapping[str, Any], at: float | None = None, by: str = "") -> PayloadVersion:
    return PayloadVersion(
        version=line["version"], fields=FIELDS.value(line["fields"]),
        payload=BODY.value(line["payload"]) if line["payload"] else None,
        plan=ORDER.value(line["plan"]).payload if line["plan"] else None, replaced_at=at, replaced_by=by,
    )  # fmt: skip


def _need(line: Mapping[str, Any]) -> NeedRecord:
    return NeedRecord(name=line["name"], number=line["number"], state=RowState(line["state"]), lane=line["lane"],
                      media=line["media"] or "", digest=line["digest"] or "",
                      credits=int(line["spent"] or 0))  # fmt: skip


def _attempt(line: Mapping[str, Any]) -> AttemptRecord:
    handle = HANDLE.value(line["handle"]) if line["handle"] else None
    return AttemptRecord(
        number=line["number"], version=line["payload_version"], seed=line["seed"], key=line["key"],
        call=line["call"] or "", lane=line["lane"], engine=line["engine"] or "", model=line["model"] or "",
        job=line["job"] or "", handle=handle.data if handle else {}, admitted_at=line["admitted_at"],
        finished_at=line["finished_at"], reserved=int(line["reserved"] or 0),
        settled=_settled(line), outcome=line["outcome"] or "",
        media=line["media"] or "", verdict=VERDICT.value(line["verdict"]) if line["verdict"] else None,
    )  # fmt: skip


def _settled(line: Mapping[str, Any]) -> int | None:
    """What it cost; nothing where what was held for it was given back."""
    if line["settled"] is None:
        return None if line["released"] is None else 0
    return int(line["settled"])
