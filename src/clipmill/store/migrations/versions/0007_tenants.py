"""Tenants: whose batches, credits and contents are; ids that leave the house; standing batches; limits of keys."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LOCAL = "local"


def upgrade() -> None:
    """Add them. What there was before is the command line's."""
    for table in ("batches", "ledger"):
        op.add_column(table, sa.Column("tenant", sa.String(), server_default=LOCAL, nullable=False))
    op.create_index("batches_by_tenant", "batches", ["tenant", "created_at"], unique=False)
    for column, index in (("public_id", "batches_public"), ("standing", "batches_standing")):
        op.add_column("batches", sa.Column(column, sa.String(), nullable=True))
        _partial(index, "batches", ["tenant", column], f"{column} IS NOT NULL", unique=True)
    _partial("attempts_made", "attempts", ["media"], "media IS NOT NULL")
    op.create_table(
        "public_ids",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "public_id"),
        sa.UniqueConstraint("row_id"),
    )
    op.create_table(
        "owners",
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("content", "tenant"),
    )
    op.execute(f"INSERT INTO owners (content, tenant) SELECT version, '{LOCAL}' FROM templates")
    op.create_table(
        "limits",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("remaining", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", "kind"),
    )


def _partial(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
