"""`python -m benchmarks`: measure what the project promises. Prints figures, judges nothing; see docs/benchmarks.md.

Belongs here: choosing benchmarks and their size. Does not belong here: measuring (``processes``).
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import added_day, full_refresh, overhead
from benchmarks.attribution import run as attribution
from benchmarks.propensity import run as propensity
from benchmarks.recommend import run as recommend
from benchmarks.segments import run as segments
from benchmarks.sending import run as sending
from benchmarks.taste import run as taste

BENCHMARKS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "overhead": lambda folder, chosen: overhead.run(folder, chosen.events),
    "full-refresh": lambda folder, chosen: full_refresh.run(folder, chosen.events),
    "added-day": lambda folder, chosen: added_day.run(folder, chosen.events),
    "taste": taste.run,
    "recommend": recommend.run,
    "propensity": propensity.run,
    "segments": segments.run,
    "sending": sending.run,
    "attribution": attribution.run,
}


def main() -> None:
    """Run the chosen benchmarks, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--events", type=int, default=10_000_000, help="events of the simulated shop (default 10 M)")
    parser.add_argument("--folder", type=Path, help="where the shops are kept between calls (default: a new folder)")
    parts = sorted({*taste.PARTS, *recommend.PARTS, *propensity.PARTS, *sending.PARTS, *attribution.PARTS})
    parser.add_argument(
        "--parts",
        nargs="+",
        metavar="PART",
        choices=parts,
        help=f"parts to run of benchmarks that have parts (default: all): {', '.join(parts)}",
    )
    taste.add_options(parser)
    recommend.add_options(parser)
    propensity.add_options(parser)
    segments.add_options(parser)
    sending.add_options(parser)
    attribution.add_options(parser)
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as scratch:
        folder = chosen.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.names or BENCHMARKS:
            BENCHMARKS[name](folder.resolve(), chosen)
            print(flush=True)


if __name__ == "__main__":
    main()
