"""Ending a process in the middle of what it does, for tests of crashes."""

from typing import Any


class Cut(BaseException):
    """The end of a process: nothing may catch it."""


class CutAt:
    """Lets through what it wraps, until the ``number``-th call (from 0)."""

    def __init__(self, wrapped: Any, number: int) -> None:
        self.wrapped, self.number, self.calls = wrapped, number, 0

    def __get__(self, instance: Any, owner: Any) -> Any:
        return lambda *arguments, **more: self(instance, *arguments, **more)

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        self.calls += 1
        if self.calls > self.number:
            raise Cut
        return self.wrapped(*arguments, **more)
