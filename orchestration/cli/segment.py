"""`dangol segment`: groups of customers by conditions, for who works with them.

Belongs here: arguments and options. Does not belong here: what the commands do (``segment_documents``,
``segment_questions``, ``segment_report``), what conditions mean (``models.segments``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Segments: groups of customers by conditions, tastes and models; their sizes, members and uses."
segment_app = typer.Typer(help=HELP, no_args_is_help=True)

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_ShowFormat = Annotated[str, typer.Option("--format", "-f", help="table, json, or yaml to edit and apply again")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="id of a segment, such as lapsed, taste:t3 or ai:at_risk")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@segment_app.command("apply")
def apply(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML documents; all are applied or none")],
    home: _Home = None,
) -> None:
    """Put segments in force and say how many customers they have now."""
    from orchestration.cli.segment_documents import apply_segments
    from orchestration.cli.segment_view import open_desk

    with open_desk(home) as desk:
        apply_segments(desk, files)


@segment_app.command("list")
def list_(home: _Home = None, form: _ListFormat = "table") -> None:
    """All segments with their sizes: the shop's own, tastes, and those that models find."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_documents import list_segments
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_segments(desk)


@segment_app.command("show")
def show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One segment: its conditions in words, how many it has now and had before, its versions."""
    from orchestration.cli.document_desk import SHOW_FORMATS
    from orchestration.cli.segment_documents import show_segment
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, SHOW_FORMATS) as desk:
        show_segment(desk, name)


@segment_app.command("count")
def count(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="a segment, or a YAML file that need not be applied")],
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """How many customers a segment has, by the facts of now."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_questions import count_customers
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        count_customers(desk, what)


@segment_app.command("members")
def members(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="a segment, or a YAML file that need not be applied")],
    limit: Annotated[int, typer.Option(min=0, help="customers listed; 0: all of them")] = 20,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """Which customers are in a segment now, by their keys."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_questions import list_customers
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_customers(desk, what, limit)


@segment_app.command("report")
def report(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="a segment, or a YAML file that need not be applied")],
    days: Annotated[int, typer.Option(min=1, max=366, help="the last so many days, today included")] = 7,
    hours: Annotated[int, typer.Option(min=0, max=168, help="the last so many hours instead, such as 24")] = 0,
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="first day of a period")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="last day of a period")] = "",
    out: Annotated[Path | None, typer.Option(help="the HTML file (default: published/reports/ of the home)")] = None,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """What a segment did beside the whole shop: shares, averages, products, devices, channels, hours."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_report import Wanted, report_segment
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        report_segment(desk, what, Wanted(days, hours, first, last), out)


@segment_app.command("card")
def card(
    name: Annotated[str, typer.Argument(metavar="ai:TARGET", help="an AI segment, such as ai:likely_to_buy")],
    out: Annotated[Path | None, typer.Option(help="the HTML file (default: published/reports/ of the home)")] = None,
    home: _Home = None,
) -> None:
    """The model card of an AI segment as a page: how good its model is, and what it looks at."""
    from orchestration.cli.segment_report import write_card
    from orchestration.cli.segment_view import open_desk

    with open_desk(home) as desk:
        write_card(desk, name, out)


@segment_app.command("usage")
def usage(name: _Id, home: _Home = None, form: _ListFormat = "table") -> None:
    """Which campaigns used a segment, when, and how many it had then."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_documents import tell_uses
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        tell_uses(desk, name)


@segment_app.command("on")
def on(name: _Id, home: _Home = None) -> None:
    """Count a segment every day again."""
    from orchestration.cli.segment_documents import switch_segment
    from orchestration.cli.segment_view import open_desk

    with open_desk(home) as desk:
        switch_segment(desk, name, on=True)


@segment_app.command("off")
def off(name: _Id, home: _Home = None) -> None:
    """Keep a segment but count it no longer."""
    from orchestration.cli.segment_documents import switch_segment
    from orchestration.cli.segment_view import open_desk

    with open_desk(home) as desk:
        switch_segment(desk, name, on=False)


@segment_app.command("delete")
def delete(name: _Id, home: _Home = None) -> None:
    """Take a segment out of force; refused while a running campaign or another segment needs it."""
    from orchestration.cli.segment_documents import delete_segment
    from orchestration.cli.segment_view import open_desk

    with open_desk(home) as desk:
        delete_segment(desk, name)


@segment_app.command("templates")
def templates(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="print this one as a file to apply")] = "",
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """Examples to start from: carts left behind, frequent visitors, lapsed customers, birthdays, …"""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.segment_documents import show_templates
    from orchestration.cli.segment_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        show_templates(desk, name)


@segment_app.command("schema")
def schema() -> None:
    """The JSON Schema of a segment, for editors that check while one types."""
    from models.recommend.rules.schema import schema_text
    from models.segments.document import Segment

    typer.echo(schema_text(Segment, "Dangol segment"), nl=False)
