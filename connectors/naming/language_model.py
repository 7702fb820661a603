"""Asking a language model for a name, at most once for the same content and never beyond the day's budget.

Belongs here: the order of things around a request: what is kept, what may be spent, when to repeat, when to stop.
Does not belong here: what is asked (``system`` and ``user`` come ready from the caller and nothing else is sent), what
makes a good name, and what to do without one (the caller's).
"""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from connectors.naming.access import NamingAccess
from connectors.naming.backoff import LONGEST_WAIT, wait_before_retry
from connectors.naming.store import Answer, Declined, NameStore
from connectors.naming.vendor import Kind, NoAnswer, open_client, request_name

if TYPE_CHECKING:
    from openai import OpenAI

_OUTAGES_BEFORE_STOPPING = 2  # questions in a row that found nobody, each after all its attempts


class LanguageModel:
    """An OpenAI-compatible model for the length of one run.

    ``label`` goes into ``named_by``; ``calls`` counts the requests made by this object. Every request counts against
    ``calls_per_day``, repetitions too: a request that timed out may well have been billed.
    """

    def __init__(
        self,
        access: NamingAccess,
        store: NameStore,
        *,
        calls_per_day: int,
        today: Callable[[], dt.date],
        say: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        timeout_seconds: float = 20,
        attempts: int = 4,
    ) -> None:
        self.label = f"openai:{access.model}"
        self.calls = 0
        self._access = access
        self._store = store
        self._calls_per_day = calls_per_day
        self._today = today
        self._tell = say
        self._sleep = sleep
        self._jitter = jitter
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._json_mode = False
        self._outages = 0
        self._stopped = False
        self._said: set[str] = set()

    def ask(self, key: str, system: str, user: str) -> Answer | None:
        """The answer kept under ``key``, else the model's, which is kept before anything else happens.

        None, with a line that says why, when the model declined (kept too: this model is not asked the same again),
        can not be reached, or may not be asked. Raises nothing for what a server or the network does.
        """
        kept = self._store.get(key)
        if isinstance(kept, Answer):
            return kept
        if self._stopped:
            return None
        if self._access.problem:
            self._stop(self._access.problem)
            return None
        if isinstance(kept, Declined) and kept.declined_by == self._declined_by:
            self._say(f"no name for {_short(key)}: declined before ({kept.reason})")
            return None
        outcome = self._ask_vendor(system, user)
        if isinstance(outcome, NoAnswer):
            self._give_up(key, outcome)
            return None
        self._keep(key, outcome)
        self._outages = 0
        return outcome

    @property
    def _declined_by(self) -> str:
        return f"{self.label} at {self._access.shown_url}"

    def _ask_vendor(self, system: str, user: str) -> Answer | NoAnswer:
        """Ask until there is an outcome that another try would not change, or the attempts are used up."""
        client = open_client(self._access, self._timeout_seconds)
        if isinstance(client, NoAnswer):
            return client
        with client:
            attempt = 1
            while True:
                outcome = self._send(client, system, user)
                if isinstance(outcome, NoAnswer) and outcome.kind is Kind.NO_SCHEMA:
                    self._say(f"{outcome.why}: asking in JSON mode instead")
                    self._json_mode = True
                    outcome = self._send(client, system, user)
                if isinstance(outcome, Answer) or outcome.kind is not Kind.TRANSIENT:
                    return outcome
                wait = wait_before_retry(attempt, outcome.retry_after, self._jitter())
                if wait > LONGEST_WAIT:
                    return NoAnswer(Kind.PERMANENT, f"{outcome.why}, and is to be left alone for {wait:,.0f} s")
                if attempt >= self._attempts:
                    return outcome
                self._tell(f"{outcome.why}; trying again in {wait:.1f} s")
                self._sleep(wait)
                attempt += 1

    def _send(self, client: "OpenAI", system: str, user: str) -> Answer | NoAnswer:
        """One request, counted before it is made."""
        day = self._today()
        try:
            may_call = self._store.reserve(day, self._calls_per_day)
        except OSError as error:
            return NoAnswer(Kind.PERMANENT, f"the count of calls can not be written ({error.strerror or error})")
        if not may_call:
            return NoAnswer(Kind.NO_BUDGET, f"the {self._calls_per_day} calls of {day} are used up")
        self.calls += 1
        return request_name(client, self._access, system, user, json_mode=self._json_mode, named_by=self.label)

    def _give_up(self, key: str, outcome: NoAnswer) -> None:
        if outcome.kind is Kind.NO_BUDGET:
            self._say(f"{self.label} is not asked: {outcome.why}")
            return
        if outcome.kind is Kind.PERMANENT:
            self._stop(outcome.why)
            return
        if outcome.kind is Kind.DECLINED:
            self._outages = 0
            self._say(f"no name for {_short(key)}: {outcome.why}")
            self._keep(key, Declined(outcome.why, self._declined_by))
            return
        self._outages += 1
        if self._outages >= _OUTAGES_BEFORE_STOPPING:
            self._stop(outcome.why)
        else:
            self._say(f"no name for {_short(key)}: {outcome.why}, {self._attempts} times")

    def _keep(self, key: str, reply: Answer | Declined) -> None:
        try:
            self._store.put(key, reply)
        except OSError as error:  # unkept replies are paid for again: better to stop than to go on
            self._stop(f"the reply could not be kept ({error.strerror or error})")

    def _stop(self, why: str) -> None:
        self._stopped = True
        self._say(f"{self.label} is not asked any more in this run: {why}")

    def _say(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._tell(line)


def _short(key: str) -> str:
    return key if len(key) <= 24 else f"{key[:12]}..."
