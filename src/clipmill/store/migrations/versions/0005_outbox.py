"""Batches count their rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add them. A batch that was over before is in its first round still, of which nothing is told."""
    op.add_column("batches", sa.Column("round", sa.Integer(), server_default="1", nullable=False))
    op.add_column("batches", sa.Column("finished_round", sa.Integer(), server_default="0", nullable=False))
