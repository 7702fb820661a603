"""Which published tables each kind of page is made from.

Belongs here: reading it off the questions that pages ask. Does not belong here: asking them (``asking``).
"""

import datetime as dt
from collections.abc import Sequence

from models.reports.campaign_questions import CampaignRequest, campaign_questions
from models.reports.channel import ALL, ChannelRequest, channel_questions
from models.reports.dashboard import DashboardRequest, dashboard_questions
from models.reports.diagnosis_facts import diagnosis_questions
from models.reports.history import HistoryRequest, history_questions
from models.reports.index import IndexRequest, index_questions
from models.reports.live import LiveRequest, live_questions
from models.reports.places import Kind
from models.reports.questions import Question
from models.reports.recommended import RecommendedRequest, recommended_questions
from models.reports.segment_results import SegmentRequest, segment_questions

_DAY = dt.date(2000, 1, 1)  # any: the tables are the same


def tables_of(batch: Kind) -> list[str]:
    """Names of the tables, sorted. 'dashboard' are the pages written along with it too."""
    return sorted({table for question in _asked(batch) for table in question.tables})


def _asked(batch: Kind) -> Sequence[Question]:
    if batch == "channel":
        return channel_questions(ChannelRequest(ALL, _DAY, _DAY))
    if batch == "day":
        return diagnosis_questions(_DAY)
    if batch == "segment":
        return segment_questions(SegmentRequest("any"))
    if batch == "index":
        return index_questions(IndexRequest(_DAY, "", ()))
    if batch == "campaign":
        return campaign_questions(CampaignRequest("", "", "", _DAY, _DAY))
    return [
        *dashboard_questions(DashboardRequest(_DAY)), *history_questions(HistoryRequest(_DAY, _DAY)),
        *recommended_questions(RecommendedRequest(_DAY)), *live_questions(LiveRequest(counted_on=_DAY)),
        Question("products", "products", {}),
    ]  # fmt: skip
