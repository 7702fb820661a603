"""`dangol demo`: fill a home with a simulated shop.

Belongs here: taking batches from the simulation and appending them to the landing zone, the store and ``truth/``.
Does not belong here: what the simulated shop does (``models.simulation``), how the landing zone lies on disk.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import typer

from connectors.home.member_key import member_key, read_secret
from connectors.home.paths import Home, make_home
from connectors.home.settings import read_settings
from connectors.members.importing import land_members
from connectors.sources.landing import Landing
from connectors.store.store import Store
from models.documents.said import said
from models.segments.templates.shipped import templates
from models.simulation.scenario import Scenario
from models.simulation.shop import Simulation
from models.simulation.words_traffic import HOSTS

MEMBERS_AT_ONCE = 20_000
EVENTS_AT_ONCE = 400_000
EVENTS_PER_CUSTOMER_DAY = 1.15  # about; decides how many days are landed together


class DemoError(Exception):
    """The demo can not be written into this home; the message says why and what to do."""


def demo_command(
    home: Path | None, customers: int = 5000, days: int = 60, seed: int = 7, start: dt.date = dt.date(2025, 9, 1)
) -> int:
    """Simulate a shop into the home; the same arguments again add nothing. Returns the exit status."""
    begun = time.monotonic()
    where = make_home(home)
    _name_the_shop(where)
    zone = read_settings(where.settings_file).zone
    offset = zone.utcoffset(dt.datetime.combine(start, dt.time())) or dt.timedelta()
    try:
        scenario = Scenario(customers, days, seed, start, round(offset.total_seconds() / 3600))
        _claim(where, scenario)
    except (DemoError, ValueError) as error:
        typer.echo(f"dangol demo: {error}", err=True)
        return 1
    typer.echo(f"Planning {customers:,} customers over {days} days from {start} (seed {seed}) ...")
    simulation = Simulation(scenario)
    _write_truth(where, simulation)
    landing = Landing(where, zone)
    landed = _land(where, simulation, landing)
    members = _store_members(where, simulation, landing)
    segments = _apply_segments(where)
    _summary(where, scenario, landed, members, segments, time.monotonic() - begun)
    return 0


def _name_the_shop(home: Home) -> None:
    """Put the demo shop's name, hosts and what the law asks of senders into settings that nobody has changed yet."""
    text = home.settings_file.read_text(encoding="utf-8")
    hosts = ", ".join(host.removeprefix("https://") for host in HOSTS)
    named = text
    for as_made, of_demo in {
        "\nmall_name: 우리 쇼핑몰\n": "\nmall_name: 단골샵\n",
        "\nsite_hosts: []": f"\nsite_hosts: [{hosts}]",
        "\n  contact: '' ": "\n  contact: 02-555-0100 ",
        "\n  opt_out_number: '' ": "\n  opt_out_number: 080-555-0100 ",
        "\n  opt_out_text: null ": "\n  opt_out_text: 수신 거부 > 앱 설정 > 알림 해제 ",
    }.items():
        named = named.replace(as_made, of_demo)
    if named != text:
        aside = home.scratch / "shop.yaml"
        aside.write_text(named, encoding="utf-8")
        aside.replace(home.settings_file)


def _batch(scenario: Scenario) -> str:
    """Prefix of the batch ids: the same for the same arguments."""
    return f"demo-c{scenario.customers}-d{scenario.days}-s{scenario.seed}-{scenario.start:%Y%m%d}"


