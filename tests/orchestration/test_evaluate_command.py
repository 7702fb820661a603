"""`dangol evaluate recommend` on a tiny pair of files."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from orchestration.cli.evaluate import evaluate_app

KNOWN = ["ab", "abc", "bc"]
UNSEEN = ["abz", "c", "ba"]
ALGORITHMS = ["best_sellers", "viewed_together", "next_view", "neighbours", "personal"]


def write(file: Path, sessions: list[str]) -> Path:
    rows = [f"{nth},{item},{place}" for nth, session in enumerate(sessions) for place, item in enumerate(session)]
    file.write_text("\n".join(["session_id,item_id,position", *rows, ""]))
    return file


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    train, test = write(tmp_path / "train.csv", KNOWN), write(tmp_path / "test.csv", UNSEEN)
    return ["--train", str(train), "--test", str(test), "--threads", "1"]


def evaluate(*arguments: str) -> Result:
    return CliRunner().invoke(evaluate_app, ["recommend", *arguments])


def test_the_table_has_a_line_for_each_algorithm(files: list[str]) -> None:
    done = evaluate(*files)
    assert done.exit_code == 0, done.output
    heading, *lines = [line.split() for line in done.stdout.splitlines()]
    assert heading[:5] == ["algorithm", "HR@20", "MRR@20", "NDCG@20", "prefixes"]
    assert [line[0] for line in lines] == ALGORITHMS
    assert {(line[1], line[4]) for line in lines} == {("0.6667", "3")}
    assert lines[0][2] == "0.5000"  # places 1 and 2 of three
    assert "8 steps" not in done.stdout
    assert "7 steps to learn from, 6 to predict" in done.stderr


@pytest.mark.parametrize("form", ["csv", "json"])
def test_machines_read_the_same_as_csv_or_json(files: list[str], form: str) -> None:
    done = evaluate(*files, "--format", form, "--k", "2")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout) if form == "json" else list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["algorithm"] for row in rows] == ALGORITHMS
    assert list(rows[0]) == [
        *("algorithm", "hr@2", "mrr@2", "ndcg@2", "histories", "seconds", "histories_per_second", "training_seconds"),
    ]
    assert [float(row["hr@2"]) for row in rows] == [0.6667, 0.6667, 0.3333, 0.3333, 0.3333]
    assert {int(row["histories"]) for row in rows} == {3}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--k", "0"], "--k"),
        (["--k", "101"], "--k"),
        (["--format", "xml"], "table, csv or json"),
        (["--threads", "0"], "--threads"),
        (["--train", "/nowhere/train.csv"], "does not exist"),
    ],
)
def test_wrong_options_are_told(files: list[str], wrong: list[str], told: str) -> None:
    done = evaluate(*files, *wrong)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())


def test_a_wrong_file_is_one_clear_line_and_no_traceback(tmp_path: Path, files: list[str]) -> None:
    wrong = tmp_path / "orders.csv"
    wrong.write_text("order,item_id\n1,2\n")
    command = [sys.executable, "-m", "orchestration", "evaluate", "recommend", *files, "--test", str(wrong)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{wrong}: there is no column session_id, only order, item_id" in done.stderr
    assert "Traceback" not in done.stderr
