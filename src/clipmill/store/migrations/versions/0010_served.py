"""What a server keeps: keys, answers, templates by name, uploads; of batches the surface they came by."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add them. What there was before came by the command line."""
    op.add_column("batches", sa.Column("surface", sa.String(), server_default="", nullable=False))
    op.create_index("batches_by_surface", "batches", ["tenant", "surface", "created_at"], unique=False)
    op.add_column("endpoints", sa.Column("wording", sa.String(), server_default="", nullable=False))
    op.add_column("endpoints", sa.Column("number", sa.Integer(), server_default="0", nullable=False))
    op.create_index("endpoints_by_tenant", "endpoints", ["tenant", "batch_id", "number"], unique=False)
    op.create_table(
        "keys",
        *_texts("id", "tenant", "name", "shown", "hash"),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("expires_at", "revoked_at", "used_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("keys_by_tenant", "keys", ["tenant", "created_at"], unique=False)
    op.create_table(
        "answers",
        *_texts("tenant", "route", "key", "body"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "route", "key"),
    )
    op.create_index("answers_by_time", "answers", ["until"], unique=False)
    _named_and_assets()


def _named_and_assets() -> None:
    op.create_table(
        "named",
        *_texts("id", "tenant", "surface", "name"),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("archived_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("named_by_tenant", "named", ["tenant", "surface", "created_at"], unique=False)
    op.create_table(
        "editions",
        *_texts("id"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("version"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", "number"),
    )
    op.create_table(
        "assets",
        *_texts("id", "tenant"),
        sa.Column("name", sa.Text(), nullable=False),
        *_texts("purpose", "sha256"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("assets_by_tenant", "assets", ["tenant", "purpose", "created_at"], unique=False)
    op.create_table(
        "sealed",
        *_texts("name"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
