"""The first tables: templates, batches, rows, attempts, lanes, ledger, events, counts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create them."""
    create_batches()
    create_rows()
    create_row_data()
    create_books()


def create_batches() -> None:
    """Templates, batches and the counts of their rows."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("template_name", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("out_folder", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("priority_limit", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("batches_by_time", "batches", ["created_at"], unique=False)
    op.create_table(
        "counts",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "state"),
    )
    op.create_table(
        "lanes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("rate_count", sa.Integer(), nullable=True),
        sa.Column("rate_seconds", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "templates",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )


def create_rows() -> None:
    """Rows: who works on which, and where each stands."""
    op.create_table(
        "rows",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uncounted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seed_from", sa.Integer(), server_default="1", nullable=False),
        sa.Column("expiries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("job", sa.String(), nullable=True),
        sa.Column("media", sa.String(), nullable=True),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "number", name="rows_once"),
    )
    op.create_index("rows_by_state", "rows", ["batch_id", "state", "number"], unique=False)
    op.create_index(
        "rows_due",
        "rows",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('delivering', 'fetching', 'rendering', 'running', 'submitting', 'verifying')"),
        postgresql_where=sa.text(
            "state IN ('delivering', 'fetching', 'rendering', 'running', 'submitting', 'verifying')"
        ),
    )
    op.create_index(
        "rows_in_flight",
        "rows",
        ["lane", "batch_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('rendering', 'running', 'submitting', 'unknown')"),
        postgresql_where=sa.text("state IN ('rendering', 'running', 'submitting', 'unknown')"),
    )
    op.create_index(
        "rows_ready",
        "rows",
        ["lane", "batch_id", "priority", "number"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )


def create_row_data() -> None:
    """The large data of rows, and their attempts."""
    op.create_table(
        "row_data",
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("fallbacks", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_table(
        "attempts",
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload_version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("admitted_at", sa.Float(), nullable=False),
        sa.Column("job", sa.String(), nullable=True),
        sa.Column("media", sa.String(), nullable=True),
        sa.Column("spec", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("row_id", "number"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("lane", "job", name="attempts_job"),
    )
    op.create_index("attempts_by_time", "attempts", ["lane", "admitted_at"], unique=False)


def create_books() -> None:
    """The ledger and the audit trail."""
    op.create_table(
        "events",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("events_by_row", "events", ["batch_id", "number", "id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("row_id", "attempt", "kind", name="ledger_once"),
    )
    op.create_index("ledger_by_batch", "ledger", ["batch_id", "id"], unique=False)
