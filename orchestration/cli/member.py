"""`dangol member`: commands about single members.

Belongs here: arguments, confirmation, printing the report. Does not belong here: what erasing means
(``connectors.erasure``).
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.erasure.erase import ErasureReport

member_app = typer.Typer(help="Members: erase one from the whole home.", no_args_is_help=True)


@member_app.callback()
def _member() -> None:
    """Members: erase one from the whole home."""


@member_app.command("erase")
def erase_command(
    member_id: Annotated[str, typer.Argument(metavar="ID", help="the shop's own id of the member")],
    home: Annotated[Path | None, typer.Option(help="the home; else $DANGOL_HOME, else ./.dangol")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Remove a member and everything they did from every place, for good, and say what was removed."""
    # here and not above: the databases' packages would slow every `dangol --help` down
    from connectors.erasure.erase import erase_member
    from connectors.erasure.errors import ErasureError
    from connectors.home.member_key import member_key, read_secret
    from connectors.home.paths import HomeError, open_home
    from connectors.home.settings import SettingsError
    from connectors.store.errors import StoreError
    from connectors.store.store import Store

    try:
        where = open_home(home)
        secret = read_secret(where)
        question = f"Erase member {member_key(member_id, secret)[:8]}… from {where.root}? This can not be undone."
        if not yes and not typer.confirm(question):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        with Store.open(where.ops_url, secret=secret, now=_now) as store:
            report = erase_member(where, member_id, store, _now, typer.echo)
    except (HomeError, SettingsError, StoreError, ErasureError) as error:
        typer.echo(f"dangol member erase: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(render(report))


def render(report: "ErasureReport") -> str:
    """The report as a table of places that lost rows, and what to know beside the numbers."""
    lost = [(f"{place.area}/{place.table}", f"{place.rows:,}") for place in report.places if place.rows]
    rows = [("place", "rows removed"), *lost, ("total", f"{report.rows:,}")]
    wide = max(len(name) for name, _ in rows)
    lines = [f"{name:<{wide}}  {number:>12}" for name, number in rows]
    searched = len(report.places) - len(lost)
    lines.append(f"{searched} further tables were searched and hold nothing of member {report.member}….")
    if not lost and not report.resumed:
        lines.append("No trace of this member was found: check that the id is written as the shop writes it.")
    if report.resumed:
        lines.append("This finished an erasure that had been cut short; what that one removed is not counted here.")
    if report.shared_devices:
        lines.append(
            f"{report.shared_devices} devices were used by other members too: {report.anonymous_rows_kept:,} events on "
            "them without a log-in stay, because nobody can tell whose they are."
        )
    if report.needs_rebuild:
        lines.append("The next `dangol run` builds the warehouse anew from the landing zone.")
    lines.append("Daily totals of the past keep their counts: they name nobody.")
    return "\n".join(lines)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
