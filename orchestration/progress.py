"""Progress of a run on the terminal: a line an asset.

Belongs here: turning Dagster's events into lines, remembering what failed. Does not belong here: the full event log
(the Dagster instance keeps it).
"""

import io
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

import dagster as dg
from dagster._core.log_manager import get_log_record_event, get_log_record_metadata, has_log_record_event

LOGGER_KEY = "progress"
_NOISE = (
    "A dbt subsetted",
    "Running dbt command",
    "Finished dbt command",
    "Overriding default `DBT",
    "Dependencies for step",
)  # dagster-dbt's


@dataclass
class Progress:
    """Lines of one run. Writes to a copy of standard output: the original is captured while steps run."""

    stream: IO[str] | io.TextIOBase
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def say(self, text: str) -> None:
        with suppress(BrokenPipeError):  # who read the lines has gone (head, less): the run goes on
            self.stream.write(text + "\n")
            self.stream.flush()

    def take(self, record: logging.LogRecord) -> None:
        """Turn one record of the run's log into a line, or into nothing."""
        if not has_log_record_event(record):
            text = get_log_record_metadata(record)["orig_message"]
            if record.levelno >= logging.INFO and not text.startswith(_NOISE):
                self.say(f"  {text}")
            return
        event = get_log_record_event(record)
        if event.event_type_value == "ASSET_MATERIALIZATION":
            self._materialised(event.step_materialization_data.materialization)
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            self._checked(event.asset_check_evaluation_data)
        elif event.event_type_value in ("STEP_FAILURE", "STEP_UP_FOR_RETRY"):
            self._failed(event)

    def _materialised(self, materialization: dg.AssetMaterialization) -> None:
        path = tuple(materialization.asset_key.path)
        if path in self._seen:  # a range of days brings an event a day
            return
        self._seen.add(path)
        told = materialization.metadata
        rows = _number(told, "dagster/row_count")
        seconds = _number(told, "duration_seconds", "Execution Duration")
        columns = ["" if rows is None else f"{rows:>12,.0f} rows", "" if seconds is None else f"{seconds:6.1f} s"]
        self.say(f"✓ {'/'.join(path):<40} {columns[0]:>17} {columns[1]}".rstrip())

    def _checked(self, evaluation: Any) -> None:
        if evaluation.passed:
            return
        name = f"{'/'.join(evaluation.asset_key.path)}: {evaluation.check_name}"
        failed_rows = evaluation.metadata.get("dagster/failed_row_count") or evaluation.metadata.get(
            "dagster_dbt/failed_row_count"
        )
        why = evaluation.description or (f"{failed_rows.value} rows break it" if failed_rows else "did not hold")
        if evaluation.severity == dg.AssetCheckSeverity.WARN:
            self.warnings.append(f"{name}: {why}")
            self.say(f"! {name}: {why}")
        else:
            self.failures.append(f"check {name}: {why}")
            self.say(f"✗ {name}: {why}")

    def _failed(self, event: dg.DagsterEvent) -> None:
        retry = event.event_type_value == "STEP_UP_FOR_RETRY"
        why = _reason(event)
        self.say(f"{'↻' if retry else '✗'} {event.step_key}: {why}")
        if not retry:
            self.failures.append(f"step {event.step_key}: {why}")


class SpokenLines(io.TextIOBase):
    """A stream whose lines are handed to ``say``."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._say(line)
        return len(text)


def _reason(event: dg.DagsterEvent) -> str:
    data: Any = event.event_specific_data
    failure = getattr(data, "user_failure_data", None)
    if failure is not None and failure.description:
        return str(failure.description)
    error = getattr(data, "error", None)
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message).strip() if error is not None else "failed"


def _number(metadata: Any, *names: str) -> float | None:
    for name in names:
        value = getattr(metadata.get(name), "value", None)
        if isinstance(value, int | float):
            return float(value)
    return None


def open_stream() -> IO[str]:
    """A copy of standard output that stays the terminal while Dagster captures the original."""
    try:
        return os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    except (OSError, ValueError, AttributeError):  # standard output is not a file (a test's buffer)
        return sys.stdout


def progress_logger(progress: Progress) -> dg.LoggerDefinition:
    """The Dagster logger that feeds ``progress``."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            progress.take(record)

    def lines(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("dangol.progress", level=logging.DEBUG)
        logger.addHandler(Handler())
        return logger

    return dg.LoggerDefinition(lines, description="A line an asset on the terminal")
