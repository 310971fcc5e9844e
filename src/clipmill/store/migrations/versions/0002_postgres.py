"""PostgreSQL: room in the pages of `rows`, which are rewritten all the time, and a sweep that comes early."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Set them; SQLite has neither. Ids given by hand before are left behind by what gives them now."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "ALTER TABLE rows SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, "
        "autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.02)"
    )
    op.execute("SELECT setval(pg_get_serial_sequence('rows', 'id'), max(id)) FROM rows HAVING max(id) IS NOT NULL")
