"""Lanes are of an engine, a model and an account; calls may be shared; rows have parts and are planned."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Widen the tables. A lane that is there is its engine's only one."""
    _rows()
    op.add_column("row_data", sa.Column("plan", sa.Text(), server_default="", nullable=False))
    for name in ("handle", "output"):
        op.add_column("attempts", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("attempts", sa.Column("call", sa.String(), nullable=True))
    for name in ("ramp", "stop_rows"):
        op.add_column("batches", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("batches", sa.Column("stop_percent", sa.Float(), nullable=True))
    for name, first in (("ramped", "1"), ("streak", "0"), ("made", "0"), ("failed", "0"), ("priority", "0"),
                        ("weight", "1")):  # fmt: skip
        op.add_column("batches", sa.Column(name, sa.Integer(), server_default=first, nullable=False))
    op.create_table(
        "paces",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "lane", "slot"),
    )
    op.create_index("paces_by_lane", "paces", ["lane", "slot"], unique=False)
    op.create_table(
        "causes",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "code"),
    )
    op.add_column("batches", sa.Column("unchecked", sa.Integer(), server_default="0", nullable=False))
    op.add_column("batches", sa.Column("checker", sa.String(), nullable=True))
    op.add_column("batches", sa.Column("checked_until", sa.Float(), nullable=True))
    op.add_column("counts", sa.Column("parts", sa.Integer(), server_default="0", nullable=False))
    op.execute("INSERT INTO counts (batch_id, state, rows, parts) SELECT id, new, 0, 0 FROM batches "
               "CROSS JOIN (SELECT 'checking' AS new UNION ALL SELECT 'waiting') AS added "
               "WHERE NOT EXISTS "
               "(SELECT 1 FROM counts WHERE counts.batch_id = batches.id AND counts.state = new)")  # fmt: skip
    _lanes()


def _rows() -> None:
    op.add_column("rows", sa.Column("seed", sa.BigInteger(), nullable=True))
    op.add_column("rows", sa.Column("progress", sa.Float(), nullable=True))
    op.add_column("rows", sa.Column("together", sa.String(), server_default="", nullable=False))
    op.add_column("rows", sa.Column("rides_with", BIG, nullable=True))
    op.add_column("rows", sa.Column("maker", sa.String(), nullable=True))
    op.add_column("rows", sa.Column("digest", sa.String(), nullable=True))
    op.add_column("rows", sa.Column("depth", sa.Integer(), server_default="0", nullable=False))
    op.drop_column("rows", "job")
    # where a file was to be had was asked by the job; now the engine says it once more, and is paid no second time
    op.execute("UPDATE rows SET state = 'running' WHERE state = 'fetching'")
    op.execute("UPDATE counts SET rows = (SELECT count(*) FROM rows WHERE rows.batch_id = counts.batch_id "
               "AND rows.state = counts.state) WHERE state IN ('running', 'fetching')")  # fmt: skip
    op.execute("DROP INDEX rows_due")
    active = "('checking', 'delivering', 'fetching', 'rendering', 'running', 'submitting', 'verifying')"
    op.execute(f"CREATE INDEX rows_due ON rows (due_at) WHERE state IN {active} AND due_at IS NOT NULL")
    op.execute("CREATE INDEX rows_riding ON rows (rides_with) WHERE rides_with IS NOT NULL")
    op.execute("CREATE UNIQUE INDEX parts_once ON rows (batch_id, digest) WHERE digest IS NOT NULL")
    op.create_table(
        "needs",
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.Column("part_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", "part_id"),
    )
    op.create_index("needs_by_part", "needs", ["part_id"], unique=False)


def _lanes() -> None:
    bind = op.get_bind()
    old = bind.execute(sa.text('SELECT id, "window", rate_count, rate_seconds FROM lanes')).all()
    op.drop_table("lanes")
    lanes = op.create_table(
        "lanes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=True),
        sa.Column("rates", sa.Text(), nullable=False),
        sa.Column("rows_per_call", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if old:
        op.bulk_insert(lanes, [
            {"id": lane.id, "engine": lane.id, "model": "", "account": "", "window": lane.window,
             "rates": json.dumps([[lane.rate_count, lane.rate_seconds]] if lane.rate_count else []),
             "rows_per_call": 1, "held_until": None, "reason": "", "failures": 0}
            for lane in old
        ])  # fmt: skip
