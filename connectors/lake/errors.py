"""What can go wrong with the lake's tables. Belongs here: the error type, nothing else."""


class LakeError(Exception):
    """A table of the lake can not be read or written; the message says what, where, and how to mend it."""
