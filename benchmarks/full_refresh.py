"""Full refresh: the landing zone to sessions, daily metrics and customers.

Floors (10 M events): at most 60 CPU s and 4 GiB through dbt; sessions at most twice the hand-written query.
"""

from pathlib import Path

from benchmarks.homes import dangol, dbt, forget_runs, make_shop, query

DAYS = 60
SESSION_MODELS = ("int_sessions__counted", "int_sessions")


def run(folder: Path, events: int) -> None:
    """Print the cost of each step and the ratios that count."""
    home = make_shop(folder, events, DAYS)
    forget_runs(home)
    print(f"Full refresh of {events:,} events over {DAYS} days")
    whole = dangol(home, "run")
    print(f"  dangol run, everything published    {whole}")
    built = dbt(home, "build", "--full-refresh", "--exclude-resource-type", "unit_test")
    print(f"  dbt build --full-refresh            {built}")
    start = dbt(home, "ls", "--quiet")
    print(f"  dbt's own start                     {start}")
    sessions = dbt(home, "run", "--full-refresh", "--select", *SESSION_MODELS)
    print(f"  dbt, the session models alone       {sessions}")
    scan, by_hand = query(home, "scan"), query(home, "sessions")
    print(f"  scan of the needed columns          {scan}")
    print(f"  hand-written sessions query         {by_hand}")
    print(f"  build / scan                        {built.cpu / scan.cpu:7.1f}x")
    print(
        f"  sessions / hand-written             {(sessions.cpu - start.cpu) / by_hand.cpu:7.2f}x (aim 1.2x, floor 2x)"
    )
