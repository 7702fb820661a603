"""Measuring a command as a whole: CPU seconds, wall seconds and peak memory of its process tree.

Belongs here: running and measuring. Does not belong here: what is measured.
"""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, all processes), wall seconds, and peak resident memory of the tree in bytes."""

    cpu: float
    wall: float
    peak: int

    def __str__(self) -> str:
        return f"{self.cpu:7.1f} CPU s {self.wall:7.1f} s wall {self.peak / 2**30:6.2f} GiB"


class BenchmarkError(Exception):
    """A measured command failed; the message holds the end of its output."""


def measure(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Cost:
    """Run ``command`` to its end. Raises :class:`BenchmarkError` when it fails."""
    log = folder / "benchmark.log"
    begun = time.monotonic()
    with open(log, "w", encoding="utf-8") as output:
        process = psutil.Popen(list(command), env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
        sampler = _Sampler(process)
        sampler.start()
        code = process.wait()
        sampler.stop()
    if code != 0:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{log.read_text(encoding='utf-8')[-2000:]}")
    return Cost(sampler.cpu, time.monotonic() - begun, sampler.peak)


class _Sampler(threading.Thread):
    """Looks at the tree every few milliseconds: memory is summed at each look, CPU kept per process until it ends."""

    def __init__(self, root: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self._root, self._ended = root, threading.Event()
        self._cpu: dict[int, float] = {}
        self.peak = 0

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values())

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        memory = 0
        try:
            tree = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in tree:
            try:
                memory += process.memory_info().rss
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
            except psutil.Error:
                continue
        self.peak = max(self.peak, memory)
