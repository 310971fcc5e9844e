"""What people ask of batches and rows, in plain SQL: one text for every way to the database."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime
from typing import Any

from clipmill.domain.batch import EVERY_PRIORITY, Batch, BatchState, Holder, Progress, Serving, Waits
from clipmill.domain.credits import Balance
from clipmill.domain.event import Event
from clipmill.domain.files.names import finished
from clipmill.domain.line.lane import Halt
from clipmill.domain.record import Making, RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.errors import NotFoundError, StoreError
from clipmill.hints import DOCTOR, START, Action, Deed
from clipmill.stored import EVENT, FIELDS, OPTIONS, PROBLEMS, TEXTS, VERDICT, payload_digest

#: Runs one SELECT with `:named` values inside a transaction; its lines by column name.
Ask = Callable[[str, Mapping[str, Any]], Sequence[Mapping[str, Any]]]

#: Rows or events that are answered at once.
PAGE_ROWS = 1_000
_SETTLE = "settle"
#: The word for the newest batch, wherever a batch is asked for.
LATEST = "latest"
#: Whose batches are asked for; None is for workers, who serve everybody.
Whose = str | None
_FIND = "SELECT * FROM batches WHERE {} AND {} ORDER BY created_at DESC, id DESC"
_ANY, _OF_TABLES = "1 = 1", "standing IS NULL"
#: How a batch may be meant, the surest way first.
_MEANT = ("id = :word", "public_id = :word", "name = :word", "id LIKE :beginning ESCAPE '/'",
          "name LIKE :beginning ESCAPE '/'")  # fmt: skip
#: Candidates that are named when a word may mean several batches.
_CANDIDATES = 10
_COUNTS = "SELECT state, rows AS number, parts FROM counts WHERE batch_id = :batch"
_TOTAL = "SELECT count(*) AS number FROM rows WHERE batch_id = :batch AND number > 0"
_READY = (
    "SELECT count(*) AS number, coalesce(sum(CASE WHEN number < 0 THEN 1 ELSE 0 END), 0) AS parts FROM rows "
    "WHERE lane IN ({}) AND batch_id = :batch AND state = 'ready' AND priority <= :priority"
)
_READY_INSIDE = _READY.format("SELECT id FROM lanes")
_READY_IN = _READY.format(":lane")
_HALTS = "SELECT id, reason, held_until FROM lanes WHERE held_until IS NOT NULL ORDER BY id"
_LEFT = (
    "SELECT coalesce(sum(credits), 0) AS number FROM rows WHERE batch_id = :batch "
    "AND state IN ('ready', 'waiting', 'checking')"
)
_HOLDERS = (
    "SELECT owner, host, boot, count(*) AS number, max(due_at) AS until FROM rows "
    "LEFT JOIN workers ON workers.id = rows.owner WHERE batch_id = :batch "
    "AND state IN ('checking', 'submitting', 'running', 'rendering', 'fetching', 'verifying', 'delivering') "
    "AND due_at IS NOT NULL AND (owner IS NOT NULL OR state NOT IN ('submitting', 'running')) "
    "GROUP BY owner, host, boot"
)
_DUE = (
    "SELECT count(*) AS number, min(due_at) AS until FROM rows WHERE batch_id = :batch AND state = 'ready' "
    "AND due_at > 0"
)
_BALANCE = "SELECT reserved, spent, difference FROM ledger WHERE batch_id = :batch ORDER BY id DESC LIMIT 1"
_OPTIONS = "SELECT options FROM batches WHERE id = :batch"
_RECORDS = (
    "SELECT rows.id, rows.number, rows.line, rows.state, rows.file_name, rows.media, rows.attempt, rows.credits, "
    "rows.progress, public_ids.public_id, "
    "row_data.fields, row_data.problems, row_data.fallbacks, row_data.warnings, attempts.seed, attempts.verdict, "
    "(SELECT sum(amount) FROM ledger WHERE ledger.row_id = rows.id AND ledger.kind = :settle) AS spent, "
    "rows.lane, lanes.engine, lanes.model, attempts.job, attempts.admitted_at, attempts.finished_at, "
    "(SELECT template_version FROM batches WHERE batches.id = :batch) AS template_version, "
    "CASE WHEN attempts.payload_version = row_data.payload_version THEN row_data.payload ELSE (SELECT payload "
    "FROM payloads WHERE payloads.row_id = rows.id AND payloads.version = attempts.payload_version) END AS made_of "
    "FROM rows JOIN row_data ON row_data.row_id = rows.id "
    "LEFT JOIN public_ids ON public_ids.row_id = rows.id "
    "LEFT JOIN attempts ON attempts.row_id = rows.id AND attempts.number = rows.attempt "
    "LEFT JOIN lanes ON lanes.id = rows.lane "
    "WHERE rows.batch_id = :batch AND rows.number > :after {} ORDER BY rows.number LIMIT :page"
)
#: What engines call the jobs of those rows that were tried more than once.
_JOBS = (
    "SELECT attempts.row_id, attempts.job FROM rows JOIN attempts ON attempts.row_id = rows.id "
    "WHERE rows.batch_id = :batch AND rows.number BETWEEN :first AND :last AND rows.attempt > 1 "
    "AND attempts.job IS NOT NULL ORDER BY attempts.row_id, attempts.number"
)

#: By the order in which they were written: `coalesce` keeps an index on batches from sorting all of them for a page.
_EVENTS = (
    "SELECT id, at, batch_id, number, attempt, kind, data FROM events WHERE id > :after "
    "AND coalesce(batch_id, '') = :batch {} ORDER BY id LIMIT :page"
)
_EVENTS_OF_ROW = _EVENTS.replace("coalesce(batch_id, '')", "batch_id")


_LOCATE = (
    "SELECT rows.batch_id, rows.number FROM public_ids JOIN rows ON rows.id = public_ids.row_id "
    "WHERE public_ids.tenant = :tenant AND public_ids.public_id = :word"
)


def find_batch(ask: Ask, whose: Whose, meant: str) -> Batch:
    """One batch by id, its own or a public one, by name or by a unique beginning of its id or its name.

    The latest of a table for `latest` or nothing. Raises NotFoundError, with the candidates where there are several.
    """
    of, tenant = _of(whose)
    if meant in ("", LATEST):
        found = ask(f"{_FIND.format(of, _OF_TABLES)} LIMIT 1", tenant)
        if not found:
            raise NotFoundError("there is no batch yet", hint=f"`{START}` starts one.")
        return _batch(found[0])
    beginning = "".join(f"/{character}" if character in "/%_" else character for character in meant) + "%"
    for way in _MEANT:
        found = ask(_FIND.format(of, way), {**tenant, "word": meant, "beginning": beginning})
        if len(found) > 1:
            raise _ambiguous(meant, [_batch(line) for line in found])
        if found:
            return _batch(found[0])
    raise no_batch(meant)


def no_batch(meant: str) -> NotFoundError:
    """The error for a batch that is not there, or is another's."""
    return NotFoundError(f"there is no batch {meant}", hint=f"`{Action(Deed.BATCHES)}` lists those there are.")


