"""`python -m benchmarks propensity`: what AI targets promise, beside recency and frequency and BG/NBD in the same run.

Belongs here: which parts there are. Does not belong here: the parts. See docs/benchmarks.md.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.propensity import repurchase, scale, shop

PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "target-shop": shop.run,
    "target-uci": repurchase.run,
    "target-scale": scale.run,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark; `--uci` is an option of `recommend`."""
    for part in (shop, scale):
        part.add_options(parser)


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Run the chosen parts one after another."""
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            PARTS[part](folder, chosen)
            print(flush=True)
