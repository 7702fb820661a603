"""The journal of clicks: every line once, whoever adds and takes at the same time."""

import threading
from pathlib import Path

import pytest

from connectors.tracking.journal import Journal

pytestmark = pytest.mark.feature("H1")


def test_lines_added_while_others_take_are_all_there_once(tmp_path: Path) -> None:
    def add(worker: int) -> None:
        journal = Journal(tmp_path / "clicks")
        for number in range(300):
            journal.add({"line": f"{worker}-{number}", "text": "가\n" * 20})

    found: list[str] = []
    workers = [threading.Thread(target=add, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    journal = Journal(tmp_path / "clicks")
    while any(worker.is_alive() for worker in workers) or journal.take():
        taken = journal.take()
        found += [line["line"] for line in journal.lines(taken)]
        journal.done(taken)
    assert sorted(found) == sorted(f"{worker}-{number}" for worker in range(4) for number in range(300))


def test_what_was_taken_and_not_finished_is_taken_again_and_cut_lines_harm_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "clicks")
    assert journal.take() == []
    journal.add({"a": 1})
    (first,) = journal.take()
    first.write_bytes(first.read_bytes() + b'\n{"a": 2')
    journal.add({"a": 3})
    both = journal.take()
    assert sorted(line["a"] for line in journal.lines(both)) == [1, 3]
    journal.done(both)
    assert journal.lines(both) == []  # another process may have finished them meanwhile
    journal.done(both)
    assert journal.take() == []
