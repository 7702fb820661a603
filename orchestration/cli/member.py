"""`dangol member`: members in, shown, counted and out.

Belongs here: arguments, confirmation, printing the report of an erasure. Does not belong here: what erasing means
(``connectors.erasure``), how members are printed (``member_show``).
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.erasure.erase import ErasureReport
    from connectors.home.paths import Home
    from connectors.store.store import Store

HELP = "Members: import, show, count, erase from the whole home."
HomeOption = Annotated[Path | None, typer.Option(help="the home; else $DANGOL_HOME, else ./.dangol")]
member_app = typer.Typer(help=HELP, no_args_is_help=True)


@member_app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, NDJSON or Parquet")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", metavar="M.yaml", help="how to read them")],
    home: HomeOption = None,
) -> None:
    """Bring members of a file into the store: consents with their evidence, custom values, and all else."""
    from orchestration.cli.ingest import import_members_command

    raise typer.Exit(import_members_command(home, mapping, files))


@member_app.command("show")
def show_command(
    member_id: Annotated[str, typer.Argument(metavar="ID", help="the shop's own id of the member")],
    home: HomeOption = None,
) -> None:
    """Print everything the store knows of a member, personal data included."""
    from orchestration.cli.member_show import show

    with _store(home) as (_, store):
        text = show(store, member_id)
    typer.echo(text if text else "There is no such member in the store.", err=text is None)
    raise typer.Exit(0 if text else 1)


@member_app.command("count")
def count_command(home: HomeOption = None) -> None:
    """How many members there are, can be reached, and consented; nothing personal."""
    from orchestration.cli.member_show import figures

    with _store(home) as (_, store):
        typer.echo(figures(store))


@member_app.command("fields")
def fields_command(home: HomeOption = None) -> None:
    """The shop's own fields: their types, and how many members have a value."""
    from orchestration.cli.member_show import fields

    with _store(home) as (where, store):
        typer.echo(fields(where, store))


@member_app.command("erase")
def erase_command(
    member_id: Annotated[str, typer.Argument(metavar="ID", help="the shop's own id of the member")] = "",
    requested: Annotated[bool, typer.Option("--requested", help="all who are to be erased by the member API")] = False,
    home: HomeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Remove a member and everything they did from every place, for good, and say what was removed."""
    # here and not above: the databases' packages would slow every `dangol --help` down
    from connectors.erasure.erase import erase_member
    from connectors.erasure.errors import ErasureError

    if bool(member_id) == requested:
        raise typer.BadParameter("give the ID of a member, or --requested")
    with _store(home) as (where, store):
        ids = [request.member_id for request in store.erasure_requests()] if requested else [member_id]
        if not ids:
            typer.echo("Nobody is waiting to be erased.")
            return
        named = f"member {store.key_of(ids[0])[:8]}…" if len(ids) == 1 else f"{len(ids)} members"
        if not yes and not typer.confirm(f"Erase {named} from {where.root}? This can not be undone."):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        try:
            for each in ids:
                typer.echo(render(erase_member(where, each, store, _now, typer.echo)))
        except ErasureError as error:
            typer.echo(f"dangol member erase: {error}", err=True)
            raise typer.Exit(1) from None


@contextmanager
def _store(home: Path | None) -> "Iterator[tuple[Home, Store]]":
    """The home and its store; what is wrong with them is one line."""
    from connectors.home.member_key import read_secret
    from connectors.home.paths import HomeError, open_home
    from connectors.home.settings import SettingsError, read_settings
    from connectors.store.errors import StoreError
    from connectors.store.store import Store

    try:
        where = open_home(home)
        region = read_settings(where.settings_file).members.default_region
        with Store.open(where.ops_url, secret=read_secret(where), now=_now, region=region) as store:
            yield where, store
    except (HomeError, SettingsError, StoreError) as error:
        typer.echo(f"dangol member: {error}", err=True)
        raise typer.Exit(1) from None


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
