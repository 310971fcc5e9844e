"""Credits are counted in thousandths; the ledger keeps how far what engines charged is from what was reserved."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

#: A larger budget is none: as many thousandths would not fit their column.
LARGEST = 10**12


def upgrade() -> None:
    """Multiply every amount that is kept as a number; those in JSON are brought up where they are read."""
    op.add_column("ledger", sa.Column("difference", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE ledger SET amount = amount * 1000, reserved = reserved * 1000, spent = spent * 1000")
    op.execute("UPDATE rows SET credits = credits * 1000 WHERE credits <> 0")
    op.execute("UPDATE attempts SET credits = credits * 1000")
    op.execute(f"UPDATE batches SET budget = {LARGEST} WHERE budget > {LARGEST}")
    op.execute("UPDATE batches SET budget = budget * 1000 WHERE budget IS NOT NULL")
