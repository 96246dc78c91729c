"""Alembic's entry: run the migrations on the connection that the archive hands in."""

from alembic import context

from monitor.stores.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    transaction_per_migration=False,
)
context.run_migrations()