def own(ask: Ask, whose: Whose, batch_id: str) -> None:
    """Raise NotFoundError unless there is a batch with this id, and it is theirs."""
    of, tenant = _of(whose)
    if not ask(_FIND.format(of, "id = :word"), {**tenant, "word": batch_id}):
        raise no_batch(batch_id)


def standing_batch(ask: Ask, tenant: str, kind: str) -> Batch | None:
    """The batch of a tenant's single requests of a kind; None before there are any."""
    of, value = _of(tenant)
    return next((_batch(line) for line in ask(_FIND.format(of, "standing = :kind"), {**value, "kind": kind})), None)


def locate(ask: Ask, tenant: str, public_id: str) -> tuple[str, int]:
    """The batch and the number of the row that a tenant calls so. Raises NotFoundError."""
    for line in ask(_LOCATE, {"tenant": tenant, "word": public_id}):
        return line["batch_id"], line["number"]
    raise NotFoundError(f"there is no row {public_id}")


def _of(whose: Whose) -> tuple[str, dict[str, str]]:
    """The condition on batches, and its value."""
    return (_ANY, {}) if whose is None else ("tenant = :tenant", {"tenant": whose})


def _ambiguous(meant: str, batches: Sequence[Batch]) -> NotFoundError:
    """The error for a word that may mean any of several batches."""
    lines = [f"  {batch.id}   {batch.name}   {written(batch.created_at)}" for batch in batches[:_CANDIDATES]]
    more = len(batches) - len(lines)
    return NotFoundError(f"{meant} may be any of {len(batches)} batches",
                         hint=f"Give the id of one of these, or `{LATEST}` for the newest:",
                         listed=[*lines, *([f"  and {more} more"] if more else [])])  # fmt: skip


