"""`dangol`: the command line.

Belongs here: the commands and their options, groups of commands (``member``, ``taste``, …) mounted when
they are needed, one clear line for every error a user can make.
Does not belong here: what a command does (a module each beside this one, imported when it is called).
"""

import atexit
import errno
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn, Optional

import typer

app = typer.Typer(
    name="dangol",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Customer data platform for online shops: ingest, run, query. State lies in one home (see `dangol init`).",
)
HomeOption = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads this form on every supported Python)
    typer.Option("--home", help="The shop's home (default: $DANGOL_HOME, else ./.dangol).", show_default=False),
]


@app.command()
def init(home: HomeOption = None) -> None:
    """Make a home with a commented shop.yaml, or complete one."""
    from orchestration.cli.init import init_command

    raise typer.Exit(init_command(home))


@app.command()
def demo(
    home: HomeOption = None,
    customers: Annotated[int, typer.Option(min=1, help="Customers of the simulated shop.")] = 5000,
    days: Annotated[int, typer.Option(min=1, help="Days of history.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same shop.")] = 7,
    start: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = "2025-09-01",
) -> None:
    """Write a simulated Korean fashion and beauty shop into the landing zone."""
    from orchestration.cli.days import parse_day
    from orchestration.cli.demo import demo_command

    raise typer.Exit(demo_command(home, customers, days, seed, parse_day(start, "--start")))


@app.command()
def play(
    home: HomeOption = None,
    days: Annotated[int, typer.Option(min=1, help="How many of the last days.")] = 3,
) -> None:
    """Live the last days of the simulated shop: campaigns go out, customers respond."""
    from orchestration.cli.play import play_command

    raise typer.Exit(play_command(home, days))


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports to read.")],
    mapping: Annotated[str, typer.Option("--mapping", "-m", metavar="M.yaml", help="How to read them.")],
    home: HomeOption = None,
) -> None:
    """Read any export into the landing zone; the same file again adds nothing."""
    from orchestration.cli.ingest import ingest_command

    raise typer.Exit(ingest_command(home, mapping, files))  # type: ignore[arg-type]


@app.command()
def run(
    home: HomeOption = None,
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="First receive day.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="Last receive day.")] = "",
    select: Annotated[str, typer.Option(help='Assets, e.g. "published/sessions" or "group:sessions".')] = "",
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build everything from all landing files.")
    ] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Fail at once when another run is under way.")] = False,
) -> None:
    """Bring every table up to date (default: every day that has new data)."""
    from orchestration.cli.run import run_command

    raise typer.Exit(run_command(home, first, last, select, full_refresh=full_refresh, wait=not no_wait))


@app.command()
def dev(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port of the user interface.")] = 3000,
) -> None:
    """Open the Dagster user interface on this home, with its schedules and sensors."""
    from orchestration.cli.dev import dev_command

    dev_command(home, port)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help='One statement, e.g. "FROM daily_site_metrics LIMIT 5".')],
    home: HomeOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv or json.")] = "table",
) -> None:
    """Read-only SQL over the published tables, each a view of its name."""
    from orchestration.cli.query import query_command

    raise typer.Exit(query_command(home, sql, format))


def _mount_member() -> None:
    from orchestration.cli.member import HELP, member_app

    app.add_typer(member_app, name="member", help=HELP)


def _mount_campaign() -> None:
    from orchestration.cli.campaign import HELP, campaign_app

    app.add_typer(campaign_app, name="campaign", help=HELP)


def _mount_evaluate() -> None:
    from orchestration.cli.evaluate import HELP, evaluate_app

    app.add_typer(evaluate_app, name="evaluate", help=HELP)


def _mount_taste() -> None:
    from orchestration.cli.taste import HELP, taste_app

    app.add_typer(taste_app, name="taste", help=HELP)


def _mount_recommend() -> None:
    from orchestration.cli.recommend import HELP, recommend_app

    app.add_typer(recommend_app, name="recommend", help=HELP)


def _mount_report() -> None:
    from orchestration.cli.report import HELP, report_app

    app.add_typer(report_app, name="report", help=HELP)


def _mount_segment() -> None:
    from orchestration.cli.segment import HELP, segment_app

    app.add_typer(segment_app, name="segment", help=HELP)


def _mount_sender() -> None:
    from orchestration.cli.sender import HELP, sender_app

    app.add_typer(sender_app, name="sender", help=HELP)


def _mount_template() -> None:
    from orchestration.cli.template import HELP, template_app

    app.add_typer(template_app, name="template", help=HELP)


def _mount_shop() -> None:
    from orchestration.cli.shop import HELP, shop_app

    app.add_typer(shop_app, name="shop", help=HELP)


# commands of commands, mounted when they are needed
_GROUPS = {
    "campaign": _mount_campaign, "evaluate": _mount_evaluate, "member": _mount_member, "recommend": _mount_recommend,
    "report": _mount_report, "segment": _mount_segment, "sender": _mount_sender, "shop": _mount_shop,
    "taste": _mount_taste, "template": _mount_template,
}  # fmt: skip


def _user_errors() -> tuple[type[Exception], ...]:
    """Errors whose message is meant for the user. Those of modules not loaded can not have been raised."""
    names = {
        "connectors.home.paths": ["HomeError"], "connectors.home.settings": ["SettingsError"],
        "connectors.home.lock": ["RunInProgress"], "connectors.sources.errors": ["SourceError"],
        "connectors.store.errors": ["StoreError"], "connectors.erasure.errors": ["ErasureError"],
        "connectors.published.errors": ["PublishError", "QueryError"],
        "connectors.lake.errors": ["LakeError"], "connectors.embedding.errors": ["EmbeddingError"],
        "connectors.warehouse.errors": ["WarehouseError", "WarehouseBusy"], "orchestration.running": ["RunError"],
        "orchestration.dbt_project": ["ManifestError"], "orchestration.cli.days": ["DayError"],
        "assets.campaigns.shop": ["MissingDocument"], "assets.campaigns.plans.people": ["CanNotDecide"],
        "orchestration.cli.words": ["CommandError"], "orchestration.cli.taste_words": ["TasteError"],
    }  # fmt: skip
    loaded = [(sys.modules[module], found) for module, found in names.items() if module in sys.modules]
    return tuple(getattr(module, name) for module, found in loaded for name in found if hasattr(module, name))


def main() -> None:
    """Run the command line; a user's error is one line, not a traceback."""
    # Threads of the numeric libraries that wait for one another spin by default, which costs a busy machine its CPU.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    is_help = not sys.argv[1:] or sys.argv[1] in ("--help", "-h")
    for name, mount in _GROUPS.items():
        if is_help or sys.argv[1] == name:
            mount()
    try:
        app()
    except SystemExit as done:
        if "torch" in sys.modules:
            _leave(done.code)
        raise
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output (head, less) has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if _is_full_disk(error):
            print("dangol: the disk is full: free some space, then do the same again; nothing is lost", file=sys.stderr)
        elif isinstance(error, _user_errors()):
            print(f"dangol: {error}", file=sys.stderr)
        else:
            raise
        sys.exit(1)


def _leave(code: object) -> NoReturn:
    """End without taking the interpreter apart: with PyTorch loaded, DuckDB's binding would print pages of what it
    takes for leaks. Exit handlers run and buffers are written as ever."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _is_full_disk(error: Exception) -> bool:
    """Whoever ran out of space: the system, DuckDB, or SQLite under Dagster's event log."""
    texts = ("No space left on device", "database or disk is full")
    return getattr(error, "errno", None) == errno.ENOSPC or any(text in str(error) for text in texts)


if __name__ == "__main__":
    main()
