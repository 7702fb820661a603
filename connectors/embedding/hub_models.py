"""Text models that others have trained: a folder on disk, or a name on the Hugging Face hub.

Belongs here: finding their files, naming their version, loading them. Does not belong here: the shop's own models
(``text_models``). Code that comes with a model is never run.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.embedding.errors import TextModelUnavailable
from connectors.embedding.text_model import TextModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# the same weights for other programs, and what is no part of the model: many times its size
_NOT_NEEDED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.md", ".git*")
_WHAT_TO_DO = "give the path of a downloaded sentence-transformers model, or set text_model: embedded"


def load_hub_model(name_or_path: str, *, revision: str | None = None, prompt: str | None = None) -> TextModel:
    """The sentence-transformers model at a path, or of a name such as 'organisation/model', downloaded once.

    Its version holds the hash of its files (a path) or its commit (a name), and that of ``prompt``: whatever changes
    its vectors. What was downloaded before is used as it is; the network is asked only when nothing is there.
    Imports neither torch nor sentence-transformers. Raises :class:`TextModelUnavailable`.
    """
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        folder, version = path.resolve(), f"{path.resolve().name}@{_hash_of_files(path.resolve())}"
    elif path.is_absolute() or name_or_path.startswith((".", "~")):
        raise TextModelUnavailable(f"there is no folder {path}: {_WHAT_TO_DO}")
    else:
        folder = _downloaded(name_or_path, revision)
        version = f"{name_or_path}@{folder.name[:12]}"  # a snapshot's folder has the name of its commit
    if prompt:
        version += f"+{hashlib.sha256(prompt.encode()).hexdigest()[:8]}"
    return TextModel(version, lambda: _load(name_or_path, folder), prompt)


def _downloaded(name: str, revision: str | None) -> Path:
    """The folder of the snapshot on disk; fetched when there is none."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    skipped = list(_NOT_NEEDED)
    try:
        try:
            there = snapshot_download(name, revision=revision, ignore_patterns=skipped, local_files_only=True)
        except LocalEntryNotFoundError:
            there = snapshot_download(name, revision=revision, ignore_patterns=skipped)
        return Path(there)
    except Exception as error:  # offline, unknown, forbidden: each HTTP library has errors of its own
        raise TextModelUnavailable(
            f"the text model {name!r} is not on this machine and can not be downloaded ({_first_line(error)}): "
            f"{_WHAT_TO_DO}"
        ) from error


def _load(name: str, folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except Exception as error:  # damaged or foreign files fail in as many ways as there are libraries
        raise TextModelUnavailable(
            f"the text model {name!r} in {folder} can not be loaded ({_first_line(error)}): {_WHAT_TO_DO}"
        ) from error


def _hash_of_files(folder: Path) -> str:
    """A hash of names and contents of the files that make the model."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in place.parts)
        if hidden or any(place.match(pattern) for pattern in _NOT_NEEDED):
            continue
        digest.update(f"{place.as_posix()}\0".encode())
        with open(path, "rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:12]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
