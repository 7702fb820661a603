"""Alembic's entry: runs the revisions on the connection that ``connectors.store.migrate`` hands over.

Belongs here: nothing but that hand-over. The transaction and the lock are the caller's.
"""


def _run() -> None:
    from alembic import context

    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()


_run()
