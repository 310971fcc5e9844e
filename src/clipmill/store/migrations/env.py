"""Alembic's entry: runs the migrations on the connection that `database.py` hands over."""

from alembic import context

from clipmill.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True,
    render_as_batch=True,
)  # fmt: skip
context.run_migrations()
