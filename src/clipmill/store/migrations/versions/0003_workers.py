"""Workers have a table; local lanes have no window of their own; a batch knows whether its outputs are written."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them. What a batch of before leaves in its folder is taken to be written."""
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("lanes", sa.Text(), nullable=False),
        sa.Column("heartbeat", sa.Float(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("batches", sa.Column("unwritten", sa.String(), nullable=True))
    with op.batch_alter_table("lanes") as lanes:
        lanes.alter_column("window", existing_type=sa.Integer(), nullable=True)
