"""`dangol run`.

Belongs here: the run lock around planning and executing, what is said before and after.
Does not belong here: planning and executing themselves (``orchestration.running``).
"""

import datetime as dt
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from connectors.home.lock import exclusive
from connectors.home.paths import Home, open_home
from connectors.home.settings import Settings, read_settings
from orchestration.cli.days import parse_day


def run_command(root: Path | None, first: str, last: str, select: str, *, full_refresh: bool, wait: bool) -> int:
    """Bring the tables up to date. Returns the exit status."""
    from orchestration.running import Wish

    home = open_home(root)
    settings = read_settings(home.settings_file)
    wish = Wish(
        first=parse_day(first, "--from") if first else None,
        last=parse_day(last, "--to") if last else None,
        select=select or None,
        full_refresh=full_refresh,
    )
    return _run(home, settings, wish, wait=wait)


def _run(home: Home, settings: Settings, wish: Any, *, wait: bool) -> int:
    from orchestration.running import make_plan

    _refuse_at_once(home, wait=wait)
    from orchestration.run_lock import hold_run_lock

    begun = time.monotonic()
    with hold_run_lock(home, purpose="dangol run", wait=wait, say=_say):
        while (plan := make_plan(home, settings, wish, dt.datetime.now(settings.zone).date(), _say)).days is not None:
            _say(f"Running {plan.days} ({plan.reason})")
            if not _execute(home, wish, plan.days, begun):
                return 1
            if not plan.goes_on:
                break
        else:
            _say(f"Nothing to do: {plan.reason}. All tables are up to date.")
        _close(home, settings)
        return 0


def _refuse_at_once(home: Home, *, wait: bool) -> None:
    """With ``--no-wait``, say no before anything heavy is imported."""
    if not wait:
        with exclusive(home.run_lock, purpose="dangol run", wait=False):
            pass


def _execute(home: Home, wish: Any, days: Any, begun: float) -> bool:
    from orchestration.progress import Progress, open_stream
    from orchestration.running import execute

    progress = Progress(open_stream())
    done = execute(home, wish, days, progress)
    if done:
        _say(
            f"Done in {time.monotonic() - begun:.0f} s."
            + (f" Warnings: {len(progress.warnings)}." if progress.warnings else "")
        )
        return True
    print(f"\nThe run failed after {time.monotonic() - begun:.0f} s:", file=sys.stderr)
    for failure in progress.failures:
        print(f"  {failure}", file=sys.stderr)
    print(f"Where to look: `dangol dev` (Runs), {home.dbt / 'target' / 'dbt.log'}", file=sys.stderr)
    return False


def _close(home: Home, settings: Settings) -> None:
    """The published tables, and what to try next."""
    from orchestration.opening import make_published

    published = make_published(home, settings)
    names = published.names()
    if not names:
        _say("No table is published yet: `dangol demo` or `dangol ingest` brings data, then `dangol run`.")
        return
    _say("Published tables:")
    for name in names:
        version = published.current(name)
        _say(f"  {name:<28} {version.rows if version else 0:>14,} rows")
    _say('Try: dangol query "FROM daily_site_metrics ORDER BY day DESC LIMIT 10"')
    for command in ("segment list", "taste list", "recommend quality", "campaign history", "report open", "dev"):
        _say(f"     dangol {command}")


def _say(text: str) -> None:
    with suppress(BrokenPipeError):  # see ``Progress.say``
        print(text, flush=True)