def written(moment: float) -> str:
    """A moment as people write it, in the time of this machine."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M")


def every_batch(ask: Ask, tenant: str) -> list[Batch]:
    """All batches of a tenant, the newest first."""
    of, value = _of(tenant)
    return [_batch(line) for line in ask(_FIND.format(of, _ANY), value)]


def waits_of(ask: Ask, tenant: str, batch_id: str) -> Waits:
    """Whom the rows of a batch wait for."""
    own(ask, tenant, batch_id)
    holders = [
        Holder(line["owner"] or "", int(line["number"]), float(line["until"] or 0), line["host"] or "",
               line["boot"] or "")
        for line in ask(_HOLDERS, {"batch": batch_id})
    ]  # fmt: skip
    due = ask(_DUE, {"batch": batch_id})[0]
    return Waits(tuple(holders), int(due["number"]), float(due["until"] or 0))


def serving(ask: Ask) -> list[Serving]:
    """The workers that serve all batches."""
    return [Serving(line["id"], TEXTS.value(line["lanes"]), line["heartbeat"], line["host"], line["boot"])
            for line in ask("SELECT * FROM workers", {})]  # fmt: skip


def progress_of(ask: Ask, whose: Whose, batch_id: str, *, counts_again: bool = True) -> Progress:
    """The numbers of a batch; what they rest on is kept up to date by every move, so this reads a few lines.

    They are held to a count of its rows, unless somebody waits for a lock; those of a standing batch only ever grow.
    """
    batch = find_batch(ask, whose, batch_id)
    meant = {"batch": batch.id}
    counted = {RowState(line["state"]): (int(line["number"]), int(line["parts"])) for line in ask(_COUNTS, meant)}
    per_state, parts = ({state: both[place] for state, both in counted.items()} for place in (0, 1))
    counts_again = counts_again and not batch.standing
    total = int(ask(_TOTAL, meant)[0]["number"]) if counts_again else sum(per_state.values())
    ready, ready_parts = per_state.get(RowState.READY, 0), parts.get(RowState.READY, 0)
    inside = {**meant, "priority": batch.priority_limit}
    if batch.priority_limit < EVERY_PRIORITY:
        ready, ready_parts = _rows_and_parts(ask(_READY_INSIDE, inside))
    halts = []
    for line in ask(_HALTS, {}) if ready or ready_parts else ():
        held, held_parts = _rows_and_parts(ask(_READY_IN, {**inside, "lane": line["id"]}))
        if held or held_parts:
            halts.append(Halt(lane=line["id"], reason=line["reason"], until=line["held_until"]))
        if halts and halts[-1].lane == line["id"] and halts[-1].is_for_good:
            ready, ready_parts = ready - held, ready_parts - held_parts
    is_priced = batch.policy.budget is not None or batch.state is BatchState.PAUSED
    left = 0 if not is_priced else int(ask(_LEFT, meant)[0]["number"])
    progress = Progress(batch, per_state, balance_of(ask, batch.id), total, ready, left, parts=parts, halts=halts,
                        admissible_parts=ready_parts)  # fmt: skip
    if not progress.accounted:
        raise StoreError(
            f"batch {batch.id} counts {dict(per_state)} for {total} rows: the sum must be the number of rows",
            hint=f"This is a bug in clipmill or a damaged database: `{DOCTOR}`.",
        )
    return progress


def _rows_and_parts(found: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Rows of the table and parts of them, from a count of both together."""
    return int(found[0]["number"]) - int(found[0]["parts"]), int(found[0]["parts"])


def paces_of(ask: Ask, *, batch: str = "", lane: str = "", since: int) -> dict[int, int]:
    """Rows that ended since a slot (domain.pace.SLOT_SECONDS), by slot, of a batch or in a lane."""
    of = "batch_id = :batch" if batch else "lane = :lane"
    query = f"SELECT slot, sum(rows) AS number FROM paces WHERE {of} AND slot >= :since GROUP BY slot"
    values = {"batch": batch, "since": since} if batch else {"lane": lane, "since": since}
    return {int(line["slot"]): int(line["number"]) for line in ask(query, values)}


def balance_of(ask: Ask, batch_id: str) -> Balance:
    """What the last line of the batch's ledger says."""
    last = ask(_BALANCE, {"batch": batch_id})
    return Balance(*(int(last[0][name]) for name in ("reserved", "spent", "difference"))) if last else Balance()


def records_page(
    ask: Ask, tenant: str, batch_id: str, states: Sequence[RowState], after: int, most: int = PAGE_ROWS
) -> list[RowRecord]:
    """The next rows after that number in input order, at most so many; with states, only those."""
    own(ask, tenant, batch_id)
    names = {f"state{index}": str(state) for index, state in enumerate(states)}
    among = f"AND rows.state IN ({', '.join(f':{name}' for name in names)})" if names else ""
    values = {"batch": batch_id, "after": after, "page": most, "settle": _SETTLE, **names}
    lines, jobs = ask(_RECORDS.format(among), values), dict[int, list[str]]()
    if any(line["attempt"] > 1 for line in lines):
        span = {"batch": batch_id, "first": lines[0]["number"], "last": lines[-1]["number"]}
        for line in ask(_JOBS, span):
            jobs.setdefault(line["row_id"], []).append(line["job"])
    count = _rows_per_line(ask, batch_id)
    return [_record(line, count, jobs.get(line["id"])) for line in lines]


