"""The tables, as SQLAlchemy Core knows them; portable SQL, the same on SQLite and PostgreSQL.

It is long because all of them are here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    func,
    text,
)

from clipmill.domain.batch import LOCAL
from clipmill.domain.row import ACTIVE, WINDOWED, RowState

metadata = MetaData()

_BigId = BigInteger().with_variant(Integer, "sqlite")


def _in(states: frozenset[RowState]) -> str:
    """A SQL list of states, in a stable order: partial indexes must be the same text everywhere."""
    return "(" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"


templates = Table(
    "templates",
    metadata,
    Column("version", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("document", Text, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, server_default=LOCAL),
    #: What its tenant calls it to others; null where nobody asked for that.
    Column("public_id", String),
    #: The kind of single requests whose rows it holds; null for a batch of a table.
    Column("standing", String),
    Column("name", String, nullable=False),
    Column("template_name", String, nullable=False),
    Column("template_version", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("out_folder", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("priority_limit", Integer, nullable=False),
    Column("window", Integer),
    Column("budget", BigInteger),
    Column("attempts", Integer, nullable=False),
    #: See `Policy`; beside it the window as it is now, and the good rows in a row.
    Column("ramp", Integer),
    Column("ramped", Integer, nullable=False, server_default="1"),
    Column("streak", Integer, nullable=False, server_default="0"),
    #: See `Policy`; beside it what was made and what failed since somebody last let it go on.
    Column("stop_percent", Float),
    Column("stop_rows", Integer),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("weight", Integer, nullable=False, server_default="1"),
    Column("created_at", Float, nullable=False),
    Column("options", Text, nullable=False),
    #: Rows that nobody has checked yet, who does, and until when that is nobody else's.
    Column("unchecked", Integer, nullable=False, server_default="0"),
    Column("checker", String),
    Column("checked_until", Float),
    #: Who writes what the batch leaves in its folder: nobody need (null), somebody must (""), or the worker at it.
    Column("unwritten", String),
    #: Its work from running to settled, counted, and the last such round that it was told of as finished.
    Column("round", Integer, nullable=False, server_default="1"),
    Column("finished_round", Integer, nullable=False, server_default="0"),
    #: Which dialect it came by; empty for the command line and for ours.
    Column("surface", String, nullable=False, server_default=""),
    Index("batches_by_time", "created_at"),
    Index("batches_by_tenant", "tenant", "created_at"),
    Index("batches_by_surface", "tenant", "surface", "created_at"),
)

rows = Table(
    "rows",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("batch_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("lane", String, nullable=False),
    Column("state", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("credits", BigInteger, nullable=False),
    Column("file_name", String, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("uncounted", Integer, nullable=False, server_default="0"),
    #: The seed that was asked for, while no other was drawn.
    Column("seed", BigInteger),
    Column("seed_from", Integer, nullable=False, server_default="1"),
    Column("expiries", Integer, nullable=False, server_default="0"),
    Column("unanswered", Integer, nullable=False, server_default="0"),
    Column("silent_since", Float),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("owner", String),
    Column("due_at", Float),
    #: How much of its attempt's file is made, 0 to 1; null where nobody has said.
    Column("progress", Float),
    #: See `Quote.together`; and, while it rides with a call, the row that carries that.
    Column("together", String, nullable=False, server_default=""),
    Column("rides_with", _BigId),
    #: Who plans it, where something does; of a part (its number is negative) the digest of its order, and its depth.
    Column("maker", String),
    Column("digest", String),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("media", String),
    Column("updated_at", Float, nullable=False),
    UniqueConstraint("batch_id", "number", name="rows_once"),
    Index("rows_by_state", "batch_id", "state", "number"),
)
#: Conditions of the partial indexes. Literal on purpose: with a bound parameter no planner can use the index.
IS_READY = text("rows.state = 'ready'")
IS_WINDOWED = text(f"rows.state IN {_in(WINDOWED)}")
IS_ACTIVE = text(f"rows.state IN {_in(ACTIVE)}")
#: What has an owner has a time as well; raw rows, of which there may be a million, have neither.
IS_LEASED = text(f"{IS_ACTIVE.text} AND rows.due_at IS NOT NULL")

#: How many calls rows in flight have: those that ride with another share one.
CALLS = func.count(func.coalesce(rows.c.rides_with, rows.c.id).distinct())


def _partial(name: str, condition: TextClause, *columns: Column[Any], unique: bool = False) -> None:
    plain = text(condition.text.replace("rows.", ""))
    # PostgreSQL's are made by migrations: its dialect is not loaded for this
    Index(name, *columns, unique=unique, sqlite_where=plain)


_partial("rows_ready", IS_READY, rows.c.lane, rows.c.batch_id, rows.c.priority, rows.c.number)
_partial("rows_in_flight", IS_WINDOWED, rows.c.lane, rows.c.batch_id)
_partial("rows_due", IS_LEASED, rows.c.due_at)
_partial("rows_riding", text("rows.rides_with IS NOT NULL"), rows.c.rides_with)
Index("parts_once", rows.c.batch_id, rows.c.digest, unique=True, sqlite_where=text("digest IS NOT NULL"))

#: Which parts a row needs, under which name.
needs = Table(
    "needs",
    metadata,
    Column("row_id", _BigId, primary_key=True, autoincrement=False),
    Column("part_id", _BigId, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Index("needs_by_part", "part_id"),
)
_partial("batches_public", text("public_id IS NOT NULL"), batches.c.tenant, batches.c.public_id, unique=True)
_partial("batches_standing", text("standing IS NOT NULL"), batches.c.tenant, batches.c.standing, unique=True)

#: What is large and read rarely: kept out of `rows`, whose updates rewrite the whole line.
row_data = Table(
    "row_data",
    metadata,
    Column("row_id", _BigId, primary_key=True, autoincrement=False),
    Column("fields", Text, nullable=False),
    Column("payload", Text, nullable=False),
    #: What its maker plans from; empty for a row that nobody plans.
    Column("plan", Text, nullable=False, server_default=""),
    Column("payload_version", Integer, nullable=False),
    Column("reference", String, nullable=False),
    Column("problems", Text, nullable=False),
    Column("fallbacks", Text, nullable=False),
    Column("warnings", Text, nullable=False),
)

#: What a row was to be made of before that was replaced, when it was, and by whom; as it is now stands in `row_data`.
payloads = Table(
    "payloads",
    metadata,
    Column("row_id", _BigId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("fields", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("row_id", _BigId, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("lane", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("payload_version", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    Column("admitted_at", Float, nullable=False),
    #: The key of the call that it shared, where that is another attempt's.
    Column("call", String),
    Column("job", String),
    Column("handle", Text),
    Column("output", Text),
    Column("media", String),
    Column("spec", Text),
    Column("verdict", Text),
    Column("outcome", String),
    #: When it first came to an end, its file made and verified or not.
    Column("finished_at", Float),
    Index("attempts_by_time", "lane", "admitted_at"),
    UniqueConstraint("lane", "job", name="attempts_job"),
)
_partial("attempts_made", text("media IS NOT NULL"), attempts.c.media)

#: Every time a send of an attempt went out again, or may have; the first one is `attempts.admitted_at`.
resends = Table(
    "resends",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("lane", String, nullable=False),
    Column("row_id", _BigId, nullable=False),
    Column("at", Float, nullable=False),
    Index("resends_by_time", "lane", "at"),
)

lanes = Table(
    "lanes",
    metadata,
    Column("id", String, primary_key=True),
    Column("engine", String, nullable=False),
    Column("model", String, nullable=False),
    Column("account", String, nullable=False),
    #: Null for an engine on the workers' own machines: each takes what its crew can make.
    Column("window", Integer),
    Column("rates", Text, nullable=False),
    Column("rows_per_call", Integer, nullable=False),
    #: Why it lets nothing through, and until when; null where it does.
    Column("held_until", Float),
    Column("reason", Text, nullable=False),
    Column("failures", Integer, nullable=False),
)

#: Append-only; `reserved`, `spent` and `difference` are the batch's running balance after the line.
ledger = Table(
    "ledger",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("tenant", String, nullable=False, server_default=LOCAL),
    Column("batch_id", String, nullable=False),
    Column("row_id", _BigId, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("difference", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("row_id", "attempt", "kind", name="ledger_once"),
    Index("ledger_by_batch", "batch_id", "id"),
)

events = Table(
    "events",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("batch_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("data", Text, nullable=False),
    Index("events_by_row", "batch_id", "number", "id"),
)
Index(
    "events_of_reviews",
    events.c.batch_id,
    events.c.kind,
    sqlite_where=text("kind IN ('review', 'approved', 'rejected')"),
)

#: Rows per state, kept in the transaction that moves a row, so that a status page costs nothing.
counts = Table(
    "counts",
    metadata,
    Column("batch_id", String, primary_key=True),
    Column("state", String, primary_key=True),
    Column("rows", Integer, nullable=False),
    #: Parts of its rows, which are counted beside them.
    Column("parts", Integer, nullable=False, server_default="0"),
)

#: Failed rows by the code of their problem, since somebody last let the batch go on; where it stops after so many.
causes = Table(
    "causes",
    metadata,
    Column("batch_id", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("rows", Integer, nullable=False),
)

#: Rows that ended in a slot of ten seconds (Unix time / 10), done, failed or for review: what throughput is told by.
paces = Table(
    "paces",
    metadata,
    Column("batch_id", String, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("rows", Integer, nullable=False),
    Index("paces_by_lane", "lane", "slot"),
)

#: Where tenants want to be told of events.
endpoints = Table(
    "endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, server_default=LOCAL),
    #: Only events of this batch; empty: of every one of the tenant.
    Column("batch_id", String, nullable=False, server_default=""),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("types", Text, nullable=False),
    Column("schedule", Text, nullable=False),
    Column("signing", String, nullable=False),
    Column("exhausted", Integer, nullable=False, server_default="0"),
    Column("disabled_reason", Text, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    #: By which surface what it is told of came, and in whose words it is told; empty: of everything, in ours.
    Column("wording", String, nullable=False, server_default=""),
    #: Only events of this row of its batch; 0: of all.
    Column("number", Integer, nullable=False, server_default="0"),
    Index("endpoints_by_tenant", "tenant", "batch_id", "number"),
)

#: What is sent out; what is settled is due no more.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),
    Column("tenant", String, nullable=False, server_default=LOCAL),
    Column("kind", String, nullable=False),
    Column("batch_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("type", String, nullable=False),
    #: Where it goes, but for what goes to an endpoint.
    Column("target", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("media", String, nullable=False),
    Column("schedule", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("tried", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("owner", String),
    Column("due_at", Float),
    Column("created_at", Float, nullable=False),
    Index("outbox_due", "due_at"),
    Index("outbox_by_owner", "owner"),
    Index("outbox_by_batch", "batch_id", "id"),
    Index("outbox_by_endpoint", "endpoint_id", "id"),
)

#: The log of the outbox: every try, and what came of it.
tries = Table(
    "tries",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("answer", Text, nullable=False),
    Index("tries_by_key", "key", "id"),
)

#: What finished rounds were packed into, stored under its sha256.
archives = Table(
    "archives",
    metadata,
    Column("batch_id", String, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("files", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
)

#: Who is at work: a line lasts as long as its worker, or a lease longer.
workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("boot", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("lanes", Text, nullable=False),
    Column("heartbeat", Float, nullable=False),
    Column("started_at", Float, nullable=False),
)

#: Rows that their tenants call something to others.
public_ids = Table(
    "public_ids",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("public_id", String, primary_key=True),
    Column("row_id", _BigId, nullable=False, unique=True),
)

#: Who may have what is kept once for all by its content: stored files that were taken in, frozen templates.
owners = Table(
    "owners",
    metadata,
    #: A sha256, or the version of a template.
    Column("content", String, primary_key=True),
    Column("tenant", String, primary_key=True),
)

#: What a key of a tenant may do of each kind; what it has left was counted at a moment and comes back with time.
limits = Table(
    "limits",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("kind", String, primary_key=True),
    #: The most there can be left.
    Column("capacity", BigInteger, nullable=False),
    #: In which nothing becomes the most; null where what is taken is gone for good.
    Column("seconds", Float),
    Column("remaining", Float, nullable=False),
    Column("at", Float, nullable=False),
)
