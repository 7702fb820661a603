"""Whether one customer is in a segment, from that customer's facts alone.

Belongs here: all, any and not, include and exclude, segments that name others. Does not belong here: single leaves
(``behaviour``, ``people``). The same segment compiled to SQL gives the same answer: a test holds them equal.
"""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from models.segments.checks import check_segments, needed_segments
from models.segments.context import Context
from models.segments.document import Condition, Segment
from models.segments.leaves import AcquisitionTest, CartTest, EnvironmentTest, EventTest, PurchaseTest, VisitTest
from models.segments.leaves_people import (
    ConsentTest,
    CustomerTest,
    CustomTest,
    CycleTest,
    MemberTest,
    SegmentTest,
)
from models.segments.memory import behaviour, people
from models.segments.memory.facts import CustomerFacts

_Leaf = Callable[[Any, CustomerFacts, Context], bool]
_LEAVES: Final[dict[type[BaseModel], _Leaf]] = {
    EventTest: behaviour.events,
    VisitTest: behaviour.visits,
    PurchaseTest: behaviour.purchases,
    CartTest: behaviour.cart,
    AcquisitionTest: behaviour.acquisition,
    EnvironmentTest: lambda test, customer, context: behaviour.visits(test.visits, customer, context),
    MemberTest: people.member,
    ConsentTest: people.consent,
    CustomTest: people.custom,
    CustomerTest: people.customer_figures,
    CycleTest: people.cycle_due,
    SegmentTest: people.found_segment,
}


class Evaluator:
    """A segment made ready for many customers, one at a time. Raises :class:`DocumentError` for what is wrong beside
    others (see ``checks``)."""

    def __init__(self, segment: Segment, context: Context) -> None:
        check_segments([segment], context)
        self._context = context
        self._segments = needed_segments([segment], context)  # those named come first

    def matches(self, customer: CustomerFacts) -> bool:
        """Whether the customer is in the segment."""
        answers: dict[str, bool] = {}
        for one in self._segments:
            answers[one.id] = self._holds(one.include, customer, answers) and not (
                one.exclude is not None and self._holds(one.exclude, customer, answers)
            )
        return answers[self._segments[-1].id]

    def _holds(self, condition: Condition, customer: CustomerFacts, answers: dict[str, bool]) -> bool:
        leaf = condition.leaf
        if isinstance(leaf, SegmentTest) and leaf.is_rule:
            return answers[leaf.id]
        if leaf is not None:
            return _LEAVES[type(leaf)](leaf, customer, self._context)
        if condition.not_ is not None:
            return not self._holds(condition.not_, customer, answers)
        holds = (self._holds(part, customer, answers) for part in condition.parts)
        return all(holds) if condition.all_ else any(holds)


def matches(segment: Segment, customer: CustomerFacts, context: Context) -> bool:
    """Whether a customer is in a segment. Raises :class:`DocumentError` for what is wrong beside others."""
    return Evaluator(segment, context).matches(customer)