def _rows_per_line(ask: Ask, batch_id: str) -> int:
    """How many rows a line of the batch's table became; 0 for one each."""
    batch = ask(_OPTIONS, {"batch": batch_id})
    each = OPTIONS.value(batch[0]["options"]).reading.each if batch else {}
    return math.prod(map(len, each.values())) if each else 0


def one_record(ask: Ask, tenant: str, batch_id: str, number: int) -> RowRecord | None:
    """A row, or a part, by its number."""
    own(ask, tenant, batch_id)
    values = {"batch": batch_id, "after": number - 1, "number": number, "page": 1, "settle": _SETTLE}
    found = ask(_RECORDS.format("AND rows.number = :number"), values)
    jobs = [line["job"] for line in ask(_JOBS, {"batch": batch_id, "first": number, "last": number})]
    return _record(found[0], _rows_per_line(ask, batch_id), jobs) if found else None


def every_event(
    asking: Callable[[], AbstractContextManager[Ask]], tenant: str, batch_id: str, number: int, kind: str
) -> Iterator[Event]:
    """The audit trail of a batch, oldest first, a page at a time; with a number or a kind, only what is of it."""
    among = f"{'AND number = :number' if number else ''} {'AND kind = :kind' if kind else ''}"
    query = (_EVENTS_OF_ROW if number else _EVENTS).format(among)
    values: dict[str, Any] = {"batch": batch_id, "after": 0, "page": PAGE_ROWS}
    values |= {name: value for name, value in (("number", number), ("kind", kind)) if value}
    while True:
        with asking() as ask:
            own(ask, tenant, batch_id)
            page = ask(query, values)
        for line in page:
            yield Event(line["at"], line["batch_id"], line["kind"], line["number"], line["attempt"],
                        EVENT.value(line["data"]))  # fmt: skip
        if len(page) < PAGE_ROWS:
            return
        values["after"] = page[-1]["id"]


_POLICY = [field.name for field in fields(Policy)]


def _batch(line: Mapping[str, Any]) -> Batch:
    return Batch(
        id=line["id"], name=line["name"], template_name=line["template_name"],
        template_version=line["template_version"], engine=line["engine"], source=line["source"],
        out_folder=line["out_folder"],
        policy=Policy(**{name: line[name] for name in _POLICY}),
        state=BatchState(line["state"]), reason=line["reason"], priority_limit=line["priority_limit"],
        created_at=line["created_at"], options=OPTIONS.value(line["options"]), tenant=line["tenant"],
        public_id=line["public_id"] or "", standing=line["standing"] or "",
        round=line["round"], finished_round=line["finished_round"], surface=line["surface"],
    )  # fmt: skip


#: States in which a share of the file is made.
_MAKING = (str(RowState.RENDERING), str(RowState.RUNNING))


def _record(line: Mapping[str, Any], rows_per_line: int, jobs: Sequence[str] | None) -> RowRecord:
    making = Making(
        lane=line["lane"], engine=line["engine"] or "", model=line["model"] or "",
        template_version=line["template_version"],
        payload_sha256=payload_digest(line["made_of"]) if line["made_of"] else "",
        jobs=tuple(jobs or ([line["job"]] if line["job"] else ())),
        admitted_at=line["admitted_at"], finished_at=line["finished_at"],
    )  # fmt: skip
    return RowRecord(
        source=(line["number"] - 1) // rows_per_line + 1 if rows_per_line else 0,
        row_id=line["id"], number=line["number"], line=line["line"], state=RowState(line["state"]),
        fields=FIELDS.value(line["fields"]), file_name=finished(line["file_name"], line["attempt"]),
        pattern=line["file_name"], media=line["media"] or "",
        public_id=line["public_id"] or "", price=line["credits"],
        progress=line["progress"] if line["state"] in _MAKING else None,
        attempts=line["attempt"], seed=line["seed"] or 0, credits=int(line["spent"] or 0),
        problems=PROBLEMS.value(line["problems"]),
        fallbacks=TEXTS.value(line["fallbacks"]), warnings=TEXTS.value(line["warnings"]),
        verdict=VERDICT.value(line["verdict"]) if line["verdict"] else None, making=making,
    )  # fmt: skip
