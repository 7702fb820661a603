"""`python -m benchmarks recommend`: what recommendations promise, beside rivals in the same run.

Belongs here: which parts there are. Does not belong here: the parts. See docs/benchmarks.md.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.recommend import customers, days, pairs, quality, repeat_purchase, search_and_style

PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "pairs": pairs.run,
    "quality": quality.run,
    "repeat": repeat_purchase.run,
    "customers": customers.run,
    "days": days.run,
    "search": search_and_style.run,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark: which parts, and those of each part."""
    for part in (pairs, quality, repeat_purchase, customers, days):
        part.add_options(parser)


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Run the chosen parts one after another."""
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            PARTS[part](folder, chosen)
            print(flush=True)
