"""The shop's own text models, kept in its home.

Belongs here: saving a trained model under its version, finding the current one, removing old ones.
Does not belong here: training and when to train (``models.taste.text``), downloaded models (``hub_models``).

``<folder>/<version>/`` holds ``model/`` (sentence-transformers' files), ``texts.parquet`` (hashes of the texts it was
trained on) and ``facts.json``; it is renamed into place when all of it is on disk.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.embedding.errors import TextModelUnavailable
from connectors.embedding.text_model import TextModel
from connectors.home.durable import ASIDE, folder_appearing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_VERSION = re.compile(r"(\d{6})-[0-9a-f]{1,64}")


class TextModels:
    """All text models of one home. Looking at them imports none of the heavy packages."""

    def __init__(self, folder: Path, *, keep: int = 2) -> None:
        self._folder = folder
        self._keep = keep

    def current(self) -> str | None:
        """The version of the newest model, or None."""
        versions = self._versions()
        return versions[-1] if versions else None

    def save(
        self, model: "SentenceTransformer", facts: Mapping[str, Any], text_hashes: pl.Series, trained_on: str
    ) -> str:
        """Keep ``model`` as the current one; ``trained_on`` is the hash of all it was made of. Returns its version.

        The one before is kept too, so that a process that has just found it can finish; older ones go.
        """
        current = self.current()
        number = 1 + (int(current.split("-")[0]) if current else 0)
        version = f"{number:06d}-{trained_on[:12]}"
        with folder_appearing(self._folder / version) as aside:
            model.save(str(aside / "model"), create_model_card=False)
            text_hashes.unique().sort().alias("text_hash").to_frame().write_parquet(aside / "texts.parquet")
            (aside / "facts.json").write_text(json.dumps(dict(facts), indent=1, ensure_ascii=False), encoding="utf-8")
        self._remove_old()
        return version

    def facts(self, version: str) -> dict[str, Any]:
        """What was said of a model when it was saved."""
        found: dict[str, Any] = json.loads(self._file(version, "facts.json").read_text(encoding="utf-8"))
        return found

    def text_hashes(self, version: str) -> pl.Series:
        """The hashes of the texts a model was trained on, sorted."""
        return pl.read_parquet(self._file(version, "texts.parquet"))["text_hash"]

    def get(self, version: str) -> TextModel:
        """The model of a version; loaded when it is first used."""
        return TextModel(version, lambda: self._load(version))

    def _load(self, version: str) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer

        path = self._file(version, "model")
        try:
            return SentenceTransformer(str(path), device="cpu", local_files_only=True)
        except Exception as error:  # damaged files fail in as many ways as there are libraries beneath
            raise TextModelUnavailable(
                f"the text model {path} can not be loaded ({error}): remove that folder, the next run trains a new one"
            ) from error

    def _file(self, version: str, name: str) -> Path:
        path = self._folder / version / name
        if not path.exists():
            known = ", ".join(self._versions()) or "none yet"
            raise TextModelUnavailable(f"no text model {version} in {self._folder}; there are: {known}")
        return path

    def _versions(self) -> list[str]:
        """Complete versions, oldest first."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _VERSION.fullmatch(path.name))

    def _remove_old(self) -> None:
        leftovers = [path.name for path in self._folder.glob(f"{ASIDE}*")]
        for name in [*self._versions()[: -self._keep], *leftovers]:
            shutil.rmtree(self._folder / name, ignore_errors=True)
