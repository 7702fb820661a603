"""`--parts rate`: the speed limit as the vendor sees it, with two workers that share it, in real time.

Belongs here: the cases and the vendor's count by minute. Does not belong here: the limit
(``connectors.store.ledger.claiming``). Floor: within 2 % in every full minute.
"""

import argparse
import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.sending.apart import alone, started
from benchmarks.sending.databases import Fresh, databases
from benchmarks.sending.shop import make_shop, now, opened, reserved
from benchmarks.sending.vendor import vendor
from benchmarks.sending.worker import as_usual

SPEEDS, SECONDS, _WORKERS, _MINUTE = (1_000, 5_000, 20_000), 125, 2, 600  # tenths of a second


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: rate")
    group.add_argument("--speeds", type=int, nargs="+", default=list(SPEEDS), help="limits, in messages a minute")
    group.add_argument("--rate-seconds", type=int, default=SECONDS, help="how long each limit is looked at")
    group.add_argument("--rate-members", type=int, help="at most so many messages (default: enough for the time)")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Each speed on SQLite, the highest on PostgreSQL too."""
    print(f"Speed limit: {_WORKERS} workers with a campaign each share one, {chosen.rate_seconds} s of real time")
    with databases() as found:
        for name, fresh in found.items():
            for speed in chosen.speeds if name == "SQLite" else chosen.speeds[-1:]:
                enough = speed * chosen.rate_seconds // 60 * 2 // _WORKERS + speed
                tenths = _counted(folder, fresh, speed, chosen.rate_seconds, chosen.rate_members or enough)
                print(f"{name}: {speed:6,} a minute: {_told(tenths, speed)}", flush=True)


def _counted(folder: Path, fresh: Fresh, speed: int, seconds: int, members: int) -> Mapping[int, int]:
    """Messages accepted by tenth of a second."""
    root = Path(tempfile.mkdtemp(prefix="rate-", dir=folder))
    url = fresh(root)
    sends = alone(_made, root, url, members, speed)
    with vendor("sens", latency=0.01) as (environ, ended):
        until = now() + dt.timedelta(seconds=seconds)
        workers = [started(as_usual, root, url, environ, send_no, until) for send_no in sends]
        for worker in workers:
            worker.join()
        return ended().tenths


def _made(root: Path, url: str, members: int, speed: int) -> list[int]:
    """A send of a campaign of its own for each worker; campaigns of one sender share its speed."""
    make_shop(root, url, members)
    with opened(root, url) as shop:
        policies = {"cooldown": "0m", "speed": speed}
        return [reserved(shop, f"c{one}", policies=policies).send_no for one in range(_WORKERS)]


def _told(tenths: Mapping[int, int], speed: int) -> str:
    """The fewest and the most messages of any 60 s, whenever they begin, between the first message and the last."""
    first, last = min(tenths), max(tenths)
    sums, total = [0], 0
    for tenth in range(first, last + 1):
        total += tenths.get(tenth, 0)
        sums.append(total)
    minutes = [end - begin for begin, end in zip(sums, sums[_MINUTE:], strict=False)]
    told = f"{total:,} messages in {(last + 1 - first) / 10:.1f} s"
    if not minutes:
        return f"{told}, no full minute"
    by_minute = ", ".join(f"{one:,}" for one in minutes[::_MINUTE])
    apart = [f"{(one / speed - 1) * 100:+.1f} %" for one in (min(minutes), max(minutes))]
    return f"{told}; minutes {by_minute}; of all {len(minutes):,} minutes that begin at a tenth {' to '.join(apart)}"
