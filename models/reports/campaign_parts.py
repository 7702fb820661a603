"""Parts of the report on a campaign that compare and conclude: hours, variants, the holdout, attribution models.

Belongs here: turning answers into these parts. Does not belong here: the page and its other parts (``campaign``),
sentences of conclusions (the tables have them).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.reports.page import Cell, Chart, Figure, Figures, Heading, Notice, Part, Section, Series, Table
from models.reports.questions import Answer, Number, Unit
from models.reports.results import UNITS, nothing, number
from models.reports.results_words import ResultWords
from models.reports.tables import Shown, series_of, table_of

HOURS: Final = list(range(24))
_METRICS: Final = ("click", "conversion", "revenue")
_VARIANT_METRICS: Final = {"recipients": "recipients", "mean": "variant_mean", "low": "always_valid_interval",
                           "high": "always_valid_interval", "chance_best": "chance_best",
                           "expected_loss": "expected_loss"}  # fmt: skip
_LIFT_METRICS: Final = {"incremental_low": "interval", "incremental_high": "interval"}
_LIFTS: Final = ("orders", "buyers", "revenue")
_MODELS: Final = ("last_touch", "first_touch", "linear", "position", "time_decay", "markov", "shapley")
_SENTENCES: Final = 3
_ENOUGH: Final = 30  # messages of an hour that is compared with others


def hours_section(answer: Answer | None, words: ResultWords) -> list[Section]:
    """Clicks and orders by hour of day, the best one marked; orders count first, then clicks, then the earlier hour."""
    if answer is None:
        return []
    rows = [row for row in answer.rows() if row["clicks"] or row["orders"]]
    if not rows:
        return [Section(words("hours"), [nothing(answer, words("no_hours"), words)], half=True)]
    best = max(rows, key=lambda row: (row["orders"], row["clicks"], -row["hour"]))
    key = "best_hour" if best["orders"] else "best_click_hour"
    told = words(key, hour=words.formats.value(best["hour"], "hour"))
    series = [series_of(answer, words(name), name, HOURS, "hour") for name in ("clicks", "orders")]
    chart = Chart(told, "bars", HOURS, series, x_unit="hour", marked=best["hour"], is_wide=False)
    return [Section(words("hours"), [Notice(told, "good"), chart], words("trend_text"), half=True)]


def sent_hours_section(answer: Answer | None, words: ResultWords) -> list[Section]:
    """What became of messages by the hour at which they were sent, the best one to send at marked: by orders, then
    clicks for each message, of hours with enough messages to compare."""
    if answer is None or answer.frame.is_empty():
        return []
    rows = [row for row in answer.rows() if row["messages"]]
    enough = [row for row in rows if row["messages"] >= _ENOUGH and row["sent_clicked"]]
    heading, text = words("sent_hours"), words("sent_hours_text")
    if len(rows) < 2 or not enough:
        told = words("one_sent_hour" if len(rows) == 1 else "no_sent_hours", messages=_ENOUGH)
        return [Section(heading, [Notice(told)], text)]
    best = max(enough, key=lambda row: (row["sent_order_rate"], row["sent_click_rate"], -row["hour"]))
    told = words("best_sent_hour", hour=words.formats.value(best["hour"], "hour"),
                 rate=words.formats.value(best["sent_order_rate"], "rate"),
                 clicked=words.formats.value(best["sent_click_rate"], "rate"))  # fmt: skip
    series = [series_of(answer, words(name), name, HOURS, "hour", "rate")
              for name in ("sent_click_rate", "sent_order_rate")]  # fmt: skip
    chart = Chart(told, "bars", HOURS, series, "rate", x_unit="hour", marked=best["hour"])
    return [Section(heading, [Notice(told, "good"), chart], text)]


def variants_section(split: Answer, compared: Answer, words: ResultWords) -> list[Section]:
    """Variants side by side, what may be concluded, and their intervals; nothing for one variant alone."""
    if split.frame.height < 2 and compared.frame.is_empty():
        return []
    names = ("messages", "accepted", "clicked", "click_rate", "ordered", "conversion_rate", "orders", "revenue")
    shown = [Shown("variant", words("variant"), "text", ""), *_shown(names, words)]
    parts: list[Part] = [table_of(split, shown)]
    for metric in _METRICS:
        parts += _compared(compared, metric, words)
    return [Section(words("variants"), parts, words("variants_text"))]


def _compared(answer: Answer, metric: str, words: ResultWords) -> list[Part]:
    places = [place for place, row in enumerate(answer.rows()) if row["metric"] == metric]
    if not places:
        return []
    unit: Unit = "money" if metric == "revenue" else "rate"
    label = words(f"metric_{metric}")
    values, low, high = (_column(answer, places, name, unit) for name in ("mean", "low", "high"))
    names = [answer.rows()[place]["variant"] for place in places]
    chart = Chart(f"{label}: {words('interval')}", "intervals", names, [Series(label, values, low, high)], unit,
                  with_numbers=False)  # fmt: skip
    units: Mapping[str, Unit] = {"recipients": "count", "mean": unit, "low": unit, "high": unit, "chance_best": "rate",
                                 "expected_loss": unit}  # fmt: skip
    heads = {"recipients": "recipients", "mean": "value", "low": "interval_low", "high": "interval_high",
             "chance_best": "chance_best", "expected_loss": "expected_loss"}  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [name, *(answer.number(place, column, units[column], _VARIANT_METRICS[column]) for column in heads)]
        for name, place in zip(names, places, strict=True)
    ]
    columns = [Heading(words("variant")),
               *(Heading(words(head), _VARIANT_METRICS[column]) for column, head in heads.items())]  # fmt: skip
    told = answer.rows()[places[0]]["conclusion"]
    verdict: list[Part] = [Notice(told, "verdict", label)] if told else []
    return [*verdict, chart, Table(columns, rows, caption=label)]


def lift_section(answer: Answer, words: ResultWords) -> Section:
    """Orders, buyers and revenue that would not be there without the campaign, last touch beside them."""
    found = {row["metric"]: place for place, row in enumerate(answer.rows())}
    if not found:
        return Section(words("lift_heading"), [nothing(answer, words("no_effect"), words)])
    parts: list[Part] = []
    if (first := found.get("orders")) is not None:
        row = answer.rows()[first]
        parts.append(_verdict(row, words))
    cards = []
    for metric in _LIFTS:
        if (place := found.get(metric)) is not None:
            unit: Unit = "money" if metric == "revenue" else "number"
            low, high, touched = (
                words.formats.value(answer.rows()[place][name], unit)
                for name in ("incremental_low", "incremental_high", "last_touch")
            )
            note = f"{words('interval')} {low} ~ {high} · {words('last_touch')} {touched}"
            cards.append(Figure(words(f"incremental_{metric}"), answer.number(place, "incremental", unit), note))
    parts += [Figures(cards), _lift_table(answer, found, words)]
    return Section(words("lift_heading"), parts, words("effect_text"))


def _verdict(row: Mapping[str, Any], words: ResultWords) -> Notice:
    """What may be concluded, under a word for how sure that is."""
    warnings, low, high = (row["warnings"] or "").split(","), row["incremental_low"], row["incremental_high"]
    if "broken_split" in warnings:
        return Notice(row["conclusion"], "warning", words("not_comparable"))
    if (low is not None and low > 0) or (high is not None and high < 0):
        return Notice(row["conclusion"], "good", words("effect_shown"))
    if {"underpowered", "too_small"} & set(warnings):
        return Notice(row["conclusion"], "warning", words("underpowered"))
    return Notice(row["conclusion"], "verdict")


def _lift_table(answer: Answer, found: Mapping[str, int], words: ResultWords) -> Table:
    heads = ("treated", "held_out", "treated_mean", "held_out_mean", "incremental", "interval_low", "interval_high",
             "last_touch", "p_value")  # fmt: skip
    names = ("treated", "held_out", "treated_mean", "held_out_mean", "incremental", "incremental_low",
             "incremental_high", "last_touch", "p_value")  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for metric in _LIFTS:
        if (place := found.get(metric)) is None:
            continue
        amount: Unit = "money" if metric == "revenue" else "number"
        mean: Unit = "money" if metric == "revenue" else "rate"
        units: dict[str, Unit] = {"treated": "count", "held_out": "count", "treated_mean": mean, "held_out_mean": mean,
                                  "p_value": "ratio"}  # fmt: skip
        rows.append([words("amount_revenue" if metric == "revenue" else f"metric_{metric}"),
                     *(answer.number(place, name, units.get(name, amount), _LIFT_METRICS.get(name, name))
                       for name in names)])  # fmt: skip
    told = [Heading(words(head), _LIFT_METRICS.get(name, name)) for head, name in zip(heads, names, strict=True)]
    return Table([Heading(words("measure")), *told], rows)


def models_section(answer: Answer, words: ResultWords, half: bool = False) -> Section:
    """The same orders by every rule; a campaign without orders has none."""
    found: dict[str, Any] = {row["model"]: place for place, row in enumerate(answer.rows())}
    places = [(model, found[model]) for model in _MODELS if model in found]
    if not places or not any(answer.rows()[place]["orders"] for _, place in places):
        return Section(words("models"), [nothing(answer, words("no_models"), words)], half=half)
    rows: list[Sequence[Cell]] = [
        [
            words(f"model_{model}"),
            answer.number(place, "orders", "number", "model_orders"),
            number(answer, place, "revenue", "model_revenue"),
        ]
        for model, place in places
    ]
    columns = [Heading(words("model")), Heading(words("orders"), "model_orders"),
               Heading(words("revenue"), "model_revenue")]  # fmt: skip
    return Section(words("models"), [Table(columns, rows)], words("models_text"), half=half)


def traits_section(answer: Answer, words: ResultWords) -> Section:
    """What those who bought have more often than everybody who got a message, in words first."""
    if answer.frame.is_empty():
        return Section(words("traits"), [nothing(answer, words("no_traits"), words)], half=True)
    sure = answer.frame.filter("is_over")["sentence"].head(_SENTENCES)
    told = [Notice(one, "verdict") for one in sure] or [Notice(words("no_sure_traits"))]
    return Section(words("traits"), [*told, table_of(answer, trait_columns(words))], words("traits_text"))


def trait_columns(words: ResultWords) -> list[Shown]:
    """Columns of a table of characteristics."""
    return [
        Shown("trait_name", words("trait"), "text", ""), Shown("people", words("people")),
        *(Shown(name, words(name), UNITS[name]) for name in ("support", "rate", "overall_rate", "lift")),
        *(Shown(name, words(name), "ratio", "lift_interval") for name in ("low", "high")),
    ]  # fmt: skip


def _shown(names: Sequence[str], words: ResultWords) -> list[Shown]:
    return [Shown(name, words(name), UNITS.get(name, "count"), name) for name in names]


def _column(answer: Answer, places: Sequence[int], name: str, unit: Unit) -> list[Number]:
    return [answer.number(place, name, unit, _VARIANT_METRICS[name]) for place in places]
