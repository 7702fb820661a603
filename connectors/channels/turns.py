"""One batch that has to become several requests: what is known of each message when one of them fails.

Belongs here: the order of requests and the outcomes after a failure. Does not belong here: why a batch is divided (a
vendor takes one type, template or picture a request: the modules of the vendors).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from connectors.channels.protocol import Ambiguous, Answer, ChannelError, Message, Outcome, Outcomes, Refused

Key = TypeVar("Key")


def grouped(messages: Iterable[Message], key: Callable[[Message], Key]) -> dict[Key, list[Message]]:
    """Messages by what they share, groups and messages in the order in which they came."""
    found: dict[Key, list[Message]] = {}
    for message in messages:
        found.setdefault(key(message), []).append(message)
    return found


def in_turn(groups: Mapping[Key, Sequence[Message]], post: Callable[[Key, Sequence[Message]], Answer]) -> Answer:
    """One request after another. Raises what the first raises while nothing else is known; else each message says.

    After a failure that is not about the request itself no further request is made: those messages may be sent again.
    """
    outcomes: list[Outcome] = []
    requests: list[str] = []
    stopped: str | None = None
    for key, messages in groups.items():
        if stopped is not None:
            outcomes += all_of(messages, "retry", stopped)
            continue
        try:
            answer = post(key, messages)
        except ChannelError as error:
            if len(groups) == 1 or (not outcomes and not isinstance(error, Ambiguous | Refused)):
                raise
            if not isinstance(error, Refused):
                stopped = error.code or "stopped"
            outcomes += all_of(messages, _after(error), error.code)
        else:
            outcomes += answer.outcomes
            requests += [answer.request_id] if answer.request_id else []
    return Answer(outcomes, ",".join(requests) or None)


def all_of(messages: Sequence[Message], state: Outcomes, code: str | None) -> list[Outcome]:
    """The same outcome for each."""
    return [Outcome(message.id, state, code=code) for message in messages]


def _after(error: ChannelError) -> Outcomes:
    if isinstance(error, Refused):
        return "refused"
    return "ambiguous" if isinstance(error, Ambiguous) else "retry"


def text_of(content: Mapping[str, Any], name: str) -> str:
    """A text of a message's content; empty when there is none."""
    value = content.get(name)
    return value if isinstance(value, str) else ""
