import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from connectors.embedding.errors import TextModelUnavailable
from connectors.embedding.hub_models import load_hub_model
from connectors.embedding.text_model import TextModel
from connectors.embedding.text_models import TextModels

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HASHES = pl.Series(["b", "a", "b"])


def save(models: TextModels, model: "SentenceTransformer", trained_on: str = "abcdef0123456789") -> str:
    return models.save(model, {"method": "texts alone", "texts": 2}, HASHES, trained_on)


class TestOwnModels:
    def test_a_saved_model_comes_back_whole(self, small_model: "SentenceTransformer", tmp_path: Path) -> None:
        models = TextModels(tmp_path / "models")
        assert models.current() is None
        version = save(models, small_model)
        again = TextModels(tmp_path / "models")
        assert again.current() == version == "000001-abcdef012345"
        assert again.facts(version) == {"method": "texts alone", "texts": 2}
        assert again.text_hashes(version).to_list() == ["a", "b"]
        assert again.get(version).encode(["코트", "신발", "없는말"]).tolist() == [
            [1.0, 0.0],
            pytest.approx([0.6, 0.8]),
            [0.0, 0.0],
        ]

    def test_two_versions_are_kept(self, small_model: "SentenceTransformer", tmp_path: Path) -> None:
        models = TextModels(tmp_path)
        versions = [save(models, small_model, f"{number}" * 16) for number in range(1, 5)]
        assert sorted(path.name for path in tmp_path.iterdir()) == versions[2:]
        assert models.current() == versions[3]

    def test_a_model_that_could_not_be_written_leaves_the_one_before(
        self, small_model: "SentenceTransformer", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        models = TextModels(tmp_path)
        version = save(models, small_model)

        def full(self: pl.DataFrame, path: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
        with pytest.raises(OSError, match="No space"):
            save(models, small_model)
        assert [path.name for path in tmp_path.iterdir()] == [version]

    def test_what_a_killed_process_left_is_no_model(self, small_model: "SentenceTransformer", tmp_path: Path) -> None:
        models = TextModels(tmp_path)
        (tmp_path / ".making-000001-abc" / "model").mkdir(parents=True)
        assert models.current() is None
        version = save(models, small_model)
        assert [path.name for path in tmp_path.iterdir()] == [version]

    def test_a_damaged_model_says_what_to_do(self, small_model: "SentenceTransformer", tmp_path: Path) -> None:
        models = TextModels(tmp_path)
        version = save(models, small_model)
        (tmp_path / version / "model" / "model.safetensors").write_bytes(b"torn")
        with pytest.raises(TextModelUnavailable, match="remove that folder"):
            models.get(version).encode(["코트"])

    def test_an_unknown_version_names_the_known(self, small_model: "SentenceTransformer", tmp_path: Path) -> None:
        models = TextModels(tmp_path)
        version = save(models, small_model)
        with pytest.raises(TextModelUnavailable, match=version):
            models.facts("000009-abc")


class TestOthersModels:
    def test_a_folder_is_loaded(self, model_folder: Path) -> None:
        vectors = load_hub_model(str(model_folder)).encode(["가방", "코트 가방"])
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)

    def test_the_version_is_that_of_the_files(self, model_folder: Path, tmp_path: Path) -> None:
        version = load_hub_model(str(model_folder)).version
        assert load_hub_model(str(model_folder)).version == version
        (model_folder / "README.md").write_text("words about the model")
        assert load_hub_model(str(model_folder)).version == version
        weights = model_folder / "model.safetensors"
        changed = bytearray(weights.read_bytes())
        changed[-1] ^= 1
        weights.write_bytes(changed)
        assert load_hub_model(str(model_folder)).version != version

    def test_a_prompt_is_put_before_every_text_and_is_part_of_the_version(self, model_folder: Path) -> None:
        plain, prompted = load_hub_model(str(model_folder)), load_hub_model(str(model_folder), prompt="query: ")
        assert plain.version != prompted.version
        assert np.array_equal(plain.encode(["query: 코트"]), prompted.encode(["코트"]))
        assert not np.array_equal(plain.encode(["코트"]), prompted.encode(["코트"]))

    def test_the_prompt_of_the_models_own_configuration_is_used(
        self, small_model: "SentenceTransformer", tmp_path: Path
    ) -> None:
        from sentence_transformers import SentenceTransformer

        own = SentenceTransformer(
            modules=[small_model[0]], device="cpu", prompts={"query": "query: "}, default_prompt_name="query"
        )
        own.save(str(tmp_path / "own"), create_model_card=False)
        plain = TextModel("plain", lambda: small_model)
        assert np.array_equal(load_hub_model(str(tmp_path / "own")).encode(["코트"]), plain.encode(["query: 코트"]))

    def test_a_missing_folder_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(TextModelUnavailable, match="text_model: embedded"):
            load_hub_model(str(tmp_path / "nowhere"))

    def test_a_folder_without_a_model_says_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text("{}")
        with pytest.raises(TextModelUnavailable, match="text_model: embedded"):
            load_hub_model(str(tmp_path)).encode(["코트"])

    def test_without_network_a_name_says_what_to_do_and_a_downloaded_one_is_found(self, tmp_path: Path) -> None:
        """In a process of its own: the hub's address is read when its library is imported. Nobody listens on port 9."""
        commit = "0123456789abcdef0123456789abcdef01234567"
        repository = tmp_path / "hub" / "models--shop--small"
        (repository / "refs").mkdir(parents=True)
        (repository / "refs" / "main").write_text(commit)
        (repository / "snapshots" / commit).mkdir(parents=True)
        (repository / "snapshots" / commit / "modules.json").write_text("[]")
        program = (
            "import sys\n"
            "from connectors.embedding.errors import TextModelUnavailable\n"
            "from connectors.embedding.hub_models import load_hub_model\n"
            "print(load_hub_model('shop/small').version)\n"
            "try:\n    load_hub_model('shop/other')\n"
            "except TextModelUnavailable as error:\n    print(error)\n"
            "print({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
        )
        surroundings = os.environ | {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9"}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=surroundings
        )
        version, error, heavy = done.stdout.splitlines()
        assert version == "shop/small@0123456789ab"
        assert "'shop/other' is not on this machine" in error
        assert "text_model: embedded" in error
        assert heavy == "set()"
