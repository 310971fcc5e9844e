"""Every version of what a row is made of is kept, and when an attempt came to its end."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a table and a column. Attempts that have ended did when their rows moved last, as far as anybody knows."""
    op.create_table(
        "payloads",
        sa.Column("row_id", BIG, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", "version"),
    )
    op.add_column("attempts", sa.Column("finished_at", sa.Float(), nullable=True))
    op.execute("UPDATE attempts SET finished_at = (SELECT updated_at FROM rows WHERE rows.id = attempts.row_id "
               "AND rows.attempt = attempts.number) WHERE outcome IS NOT NULL")  # fmt: skip
    kinds = "('review', 'approved', 'rejected')"
    op.execute(f"CREATE INDEX events_of_reviews ON events (batch_id, kind) WHERE kind IN {kinds}")
