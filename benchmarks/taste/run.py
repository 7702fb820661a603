"""`python -m benchmarks taste`: what taste segments promise, measured on shops with planted tastes.

Belongs here: which parts there are. Does not belong here: the parts. See docs/benchmarks.md.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.taste import days, settings, sizes, stability, variations

SIZES = (10_000, 100_000, 1_000_000)
_SMALL, _MIDDLE = 10_000, 100_000

PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "sizes": lambda folder, chosen: sizes.run(folder, chosen.customers, chosen.bertopic_python),
    "stability": lambda folder, chosen: stability.run(folder, [n for n in chosen.customers if n <= _MIDDLE]),
    "days": lambda folder, chosen: days.run(folder, _SMALL),
    "shops": lambda folder, chosen: variations.run(folder, _SMALL),
    "settings": lambda folder, chosen: settings.run(folder, _SMALL),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    group = parser.add_argument_group("taste")
    group.add_argument("--customers", type=int, nargs="+", default=list(SIZES), help="sizes of the planted shops")
    group.add_argument("--bertopic-python", type=Path, help="interpreter that has BERTopic (default: leave it out)")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Run the chosen parts one after another."""
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            PARTS[part](folder, chosen)
            print(flush=True)
