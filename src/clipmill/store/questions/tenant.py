"""What is asked of all that a tenant has: its batches and jobs by the page, its events as they come, its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipmill.domain.asked import Heard, Job, Jobs, LedgerLine, Spending, Use
from clipmill.domain.batch import Batch
from clipmill.domain.event import Event
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.store.asking import Ask, batch_from, find_batch, one_record
from clipmill.stored import EVENT

_BATCHES = (
    "SELECT * FROM batches WHERE tenant = :tenant AND standing IS NULL {} ORDER BY created_at DESC, id DESC "
    "LIMIT :limit OFFSET :skip"
)
_AFTER = ("AND (created_at < :created OR (created_at = :created AND id < :after))",
          "SELECT created_at FROM batches WHERE id = :after AND tenant = :tenant")  # fmt: skip
_JOBS = (
    "SELECT {} FROM batches JOIN rows ON rows.batch_id = batches.id JOIN public_ids ON public_ids.row_id = rows.id "
    "WHERE batches.tenant = :tenant AND batches.surface = :surface AND rows.number > 0 {}"
)
_HEARD = (
    "SELECT events.*, batches.tenant FROM events JOIN batches ON batches.id = events.batch_id "
    "WHERE {} ORDER BY events.id LIMIT :limit"
)
_LEDGER = (
    "SELECT ledger.*, rows.number FROM ledger LEFT JOIN rows ON rows.id = ledger.row_id "
    "WHERE ledger.tenant = :tenant AND (:before = 0 OR ledger.id < :before) {} ORDER BY ledger.id DESC LIMIT :limit"
)
_USE = (
    "SELECT CAST(ledger.at / 86400 AS INTEGER) AS day, ledger.batch_id, lanes.engine, lanes.model, "
    "count(*) AS attempts, sum(ledger.amount) AS amount FROM ledger "
    "LEFT JOIN attempts ON attempts.row_id = ledger.row_id AND attempts.number = ledger.attempt "
    "LEFT JOIN lanes ON lanes.id = attempts.lane "
    "WHERE ledger.tenant = :tenant AND ledger.kind = 'settle' AND ledger.at >= :since {} "
    "GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4"
)
_BALANCES = (
    "SELECT coalesce(sum(reserved), 0) AS reserved, coalesce(sum(spent), 0) AS spent FROM ledger WHERE id IN "
    "(SELECT max(id) FROM ledger WHERE {} GROUP BY batch_id)"
)
_COUNTS = (
    "SELECT counts.state, sum(counts.rows) AS number FROM counts JOIN batches ON batches.id = counts.batch_id "
    "WHERE {} GROUP BY counts.state"
)
_MISMATCHES = (
    "SELECT count(*) AS number FROM batches WHERE standing IS NULL AND "
    "(SELECT coalesce(sum(rows), 0) FROM counts WHERE counts.batch_id = batches.id) <> "
    "(SELECT count(*) FROM rows WHERE rows.batch_id = batches.id AND rows.number > 0)"
)
#: An event's number is drawn before it is written: one may come to light after a later one, within so many.
GAP = 512


def batches_page(ask: Ask, tenant: str, limit: int, after: str = "", surface: str | None = None, skip: int = 0,
                 ) -> list[Batch]:  # fmt: skip
    """Batches of tables, the newest first, from the one after that id on. Raises NotFoundError for an unknown one."""
    values: dict[str, Any] = {"tenant": tenant, "limit": limit, "skip": skip}
    among = ""
    if after:
        last = ask(_AFTER[1], {"after": after, "tenant": tenant})
        if not last:
            raise NotFoundError(f"there is no batch {after}")
        among, values = _AFTER[0], {**values, "after": after, "created": last[0]["created_at"]}
    if surface is not None:
        among, values = f"{among} AND surface = :surface", {**values, "surface": surface}
    return [batch_from(line) for line in ask(_BATCHES.format(among), values)]


def batches_total(ask: Ask, tenant: str, surface: str | None = None) -> int:
    """How many there are in all."""
    among, values = ("", {}) if surface is None else ("AND surface = :surface", {"surface": surface})
    query = f"SELECT count(*) AS number FROM batches WHERE tenant = :tenant AND standing IS NULL {among}"
    return int(ask(query, {"tenant": tenant, **values})[0]["number"])


def batches_unfinished(ask: Ask, tenant: str, surface: str) -> int:
    """How many batches of a surface are being taken in or made."""
    query = ("SELECT count(*) AS number FROM batches WHERE tenant = :tenant AND surface = :surface "
             "AND standing IS NULL AND finished_round < round AND state IN ('importing', 'running')")  # fmt: skip
    return int(ask(query, {"tenant": tenant, "surface": surface})[0]["number"])


def jobs_page(ask: Ask, tenant: str, surface: str, among: Mapping[str, Any], limit: int, skip: int) -> Jobs:
    """Jobs that came by a surface; `among`: `states`, `kinds` (as `zvid.video`), `ids`, `after` (a public id)."""
    values: dict[str, Any] = {"tenant": tenant, "surface": surface}
    conditions = [_listed("rows.state", "state", among.get("states"), values),
                  _listed("public_ids.public_id", "id", among.get("ids"), values),
                  _listed("batches.template_name", "kind", among.get("kinds"), values)]  # fmt: skip
    counted = ask(_JOBS.format("count(*) AS number", " ".join(conditions)), values)
    if after := among.get("after"):
        values["after"] = after
        conditions.append("AND rows.id < (SELECT row_id FROM public_ids WHERE tenant = :tenant AND public_id = :after)")
    query = f"{_JOBS.format('rows.batch_id, rows.number', ' '.join(conditions))} ORDER BY rows.id DESC "
    found = ask(query + "LIMIT :limit OFFSET :skip", {**values, "limit": limit, "skip": skip})
    known: dict[str, Batch] = {}
    jobs = []
    for line in found:
        batch = known.setdefault(line["batch_id"], find_batch(ask, tenant, line["batch_id"]))
        record = one_record(ask, tenant, batch.id, line["number"])
        if record is not None:
            jobs.append(Job(batch, record))
    return Jobs(jobs, int(counted[0]["number"]))


def _listed(column: str, name: str, wanted: Sequence[RowState | str] | None, values: dict[str, Any]) -> str:
    """The condition that a column is one of these, whose values are noted; empty where all are wanted."""
    if wanted is None:
        return ""
    if not wanted:
        return "AND 1 = 0"
    named = {f"{name}{place}": str(value) for place, value in enumerate(wanted)}
    values.update(named)
    return f"AND {column} IN ({', '.join(f':{one}' for one in named)})"


def heard(ask: Ask, after: int, limit: int, *, tenant: str = "", batch_id: str = "") -> list[Heard]:
    """Events written after that number, of a tenant, of a batch of it, or of everybody."""
    conditions = ["events.id > :after"]
    values: dict[str, Any] = {"after": after, "limit": limit}
    for column, name, value in (("batches.tenant", "tenant", tenant), ("events.batch_id", "batch", batch_id)):
        if value:
            conditions.append(f"{column} = :{name}")
            values[name] = value
    return [
        Heard(line["id"], line["tenant"], Event(line["at"], line["batch_id"], line["kind"], line["number"],
                                                line["attempt"], EVENT.value(line["data"])))
        for line in ask(_HEARD.format(" AND ".join(conditions)), values)
    ]  # fmt: skip


def last_heard(ask: Ask) -> int:
    """The number of the newest event."""
    return int(ask("SELECT coalesce(max(id), 0) AS number FROM events", {})[0]["number"])


def ledger_page(ask: Ask, tenant: str, limit: int, before: int = 0, batch_id: str = "") -> list[LedgerLine]:
    """Lines of the ledger, the newest first, from the one before that number on."""
    among, values = ("AND ledger.batch_id = :batch", {"batch": batch_id}) if batch_id else ("", {})
    found = ask(_LEDGER.format(among), {"tenant": tenant, "before": before, "limit": limit, **values})
    return [LedgerLine(id=line["id"], at=line["at"], batch_id=line["batch_id"], number=line["number"] or 0,
                 attempt=line["attempt"], kind=line["kind"], amount=int(line["amount"])) for line in found]  # fmt: skip


def usage(ask: Ask, tenant: str, since: float, batch_id: str = "") -> list[Use]:
    """What was spent since a moment, by day, batch and model, the newest day first."""
    among, values = ("AND ledger.batch_id = :batch", {"batch": batch_id}) if batch_id else ("", {})
    found = ask(_USE.format(among), {"tenant": tenant, "since": since, **values})
    return [Use(day=int(line["day"]), batch_id=line["batch_id"], engine=line["engine"] or "",
                model=line["model"] or "", attempts=int(line["attempts"]), amount=int(line["amount"]))
            for line in found]  # fmt: skip


def spending(ask: Ask, tenant: str = "") -> Spending:
    """What a tenant, or everybody, has spent and holds, and rows by state; mismatches of everybody alone."""
    of, values = ("tenant = :tenant", {"tenant": tenant}) if tenant else ("1 = 1", {})
    balance = ask(_BALANCES.format(of), values)[0]
    counted = ask(_COUNTS.format(f"batches.{of}" if tenant else of), values)
    mismatches = 0 if tenant else int(ask(_MISMATCHES, {})[0]["number"])
    return Spending(int(balance["spent"]), int(balance["reserved"]),
                    {line["state"]: int(line["number"]) for line in counted}, mismatches)  # fmt: skip
