"""`dangol report`: the pages that marketers read, and making one on demand.

Belongs here: arguments and options. Does not belong here: what the commands do (``report_list``, ``report_export``,
``report_diagnosis``), pages (``models.reports``).
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.report_diagnosis import diagnosis_template, send_diagnosis

HELP = "Reports: list, open, export; the daily diagnosis."
report_app = typer.Typer(help=HELP, no_args_is_help=True)
report_app.command("send-diagnosis")(send_diagnosis)
report_app.command("diagnosis-template")(diagnosis_template)

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND", help="campaign, channel, day, segment, dashboard, history, recommendations, live or index"
    ),
]
_Id = Annotated[str, typer.Argument(metavar="[ID]", help="of a campaign, channel or segment; a day as YYYY-MM-DD")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@report_app.command("list")
def list_reports(home: _Home = None, form: _ListFormat = "table") -> None:
    """Every report there is: kind, id, title, days, whether it still collects, file."""
    from orchestration.cli.report_list import list_command

    list_command(home, form)


@report_app.command("open")
def open_report(
    kind: _Kind = "index",
    name: _Id = "",
    home: _Home = None,
    print_path: Annotated[bool, typer.Option("--print-path", help="print where the file is and open nothing")] = False,
) -> None:
    """Open a report in the browser; without a kind the index of all."""
    from orchestration.cli.report_list import open_command

    open_command(home, kind, name, print_path=print_path)


@report_app.command("export")
def export(
    kind: _Kind,
    name: _Id = "",
    window: Annotated[str, typer.Option(help="attribution window: 3h, 6h, day, 3d or 7d")] = "",
    send: Annotated[str, typer.Option(metavar="SEND_ID", help="of a campaign: this send alone")] = "",
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="first day of the sends")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="last day of the sends")] = "",
    period: Annotated[str, typer.Option(help="7d, 30d or 90d, up to the last complete day")] = "",
    segment: Annotated[str, typer.Option(metavar="ID", help="of live visitors: those of this segment alone")] = "",
    form: Annotated[str, typer.Option("--format", "-f", help="html, xlsx, csv or pdf; else as --out is called")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="where to; else published/reports/exports")] = None,
    home: _Home = None,
) -> None:
    """Make a report now, for other days, another window or as another kind of file."""
    from orchestration.cli.report_export import Wanted, export_command

    export_command(home, Wanted(kind, name, window, send, first, last, period, segment, form, out))


@report_app.command("glossary")
def glossary(home: _Home = None, form: _ListFormat = "table") -> None:
    """What every metric of the reports means."""
    from orchestration.cli.report_list import glossary_command

    glossary_command(home, form)
