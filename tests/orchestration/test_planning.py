import datetime as dt
from types import SimpleNamespace

import pytest

from connectors.home.settings import Settings
from orchestration.partitions import first_receive_day
from orchestration.planning import (
    MAX_ATTEMPTS,
    MOST_EMPTY_DAYS,
    QUIET_SECONDS,
    Attempt,
    DayRange,
    PendingFile,
    Request,
    Skip,
    batch_id,
    plan_schedule,
    plan_sensor,
    range_of,
    requested_range,
)

FIRST, TODAY = dt.date(2025, 1, 1), dt.date(2025, 9, 30)


def day(number: int, month: int = 9) -> dt.date:
    return dt.date(2025, month, number)


def waiting(*days: dt.date, written_at: float = 0.0) -> list[PendingFile]:
    return [PendingFile(f"events/received_day={d}/{i:010d}-a.parquet", d, written_at) for i, d in enumerate(days)]


@pytest.mark.feature("M3")
class TestRange:
    def test_spans_all_pending_days(self) -> None:
        assert range_of(waiting(day(3), day(1), day(7)), FIRST, TODAY) == DayRange(day(1), day(7))

    def test_ends_before_a_long_gap(self) -> None:
        late = day(1) + dt.timedelta(days=MOST_EMPTY_DAYS + 3)
        assert range_of(waiting(late, day(1), day(2)), FIRST, late) == DayRange(day(1), day(2))
        near = day(2) + dt.timedelta(days=MOST_EMPTY_DAYS)
        assert range_of(waiting(near, day(1), day(2)), FIRST, near) == DayRange(day(1), near)

    def test_is_none_without_pending_files(self) -> None:
        assert range_of([], FIRST, TODAY) is None

    def test_keeps_within_the_partitions(self) -> None:
        assert range_of(waiting(dt.date(2019, 1, 1)), FIRST, TODAY) == DayRange(FIRST, FIRST)
        assert range_of(waiting(dt.date(2031, 1, 1)), FIRST, TODAY) == DayRange(TODAY, TODAY)

    @pytest.mark.parametrize(
        ("start", "end", "pending", "expected"),
        [
            (day(2), day(4), None, DayRange(day(2), day(4))),
            (day(2), None, None, DayRange(day(2), TODAY)),
            (day(2), None, DayRange(day(1), day(5)), DayRange(day(2), day(5))),
            (day(9), None, DayRange(day(1), day(5)), DayRange(day(9), day(9))),
            (None, day(4), DayRange(day(1), day(5)), DayRange(day(1), day(4))),
            (None, day(4), None, DayRange(day(4), day(4))),
            (None, None, DayRange(day(1), day(5)), DayRange(day(1), day(5))),
            (None, None, None, DayRange(TODAY, TODAY)),
        ],
    )
    def test_open_ends_reach_as_far_as_pending_files(
        self, start: dt.date | None, end: dt.date | None, pending: DayRange | None, expected: DayRange
    ) -> None:
        assert requested_range(start, end, pending, FIRST, TODAY) == expected

    @pytest.mark.parametrize(
        ("start", "end", "words"),
        [
            (day(5), day(4), "lies after"),
            (dt.date(2024, 1, 1), day(4), "first_day"),
            (day(4), dt.date(2026, 1, 1), "--to"),
        ],
    )
    def test_impossible_ranges_are_refused(self, start: dt.date, end: dt.date, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            requested_range(start, end, None, FIRST, TODAY)


@pytest.mark.feature("M4")
class TestSensorPlanner:
    files = waiting(day(1), day(3))

    def plan(
        self,
        files: list[PendingFile] | None = None,
        attempts: tuple[Attempt, ...] = (),
        now: float = 1000.0,
        busy: bool = False,
    ) -> Request | Skip:
        return plan_sensor(self.files if files is None else files, attempts, now, FIRST, TODAY, any_in_flight=busy)

    def test_asks_for_one_run_over_all_days(self) -> None:
        request = self.plan()
        assert request == Request(DayRange(day(1), day(3)), batch_id(self.files), 1)
        assert isinstance(request, Request)
        assert request.run_key == f"{batch_id(self.files)}__attempt1"

    def test_the_same_files_are_the_same_batch_in_any_order(self) -> None:
        assert batch_id(self.files) == batch_id(list(reversed(self.files)))
        assert batch_id(self.files) != batch_id(self.files[:1])

    def test_nothing_waiting_asks_for_nothing(self) -> None:
        assert isinstance(self.plan(files=[]), Skip)

    def test_never_asks_while_a_run_is_under_way(self) -> None:
        assert isinstance(self.plan(busy=True), Skip)
        assert isinstance(self.plan(attempts=(Attempt(1, in_flight=True, failed=False),)), Skip)

    def test_waits_until_no_more_files_come(self) -> None:
        fresh = waiting(day(1), written_at=1000.0)
        assert isinstance(self.plan(fresh, now=1000.0 + QUIET_SECONDS - 1), Skip)
        assert isinstance(self.plan(fresh, now=1000.0 + QUIET_SECONDS), Request)

    def test_a_file_from_the_future_does_not_wait_for_ever(self) -> None:
        assert isinstance(self.plan(waiting(day(1), written_at=9999.0), now=1000.0), Request)

    def test_a_failed_run_is_asked_for_again_a_bounded_number_of_times(self) -> None:
        attempts: tuple[Attempt, ...] = ()
        asked = []
        for _ in range(10):
            decision = self.plan(attempts=attempts)
            if isinstance(decision, Skip):
                break
            asked.append(decision.run_key)
            attempts = (*attempts, Attempt(decision.attempt, in_flight=False, failed=True))
        assert len(asked) == len(set(asked)) == MAX_ATTEMPTS


@pytest.mark.feature("M4")
class TestSchedulePlanner:
    def test_covers_yesterday(self) -> None:
        assert plan_schedule([], FIRST, day(10)) == DayRange(day(10), day(10))

    def test_reaches_back_for_files_that_came_late_but_not_for_ever(self) -> None:
        assert plan_schedule(waiting(day(6)), FIRST, day(10)) == DayRange(day(6), day(10))
        assert plan_schedule(waiting(day(1)), FIRST, day(10)) == DayRange(day(10), day(10))

    def test_leaves_today_to_the_sensor(self) -> None:
        assert plan_schedule(waiting(day(11)), FIRST, day(10)) == DayRange(day(10), day(10))


@pytest.mark.feature("M3")
def test_partitions_begin_with_the_data() -> None:
    class Landing:
        def __init__(self, *days: dt.date | None) -> None:
            self._days = days

        def files(self, _kind: str) -> list[SimpleNamespace]:
            return [SimpleNamespace(received_day=day) for day in self._days]

    settings = Settings(first_day=dt.date(2025, 1, 1))
    assert first_receive_day(settings, Landing()) == dt.date(2025, 1, 1)
    assert first_receive_day(settings, Landing(dt.date(2025, 3, 2), dt.date(2025, 3, 1), None)) == dt.date(2025, 3, 1)
    assert first_receive_day(settings, Landing(dt.date(2019, 3, 2))) == dt.date(2025, 1, 1)


@pytest.mark.feature("M3")
def test_a_range_begins_no_earlier_than_the_partitions() -> None:
    days = DayRange(dt.date(2025, 1, 1), dt.date(2025, 1, 9))
    assert days.not_before(dt.date(2025, 1, 5)) == DayRange(dt.date(2025, 1, 5), dt.date(2025, 1, 9))
    assert days.not_before(dt.date(2024, 1, 5)) == days
    with pytest.raises(ValueError, match="nothing was received until 2025-01-09"):
        days.not_before(dt.date(2025, 1, 10))
