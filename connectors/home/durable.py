"""Files and folders that are there whole or not at all, whatever happens to the machine.

Belongs here: flushing to disk, and the rename that makes something visible. Does not belong here: what is written.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ASIDE = ".making-"  # how names of what is not finished begin


def sync(path: Path) -> None:
    """Flush a file's content, or a folder's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(finished: Path, target: Path) -> None:
    """Rename ``finished`` to ``target``, so that a crash leaves what was there before, or the whole new file."""
    sync(finished)
    os.replace(finished, target)
    sync(target.parent)


def write_text(target: Path, text: str) -> None:
    """Put a file with ``text`` in place of ``target``."""
    aside = target.with_name(f"{ASIDE}{target.name}.new")  # no name that a search for others of its kind finds
    aside.write_text(text, encoding="utf-8")
    move(aside, target)


@contextmanager
def folder_appearing(target: Path) -> Iterator[Path]:
    """A folder to fill; it becomes ``target`` when the block ends, and is gone when the block fails."""
    aside = target.parent / f"{ASIDE}{target.name}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        for path in [*aside.rglob("*"), aside]:
            sync(path)
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    sync(target.parent)
