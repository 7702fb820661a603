"""The report on a campaign: nine parts from basic information to the product ranking, and what may be concluded.

Belongs here: which part stands where. Does not belong here: questions (``campaign_questions``), parts that compare
(``campaign_parts``), phrases (``campaign_phrases``), HTML (``page``).
"""

from collections.abc import Mapping
from typing import Final

from models.reports.campaign_parts import (
    hours_section,
    lift_section,
    models_section,
    sent_hours_section,
    traits_section,
    variants_section,
)
from models.reports.campaign_questions import MOST_ORDERS, MOST_PRODUCTS, CampaignRequest
from models.reports.conservation import conservation_section
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Chart, Facts, Figures, Heading, Notice, Page, Section, Series, Window
from models.reports.questions import Answer, Number
from models.reports.results import card, collecting, nothing, number, shown, strip
from models.reports.results_words import WINDOWS, ResultWords
from models.reports.tables import Shown, series_of, table_of

_CARDS: Final = ("messages", "success_rate", "open_rate", "click_rate", "conversion_rate", "orders", "revenue", "cost",
                 "roas")  # fmt: skip
_NO_RECEIPTS: Final = ("email", "push")  # channels whose vendors never say that a message arrived
_SENT: Final = ("messages", "accepted", "delivered", "failed", "unknown", "waiting", "cancelled", "expired")
_STRIP: Final = ("clicked", "click_rate", "ordered", "conversion_rate", "orders", "gross_revenue", "refund_amount",
                 "revenue", "roas")  # fmt: skip
_CHOSEN: Final = (("meant", "targeted", "targeted"), ("left_out", "excluded", "excluded"),
                  ("held_out", "holdout", "held_out"))  # fmt: skip
_FUNNEL: Final = ("messages", "accepted", "opened", "clicked", "viewed", "carted", "ordered")
_STEPS: Final = {"carted": "put_into_cart"}
_DATA: Final = ("messages", "accepted", "failed", "success_rate", "opened", "open_rate", "clicked", "click_rate",
                "ordered", "conversion_rate", "orders", "revenue", "cost")  # fmt: skip


