"""Files that are there whole or not at all."""

import os
from pathlib import Path

import pytest

from connectors.home import durable
from connectors.home.durable import folder_appearing, move, write_text


def test_a_text_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_text(target, "old")
    write_text(target, "새로운")
    assert target.read_text(encoding="utf-8") == "새로운"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_crash_before_the_rename_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    write_text(target, "old")

    def die(*paths: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(durable.os, "replace", die)
    with pytest.raises(OSError, match="gone"):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.glob("*.json")) == [target], "what is not finished is not found by a search for others"


def test_a_moved_file_is_flushed_before_and_its_folder_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "made", tmp_path / "kept"
    source.write_text("x")
    seen: list[Path] = []
    monkeypatch.setattr(durable, "sync", seen.append)
    move(source, target)
    assert seen == [source, tmp_path]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def fill(fail: bool) -> None:
        with folder_appearing(tmp_path / "model") as folder:
            (folder / "file").write_text("x")
            assert not (tmp_path / "model").exists()
            if fail:
                raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fill(fail=True)
    assert os.listdir(tmp_path) == []
    fill(fail=False)
    assert (tmp_path / "model" / "file").read_text() == "x"
