"""What can go wrong with text models. Belongs here: the error types, nothing else."""


class EmbeddingError(Exception):
    """Products could not be embedded; the message says why and what to do."""


class TextModelUnavailable(EmbeddingError):
    """The text model can not be loaded: not downloaded and no network, no such model, damaged files."""