def _claim(home: Home, scenario: Scenario) -> None:
    """Refuse a home that holds another simulated shop: their members and products would get mixed up."""
    claim = home.truth / "scenario.json"
    wanted = {
        "customers": scenario.customers, "days": scenario.days, "seed": scenario.seed,
        "start": scenario.start.isoformat(), "utc_offset_hours": scenario.utc_offset_hours,
    }  # fmt: skip
    if claim.is_file() and (found := json.loads(claim.read_text(encoding="utf-8"))) != wanted:
        raise DemoError(
            f"{home.root} already holds the simulated shop {found}; give the same arguments to complete it, "
            "or another --home for another shop"
        )
    home.truth.mkdir(parents=True, exist_ok=True)
    claim.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def _land(home: Home, simulation: Simulation, landing: Landing) -> pl.DataFrame:
    """Append products and events, several days at a time. Returns the counts by day, with what was landed now."""
    scenario, batch = simulation.scenario, _batch(simulation.scenario)
    secret = read_secret(home)
    keys = pl.Series("member_key", [member_key(each, secret) for each in simulation.member_ids()], dtype=pl.String)
    counts: list[dict[str, int]] = []
    landed = 0
    for first, days in _groups(scenario):
        landing.append_products(pl.concat([simulation.products(day) for day in days]), f"{batch}-p{first:03d}")
        made = [simulation.events(day) for day in days]
        rows = pl.concat([each.frame for each in made])
        keyed = rows.with_columns(keys.gather(rows["member_index"])).drop("member_index")
        landed += landing.append_events(keyed, f"{batch}-e{first:03d}", skip_known=False).rows
        counts += [dict(each.counts) for each in made]
        total = sum(each["events"] for each in counts)
        typer.echo(f"  {scenario.date_of(days[-1])}: day {days[-1] + 1} of {scenario.days}, {total:,} events")
    table = pl.DataFrame(counts)
    table.write_parquet(home.truth / "events_by_day.parquet")
    return table.with_columns(landed=landed)


def _groups(scenario: Scenario) -> Iterator[tuple[int, range]]:
    """Days that are landed together, as (first day, days): few files of a small shop, bounded memory of a large one.

    They depend on the arguments alone, since the batch ids, and so what counts as landed before, hang on them.
    """
    together = max(1, min(10, EVENTS_AT_ONCE // round(scenario.customers * EVENTS_PER_CUSTOMER_DAY + 1)))
    for first in range(0, scenario.days, together):
        yield first, range(first, min(first + together, scenario.days))


def _store_members(home: Home, simulation: Simulation, landing: Landing) -> int:
    """Import the members, in slices of bounded size; importing them again changes nothing."""
    members, scenario = simulation.members(), simulation.scenario
    received = dt.datetime.combine(scenario.start, dt.time(), landing.zone)  # the shop had its list from the first day
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: dt.datetime.now(dt.UTC)) as store:
        for rows in members.iter_slices(MEMBERS_AT_ONCE):
            store.upsert_members(rows.to_arrow(), evidence="sign-up form of the simulated shop")
        land_members(store, landing, received)
    return len(members)


def _apply_segments(home: Home) -> int:
    """Put the shipped segments in force; those that are there already stay as they are."""
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: dt.datetime.now(dt.UTC)) as store:
        known = {one.id for one in store.segments.current()}
        missing = [said(one) for one in templates() if one.id not in known and not store.segments.history(one.id)]
        store.segments.apply(missing)
        return len(store.segments.current())


def _write_truth(home: Home, simulation: Simulation) -> None:
    """Write what was planted as ``truth/<table>.parquet``; customers also by the member key that the lake knows."""
    secret = read_secret(home)
    for name, frame in simulation.truth().items():
        if name == "customers":
            ids = frame["member_id"].to_list()
            keys = [None if each is None else member_key(each, secret) for each in ids]
            frame = frame.with_columns(pl.Series("member_key", keys, dtype=pl.String))
        frame.write_parquet(home.truth / f"{name}.parquet")


def _summary(home: Home, scenario: Scenario, landed: pl.DataFrame, members: int, segments: int, seconds: float) -> None:
    total = landed.sum().row(0, named=True)
    typer.echo(
        f"{total['events']:,} events, {total['orders']:,} orders, {scenario.products:,} products "
        f"and {members:,} members ({total['duplicates']:,} repeated, {total['late']:,} late deliveries among them; "
        f"{total['bot_events']:,} events of bots) in {seconds:.0f} s; {segments} segments to look at."
    )
    if landed["landed"][0] == 0:
        typer.echo("All of it had been landed before: nothing was added.")
    typer.echo(f"Landing zone: {home.landing}\nWhat was planted (for checks only): {home.truth}")
    typer.echo(f"Next: dangol run --home {home.root}")
    typer.echo(f"or, to live its last days with campaigns before that: dangol play --home {home.root}")
