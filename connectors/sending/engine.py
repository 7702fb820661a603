"""The sending engine: takes a reserved send from the ledger and makes its requests, resumable at any moment.

Belongs here: the order of work. Does not belong here: vendors (``connectors.channels``), what the ledger knows
(``connectors.store.ledger``), deciding who gets what (``models.campaigns``).

One thread claims, composes, records and decides; the pool's threads do nothing but make requests. The process may die
anywhere: what it had claimed stays under open requests, which the next run (or another worker, after a while) looks up
at the vendor before anything of them is sent again.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from connectors.sending.job import Job, Policy, Report
from connectors.sending.looking_up import look_up
from connectors.sending.requesting import Made, make
from connectors.sending.senders import Senders
from connectors.store.ledger.claiming import Wish
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Claim, Closed, Ending, Parcel

_LOOKED_UP_AT_ONCE = 8
_TICK = 0.2  # seconds between looks at what other workers leave behind
_GATHER = 0.02  # seconds after an answer in which others are waited for, to be written down with it
_NOBODY = dt.timedelta(minutes=2)  # until a request is asked about whose sender is not set up any more


class Engine:
    """One worker on one send. ``clock``: aware UTC; ``sleep``: seconds; ``pool``: its threads bound the requests under
    way, besides ``policy.in_flight``. New ones are made once half of those have ended, so that messages are claimed and
    composed many at once: that costs a third of what one request after the other would."""

    def __init__(
        self,
        ledger: Ledger,
        job: Job,
        policy: Policy,
        *,
        clock: Callable[[], dt.datetime],
        sleep: Callable[[float], None],
        pool: Executor,
    ) -> None:
        self._ledger, self._job, self._policy = ledger, job, policy
        self._clock, self._sleep, self._pool = clock, sleep, pool
        self._senders = Senders(job.channels, job.routes, policy)
        self._flying: set[Future[Made]] = set()
        self._send = ledger.progress(job.send_no)
        self._looked_at: dt.datetime | None = None

    def run(self, until: dt.datetime | None = None) -> Report:
        """Send until nothing is left, the send is stopped, there is nothing to do for ``policy.longest_wait`` seconds,
        or the time is up. Safe to call again at any moment, by any number of workers. Raises what the composer raises,
        and ValueError for a variant without a route."""
        self._take_over(own=True)
        try:
            while True:
                self._collect(2 * len(self._flying) > self._policy.in_flight)
                self._look()
                if until is not None and self._clock() >= until:
                    return Report("waiting", self._send, self._clock())
                claim = self._claim()
                if claim.parcels:
                    self._launch(claim.parcels)
                elif self._flying:
                    self._collect(True)
                elif (report := self._idle(claim)) is not None:
                    return report
        finally:
            while self._flying:
                self._collect(True)

    def _claim(self) -> Claim:
        now = self._clock()
        variants = self._senders.usable(now)
        if not variants:
            return Claim("sending", wait_until=self._senders.next_up())
        largest = max(channel.batch_size for channel in self._job.channels.values())
        wish = Wish(
            worker=self._job.worker,
            most=max(1, self._policy.in_flight - len(self._flying)) * largest,
            variants=variants,
            assign=lambda variant: self._senders.assign(variant, now),
            day=now.astimezone(self._job.zone).date().isoformat(),
            daily_limit=self._job.daily_limit,
            rate=self._job.rate,
        )
        return self._ledger.claim(self._job.send_no, wish)

    def _launch(self, parcels: Sequence[Parcel]) -> None:
        rows = [row for parcel in parcels for row in parcel.rows]
        try:
            composed = self._job.composer.compose(self._send, rows, self._clock())
        except BaseException:
            self._record([Made(parcel, "unknown", _untouched(parcel)) for parcel in parcels])
            raise
        for parcel in parcels:
            delay = (parcel.go_at - self._clock()).total_seconds()
            if delay > 0:
                self._sleep(delay)
            channel, template = self._job.channels[parcel.sender], self._job.routes[parcel.variant].template
            its = {row.seq: composed[row.seq] for row in parcel.rows if row.seq in composed}
            within, has_limit = self._policy.start_within, self._job.daily_limit is not None
            given = (channel, self._send, parcel, template, its, self._clock, within, has_limit)
            self._flying.add(self._pool.submit(make, *given))

    def _collect(self, block: bool) -> None:
        """Write down the requests that ended; ``block``: wait for at least one."""
        if not self._flying:
            return
        done, flying = wait(self._flying, timeout=None if block else 0, return_when=FIRST_COMPLETED)
        if block and flying:
            done, _ = wait(self._flying, timeout=_GATHER)
        self._flying -= done
        if done:
            self._record(sorted((task.result() for task in done), key=lambda one: one.parcel.attempt_no))

    def _record(self, made: Sequence[Made]) -> None:
        now = self._clock()
        for one in made:
            if one.health == "well":
                self._senders.well(one.parcel.sender)
            elif one.health == "failed":
                self._senders.failed(one.parcel.sender, now, one.retry_after)
            else:
                self._senders.unprobed(one.parcel.sender)
        self._send = self._ledger.close(self._job.send_no, [self._closed(one, now) for one in made])
        known = self._send.accepted + self._send.delivered + self._send.failed
        if known >= self._policy.stop_after and self._send.share_failed > self._policy.stop_share:
            self._send = self._ledger.stop(self._job.send_no, "too_many_failed")

    def _closed(self, one: Made, now: dt.datetime) -> Closed:
        channel, endings = self._job.channels[one.parcel.sender], list(one.endings)
        for row in one.again:
            if one.is_try and row.tries + 1 >= self._policy.most_tries:
                endings.append(Ending(row.seq, "failed", code=one.code or "too_many_tries"))
            else:
                again_at = self._senders.free_at(row.variant, now)
                if one.health == "well":  # the vendor refused single messages for now
                    again_at = now + dt.timedelta(seconds=self._policy.pause(row.tries + 1))
                endings.append(Ending(row.seq, "reserved", one.code, not_before=again_at, is_try=one.is_try))
        if len(endings) < len(one.parcel.rows):
            return Closed(one.parcel, "ambiguous", endings, now + channel.lookup_after, one.request_id)
        if channel.results_for and any(ending.state == "accepted" for ending in endings):
            look_at = now + dt.timedelta(seconds=self._policy.first_poll)
            return Closed(one.parcel, "answered", endings, look_at, one.request_id)
        return Closed(one.parcel, "settled", endings, request_id=one.request_id)

    def _take_over(self, *, own: bool) -> None:
        longest = max((channel.lookup_after for channel in self._job.channels.values()), default=_NOBODY)
        patience = dt.timedelta(seconds=self._policy.patience)
        worker = self._job.worker if own else None
        self._ledger.take_over(self._job.send_no, patience=patience, wait=longest, worker=worker)

    def _look(self) -> None:
        """Ask about requests in doubt, not more often than every tick."""
        now = self._clock()
        if self._looked_at is not None and (now - self._looked_at).total_seconds() < _TICK:
            return
        self._looked_at = now
        doubtful = self._ledger.in_doubt(self._job.send_no, _LOOKED_UP_AT_ONCE)
        if doubtful:
            closed = [look_up(self._job, self._policy, self._send, parcel, self._clock()) for parcel in doubtful]
            self._send = self._ledger.close(self._job.send_no, closed)

    def _idle(self, claim: Claim) -> Report | None:
        """Nothing to claim and nothing under way: the report, or None after a short wait."""
        number = self._job.send_no
        if claim.is_broke:
            return Report("stopped", self._ledger.stop(number, "cost_limit"))
        if claim.state == "expired":
            self._ledger.expire()
        self._take_over(own=False)
        self._send = send = self._ledger.finish(number)
        doubt = self._ledger.next_doubt(number)
        if send.state != "sending" and not send.sending:
            return Report(send.state, send)
        now = self._clock()
        if send.state == "sending" and send.reserved and claim.wait_until is None and not send.sending:
            raise ValueError(f"send {send.send_id} has messages of variants that no route is given for")
        moments = [moment for moment in (claim.wait_until, doubt) if moment is not None]
        nearest = min(moments, default=now + dt.timedelta(seconds=_TICK))
        if (nearest - now).total_seconds() > self._policy.longest_wait:
            return Report("waiting", send, nearest)
        if send.state == "stopped" and doubt is None:
            return Report(send.state, send)
        pause = max((nearest - now).total_seconds(), 0.01)
        self._sleep(min(pause, _TICK) if send.sending else pause)
        return None


def _untouched(parcel: Parcel) -> tuple[Ending, ...]:
    return tuple(Ending(row.seq, "reserved", is_try=False) for row in parcel.rows)
