"""`dangol evaluate`: how good the product's algorithms are on anybody's data.

Belongs here: arguments, options, the table that is printed. Does not belong here: the protocol and the algorithms
(``models.recommend.personal.evaluation``), reading the files (``connectors.sources.session_file``).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.recommend.personal.evaluation import Evaluated

HELP = "Measure algorithms on session files, without a home."
evaluate_app = typer.Typer(help=HELP, no_args_is_help=True)
_File = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Parquet or CSV, see above")]


@evaluate_app.callback()
def evaluate() -> None:
    """Measure algorithms on session files, without a home."""


@evaluate_app.command("recommend")
def recommend_command(
    train: _File,
    test: _File,
    k: Annotated[int, typer.Option(min=1, max=100, help="length of the lists")] = 20,
    threads: Annotated[int, typer.Option(min=1, help="threads that train and rank")] = 2,
    form: Annotated[str, typer.Option("--format", "-f", help="table, csv or json")] = "table",
) -> None:
    """Predict the next item for every beginning of every test session.

    Files hold one row a step: session_id, item_id, position or time, and perhaps category. Sessions without times must
    stand from old to new. Settings and the ranker are found on the training file alone.
    """
    from connectors.sources.session_file import read_sessions
    from models.recommend.personal.evaluation import evaluated
    from models.recommend.personal.ranker import Training
    from orchestration.cli.screen import write_rows

    if form not in ("table", "csv", "json"):
        raise typer.BadParameter("table, csv or json", param_hint="--format")
    known, unseen = read_sessions(train), read_sessions(test)
    _say(f"{len(known):,} steps to learn from, {len(unseen):,} to predict")
    found = list(evaluated(known, unseen, k=k, training=Training(threads=threads), say=_say))
    if form == "table":
        _print_table(found, k)
    else:
        write_rows(_columns(k), [_row(each, k) for each in found], form, sys.stdout)


def _say(text: str) -> None:
    """Progress, beside what is printed."""
    print(text, file=sys.stderr, flush=True)


def _columns(k: int) -> list[str]:
    measured = [f"hr@{k}", f"mrr@{k}", f"ndcg@{k}"]
    return ["algorithm", *measured, "histories", "seconds", "histories_per_second", "training_seconds"]


def _row(found: "Evaluated", k: int) -> dict[str, object]:
    reached = found.quality
    figures = [round(value, 4) for value in (reached.hit_rate, reached.reciprocal_rank, reached.ndcg)]
    speed = [found.histories, round(found.seconds, 2), round(found.per_second), round(found.training_seconds, 1)]
    return dict(zip(_columns(k), [found.algorithm, *figures, *speed], strict=True))


def _print_table(found: "list[Evaluated]", k: int) -> None:
    from orchestration.cli.screen import Column, Screen

    headings = ["algorithm", f"HR@{k}", f"MRR@{k}", f"NDCG@{k}", "prefixes", "CPU s", "prefixes/s", "training CPU s"]
    columns = [Column(headings[0], whole=True), *(Column(heading, right=True) for heading in headings[1:])]
    rows = [
        [
            each.algorithm,
            f"{each.quality.hit_rate:.4f}",
            f"{each.quality.reciprocal_rank:.4f}",
            f"{each.quality.ndcg:.4f}",
            f"{each.histories:,}",
            f"{each.seconds:.1f}",
            f"{each.per_second:,.0f}",
            f"{each.training_seconds:.1f}",
        ]
        for each in found
    ]
    Screen(sys.stdout).table(columns, rows)
