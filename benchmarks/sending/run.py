"""`python -m benchmarks sending`: what campaigns promise, from deciding to the vendor's count.

Belongs here: which parts there are. Does not belong here: the parts. See docs/benchmarks.md.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.sending import crash, deciding, ledger, rate, through, tick, variants

PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "decide": deciding.run,
    "variants": variants.run,
    "ledger": ledger.run,
    "send": through.run,
    "rate": rate.run,
    "crash": crash.run,
    "tick": tick.run,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    for part in (deciding, ledger, through, rate, crash, tick):
        part.add_options(parser)


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Run the chosen parts one after another."""
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            PARTS[part](folder, chosen)
            print(flush=True)
