"""A function run in a process of its own: what it took alone, and what it spent its time on.

Belongs here: processes, what they cost, timing of single operations. Does not belong here: what is measured.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from benchmarks.processes import Cost

Found = TypeVar("Found")
Operation = tuple[type, str]  # a class and the name of its method
_PRELOADED = ["benchmarks.sending.shop", "assets.campaigns.plans.deciding", "assets.campaigns.delivery.sending"]


@dataclass
class Spent:
    """``calls``, and of all of them the seconds that passed and the CPU seconds of the threads they ran in."""

    calls: int = 0
    wall: float = 0.0
    cpu: float = 0.0


def started(function: Callable[..., object], *arguments: Any) -> BaseProcess:
    """A process that calls ``function``, a module's own, by now on its way. Its imports are made before it begins."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(target=function, args=arguments)
    process.start()
    return process


def alone(function: Callable[..., Found], *arguments: Any) -> Found:
    """What ``function`` returns, called in a process of its own. Raises RuntimeError where it fails, having printed
    why."""
    receives, sends = multiprocessing.get_context("forkserver").Pipe(duplex=False)
    process = started(_answer, sends, function, arguments)
    sends.close()
    try:
        found: Found = receives.recv()
    except EOFError:
        raise RuntimeError(f"{function.__module__}.{function.__name__} failed") from None
    process.join()
    return found


@contextmanager
def cost() -> Iterator[list[Cost]]:
    """A list that holds, after the block, what this process took in it; the peak is that of its life."""
    found: list[Cost] = []
    began, before = time.perf_counter(), _cpu()
    yield found
    took = time.perf_counter() - began
    found.append(Cost(_cpu() - before, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


@contextmanager
def timed(operations: Mapping[str, Operation]) -> Iterator[dict[str, Spent]]:
    """What each operation takes within the block, in all threads together, by the names given."""
    took: list[tuple[str, float, float]] = []
    spent = {name: Spent() for name in operations}
    before = {name: getattr(owner, method) for name, (owner, method) in operations.items()}
    for name, (owner, method) in operations.items():
        setattr(owner, method, _noting(name, before[name], took))
    try:
        yield spent
    finally:
        for name, (owner, method) in operations.items():
            setattr(owner, method, before[name])
        for name, wall, cpu in took:
            one = spent[name]
            one.calls, one.wall, one.cpu = one.calls + 1, one.wall + wall, one.cpu + cpu


def _noting(name: str, inner: Callable[..., Any], took: list[tuple[str, float, float]]) -> Callable[..., Any]:
    @wraps(inner)
    def noted(*given: Any, **named: Any) -> Any:
        began, cpu = time.perf_counter(), time.thread_time()
        try:
            return inner(*given, **named)
        finally:
            took.append((name, time.perf_counter() - began, time.thread_time() - cpu))

    return noted


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _answer(sends: Connection, function: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    sends.send(function(*arguments))
