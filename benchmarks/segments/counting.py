"""Counting segments of a planted shop, in a process of its own.

Belongs here: compiling, asking, timing. Does not belong here: which questions (``conditions``), the report (``run``).
``counting ROOT CUSTOMERS EVENTS DAYS QUESTION…`` prints one line of JSON a question: see :func:`counted`. A question is
the number of a segment of five conditions, or ``wN``: windows of N days.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.segments.conditions import CONTEXT, five_conditions, windows_of
from benchmarks.segments.facts import PlantedFacts
from connectors.published.audience import Audience
from models.segments.sql.compile import compile_count


def counted(shop: PlantedFacts, question: str) -> dict[str, Any]:
    """Size of the segment; wall and CPU seconds from the document to the answer, files opened on the way."""
    began, cpu = time.perf_counter(), time.process_time()
    segment = windows_of(int(question[1:])) if question.startswith("w") else five_conditions(int(question))
    compiled = compile_count(segment, CONTEXT)
    tables = {
        name: None if span is None or span.first is None else (span.first, span.last)
        for name, span in compiled.tables.items()
    }
    with Audience(shop.published, shop.members) as audience:
        size = audience.ask(compiled.sql, compiled.parameters, tables).item()
    return {
        "question": question,
        "size": size,
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "days": max((1 + (days[1] - days[0]).days for days in tables.values() if days), default=0),
    }


def forget_files(shop: PlantedFacts) -> None:
    """Take the shop's files out of the operating system's cache, as far as it lets us."""
    for path in shop.root.rglob("*.parquet"):
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


if __name__ == "__main__":
    root, customers, events, days, *questions = sys.argv[1:]
    planted = PlantedFacts(Path(root), int(customers), int(events), int(days))
    for one in questions:
        print(json.dumps(counted(planted, one)), flush=True)
