"""What can go wrong with published tables. Belongs here: the error types, nothing else."""


class PublishError(Exception):
    """A table could not be published; the version before it stays in place. The message says why."""


class QueryError(Exception):
    """A query over the published tables was refused or failed; the message says why."""
