"""What can go wrong while erasing. Belongs here: the error type, nothing else."""


class ErasureError(Exception):
    """The erasure stopped half-way; the message says where and what to do. Running it again goes on from there."""
