"""What nobody answers: how long it has been so, how many sends went out in vain, and when they went out again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns to the rows, and the table of repeated sends."""
    op.add_column("rows", sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False))
    op.add_column("rows", sa.Column("silent_since", sa.Float(), nullable=True))
    op.create_table(
        "resends",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("resends_by_time", "resends", ["lane", "at"], unique=False)
