"""`dangol shop`: shops whose system is asked for what changed, instead of sending files.

Belongs here: arguments, printing, opening the home, the store and the connection.
Does not belong here: reading a shop (``connectors.sources.cafe24``).
"""

import datetime as dt
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.home.paths import Home
    from connectors.home.settings import Settings
    from connectors.sources.cafe24.client import Cafe24Client

HELP = "Shops: read products, members and orders from the shop's own system."
shop_app = typer.Typer(help=HELP, no_args_is_help=True)
cafe24_app = typer.Typer(help="A Cafe24 mall (docs/guides/cafe24.md).", no_args_is_help=True)
shop_app.add_typer(cafe24_app, name="cafe24")
HomeOption = Annotated[Path | None, typer.Option(help="the home; else $DANGOL_HOME, else ./.dangol")]


@cafe24_app.command("pull")
def pull_command(
    since: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="read orders again from this day, everything else whole")
    ] = "",
    only: Annotated[str, typer.Option(help="some of products,members,orders")] = "",
    home: HomeOption = None,
) -> None:
    """Read what changed since the last pull into the landing zone, and members into the store."""
    from connectors.sources.cafe24.pull import RESOURCES, pull
    from orchestration.cli.days import parse_day
    from orchestration.cli.ingest import _Store, summary

    chosen = [name.strip() for name in only.split(",") if name.strip()] or list(RESOURCES)
    unknown = sorted(set(chosen) - set(RESOURCES))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(RESOURCES)}", param_hint="--only")
    day = parse_day(since, "--since") if since else None
    where, settings, client = _open(home)
    with _Store(where, _say) as store:
        report = pull(
            where, settings, client, members_sink=store.take_members, erased=store.erased(), now=_now, say=_say,
            since=day, only=chosen,
        )  # fmt: skip
        store.land_members()  # also those whom a pull that was killed left in the store alone
    typer.echo(summary(report.ingested))
    typer.echo(f"{report.calls:,} calls, {report.waited:,.0f} s of them waited for the vendor's limits")


@cafe24_app.command("authorize")
def authorize_command(
    code: Annotated[str, typer.Option(help="the code that the shop's page led back with")] = "",
    home: HomeOption = None,
) -> None:
    """Let Dangol read the mall: without --code prints the page to open, with it keeps the tokens in the home."""
    _, settings, client = _open(home)
    if not code:
        typer.echo("Open this page as the mall's owner and let the app in:\n")
        typer.echo(f"  {client.access.authorise_page(secrets.token_urlsafe(8))}\n")
        typer.echo("It leads to the redirect URI with ?code=… in its address; within a minute run")
        typer.echo("  dangol shop cafe24 authorize --code CODE")
        return
    tokens = client.tokens.authorise(code.strip())
    typer.echo(f"{settings.cafe24.mall_id}.cafe24.com is authorised.")
    typer.echo(f"Pull at least once a fortnight: without one this ends on {tokens.refresh_until:%Y-%m-%d}.")


def _open(home: Path | None) -> "tuple[Home, Settings, Cafe24Client]":
    import requests

    from connectors.home.paths import open_home
    from connectors.home.settings import read_settings
    from connectors.sources.cafe24.access import mall_folder, read_access
    from connectors.sources.cafe24.client import Cafe24Client
    from connectors.sources.cafe24.token_file import TokenFile

    where = open_home(home)
    settings = read_settings(where.settings_file)
    access = read_access(settings.cafe24, os.environ)
    file = TokenFile(mall_folder(where, access.mall_id))
    return where, settings, Cafe24Client(access, file, session=requests.Session(), now=_now, say=_say)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
