"""`dangol taste`: segments of customers with the same taste, for who works with them.

Belongs here: arguments and options. Does not belong here: what is shown (``taste_list``, ``taste_show``,
``taste_diff``), how segments are made (``assets.taste``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Taste segments: list them, show one, compare two days."
taste_app = typer.Typer(help=HELP, no_args_is_help=True)
_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_Format = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_Day = Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="a day that has segments; else the latest")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@taste_app.command("list")
def list_command(home: _Home = None, day: _Day = "", form: _Format = "table") -> None:
    """The segments of a day by size, with their keywords and what changed since the run before."""
    from orchestration.cli.taste_list import list_tastes
    from orchestration.cli.taste_view import open_view

    with open_view(home, form) as view:
        list_tastes(view, day)


@taste_app.command("show")
def show_command(
    segment_id: Annotated[str, typer.Argument(metavar="ID", help="such as taste-0003")],
    home: _Home = None,
    day: _Day = "",
    form: _Format = "table",
) -> None:
    """One segment: description, products most looked at, size over time. Never who is in it."""
    from orchestration.cli.taste_show import show_taste
    from orchestration.cli.taste_view import open_view

    with open_view(home, form) as view:
        show_taste(view, segment_id, day)


@taste_app.command("diff")
def diff_command(
    first: Annotated[str, typer.Argument(metavar="DAY1", help="YYYY-MM-DD")],
    second: Annotated[str, typer.Argument(metavar="DAY2", help="YYYY-MM-DD")],
    home: _Home = None,
    form: _Format = "table",
) -> None:
    """What became of the segments between two days, and how many customers moved."""
    from orchestration.cli.taste_diff import diff_tastes
    from orchestration.cli.taste_view import open_view

    with open_view(home, form) as view:
        diff_tastes(view, first, second)