def campaign_page(
    request: CampaignRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of a campaign, by period or of one send alone."""
    sections = [
        *_key_figures(request, answers, words),
        _basic(request, answers["info"], words),
        *_sent(request, answers, words),
        _funnel(request, answers["now"], words),
        *hours_section(answers.get("hours"), words),
        *sent_hours_section(answers.get("sent_hours"), words),
        *_trend(request, answers["days"], words),
        *variants_section(answers["split"], answers["variants"], words),
        lift_section(answers["lift"], words),
        models_section(answers["models"], words, half=answers["traits"].frame.is_empty()),
        traits_section(answers["traits"], words),
        _data(request, answers["data"], words),
        _orders(answers["orders"], words),
        _products(answers["products"], words),
        conservation_section(answers["conservation"], request.first, request.last, words, request.window),
    ]
    return Page(
        words("campaign_title", name=request.name), _subtitle(request, words), sections, words("campaign_footer"),
        words.locale, badges=_badges(answers["now"], words), answers=list(answers.values()), glossary=glossary,
        formats=words.formats,
    )  # fmt: skip


def _subtitle(request: CampaignRequest, words: ResultWords) -> str:
    if request.send_id and request.planned_at is not None:
        view = words("view_send", moment=words.formats.value(request.planned_at, "moment"))
    else:
        view = words("view_period", days=words.days(request.first, request.last))
    return words(
        "campaign_subtitle", channel=words.channel(request.channel), view=view, window=words.window(request.window)
    )  # fmt: skip


def _badges(now: Answer, words: ResultWords) -> list[Notice]:
    found = collecting({"now": now}, ["now"], words)
    closes = now.frame["closes_at"].max() if now.frame.height else None
    if not found or closes is None:
        return found
    return [Notice(f"{found[0].text} (~ {words.formats.value(closes, 'moment')})", "collecting", found[0].title)]  # type: ignore[arg-type]


def _basic(request: CampaignRequest, info: Answer, words: ResultWords) -> Section:
    if info.frame.is_empty():
        return Section(words("basic"), [nothing(info, words("nothing_sent"), words)], half=True)
    rows, last = info.rows(), info.frame.height - 1
    own = [place for place, row in enumerate(rows) if row["substitute_of"] is None]
    kind = words("advertising" if rows[last]["advertising"] else "informational")
    state = f"send_{rows[own[-1] if own else last]['state']}"
    facts: list[tuple[str | Heading, Cell]] = [
        (words("campaign_id"), request.campaign_id),
        (words("channel"), words.channel(request.channel)),
        (words("purpose_text"), kind),
        (words("state"), words(state) if words.known(state) else "–"),
        (words("repetition"), words("repeated" if len(own) > 1 else "once")),
        (Heading(words("sends"), "sends"), Number(len(own), "count", "sends")),
        (words("first_send"), info.number(0, "planned_at", "moment", "")),
        (words("last_send"), info.number(last, "planned_at", "moment", "")),
        (words("default_window"), words.window(rows[last]["attribution_window"])),
        (words("utm"), str(rows[last]["utm_campaign"] or "–")),
        (words("analysis"), words("analysis_kinds")),
    ]
    if len(own) < len(rows):
        facts.append((words("substitutes"), Number(len(rows) - len(own), "count")))
    if len(own) == 1:
        facts += [
            (Heading(words(label), metric), info.number(own[0], name, "count", metric))
            for label, name, metric in _CHOSEN
        ]
    return Section(words("basic"), [Facts(facts)], half=True)


def _sent(request: CampaignRequest, answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    now, failures = answers["now"], answers["failures"]
    if _is_empty(now):
        return []
    facts: list[tuple[str | Heading, Cell]] = [
        (Heading(words(name), name), number(now, 0, name))
        for name in (*_SENT, "cost")
        if name != "delivered" or request.channel not in _NO_RECEIPTS
    ]
    columns = [
        Shown("channel", words("channel"), "text", "", told=words.channel),
        Shown("vendor_code", words("vendor_code"), "text", ""),
        Shown("messages", words("failed"), "count", "failed"),
    ]
    table = table_of(failures, columns, caption=words("failures"), empty=words("no_failures"))
    return [Section(words("sent"), [Facts(facts), table], half=True)]


def _key_figures(request: CampaignRequest, answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    now, windows = answers["now"], answers["windows"]
    if _is_empty(now):
        return [Section(words("key_figures"), [nothing(now, words("nothing_sent"), words)])]
    cards = [card(now, 0, name, words) for name in _CARDS if name != "open_rate" or request.channel == "email"]
    rows = {row["window"]: row for row in windows.rows()}
    places = [
        (Window(words.window(one), one == request.window, words("collecting") if _collects(rows, one) else ""),
         windows.find(window=one))
        for one in WINDOWS
    ]  # fmt: skip
    return [
        Section(words("key_figures"), [Figures(cards)]),
        Section(words("by_window"), [strip(windows, places, _STRIP, words)], words("by_window_text")),
    ]


def _collects(rows: Mapping[str, Mapping[str, object]], window: str) -> bool:
    return window in rows and bool(rows[window]["is_collecting"])


def _funnel(request: CampaignRequest, now: Answer, words: ResultWords) -> Section:
    is_beside = not request.send_id  # the hours, which no send alone has
    if _is_empty(now):
        return Section(words("funnel"), [nothing(now, words("nothing_sent"), words)], half=is_beside)
    steps = [name for name in _FUNNEL if name != "opened" or request.channel == "email"]
    series = Series(words("people"), [number(now, 0, name) for name in steps])
    labels = [words(_STEPS.get(name, name)) for name in steps]
    chart = Chart(words("funnel_text"), "funnel", labels, [series], is_wide=not is_beside)
    return Section(words("funnel"), [chart], words("funnel_text"), half=is_beside)


def _trend(request: CampaignRequest, days: Answer, words: ResultWords) -> list[Section]:
    if days.frame.is_empty():
        return []
    last = days.frame["day"].max()
    xs = [day for day in request.happened if day <= last]  # type: ignore[operator]
    names = [name for name in ("clicks", "orders") if name in days.frame.columns]
    actions = [series_of(days, words(name), name, xs, "day") for name in names]
    money = series_of(days, words("revenue"), "revenue", xs, "day", "money")
    charts = (
        ("trend_actions", Chart(words("trend_actions"), "lines", xs, actions, x_unit="day", is_wide=False)),
        ("trend_money", Chart(words("trend_money"), "bars", xs, [money], "money", x_unit="day", is_wide=False)),
    )
    return [Section(words(key), [chart], words("trend_text"), half=True) for key, chart in charts]


def _data(request: CampaignRequest, data: Answer, words: ResultWords) -> Section:
    names = [name for name in _DATA if name not in ("opened", "open_rate") or request.channel == "email"]
    columns = [
        Shown("planned_at", words("planned_at"), "moment", ""),
        Shown("channel", words("channel"), "text", "", told=words.channel),
        *shown(names, words),
    ]
    table = table_of(data, columns, empty=words("nothing_sent"))
    return Section(words("data_table"), [table], words("data_table_text"))


def _orders(orders: Answer, words: ResultWords) -> Section:
    columns = [
        Shown("ordered_at", words("ordered_at"), "moment", ""),
        Shown("order_id", words("order_id"), "text", ""),
        Shown("variant", words("variant"), "text", ""),
        Shown("lag_seconds", words("lag"), "seconds"),
        Shown("device", words("device"), "text", "", told=words.device),
        Shown("products", words("products")),
        Shown("quantity", words("quantity")),
        *shown(("gross_revenue", "refund_amount", "revenue"), words),
    ]
    table = table_of(orders, columns, empty=words("no_orders"), most=30)
    return Section(words("orders_list"), [table], words("orders_text", most=MOST_ORDERS))


def _products(products: Answer, words: ResultWords) -> Section:
    columns = [
        Shown("product_name", words("product"), "text", ""),
        Shown("category_path", words("category"), "text", ""),
        Shown("orders", words("orders"), metric="orders_with_product"),
        Shown("quantity", words("quantity")),
        Shown("refunded_quantity", words("refunded_quantity")),
        *shown(("gross_revenue", "refund_amount", "revenue"), words),
    ]
    table = table_of(products, columns, empty=words("no_products"), most=20)
    return Section(words("ranking", most=MOST_PRODUCTS), [table], name=words("analysis_products"))


def _is_empty(now: Answer) -> bool:
    return now.frame.is_empty() or not now.rows()[0]["messages"]
