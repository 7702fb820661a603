"""The model card of an AI target as a page: how good it is, what each tenth of the customers did, what it looks at.

Belongs here: which part of a card stands where, its words. Does not belong here: figures (``models.propensity``), HTML
(``page``), drawing (handed in).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from models.reports.charts import bars_over, dots_on_diagonal
from models.reports.page import Figure, Figures, Page, Picture, Section, Table
from models.words import Locale, Phrases, Words

Draw = Callable[[Mapping[str, Any]], str]
_NEW, _BASELINE, _CHAMPION = "new", "baseline", "champion"
_SHOWN_FEATURES: Final = 12
_RATES: Final = ("segment_share", "segment_outcome_share")


def card_page(name: str, card: pl.DataFrame, locale: Locale, draw: Draw) -> Page:
    """The page of a target called ``name``; ``card``: its rows of the published ``ai_model_cards``."""
    words = Words(locale, PHRASES)
    facts = dict(card.filter(pl.col("part") == "facts").select("name", "text").rows())
    subtitle = words("subtitle", day=card["trained_on"].first(), horizon=facts.get("horizon_days", ""))
    sections = [
        Section(words("figures"), [Figures(_figures(card, words))], words("figures_text")),
        Section(words("lift"), [Picture(draw(_lift(card, words)), words("lift"))], words("lift_text"), half=True),
        Section(words("calibration"), [Picture(draw(_calibration(card, words)), words("calibration"))],
                words("calibration_text"), half=True),
        Section(words("features"), [_features(card, words)]),
        Section(words("compared"), [_compared(card, words)], words("compared_text")),
        Section(words("facts"), [_facts(facts, words)]),
    ]  # fmt: skip
    return Page(words("title", name=name), subtitle, sections, words("footer"), locale)


def _figures(card: pl.DataFrame, words: Words) -> list[Figure]:
    rows = card.filter((pl.col("part") == "figures") & (pl.col("name") == _NEW))
    base = dict(
        card.filter((pl.col("part") == "figures") & (pl.col("name") == _BASELINE)).select("measure", "value").rows()
    )
    found = []
    for row in rows.iter_rows(named=True):
        label = words(f"measure_{row['measure']}") if words.known(f"measure_{row['measure']}") else row["measure"]
        note = words(
            "interval", low=_number(row["low"]), high=_number(row["high"]), base=_number(base.get(row["measure"]))
        )
        found.append(Figure(label, _number(row["value"]), note))
    return found


def _lift(card: pl.DataFrame, words: Words) -> dict[str, Any]:
    rows = card.filter((pl.col("part") == "deciles") & pl.col("measure").is_in(["lift", "baseline_lift"]))
    series = {"lift": words("model"), "baseline_lift": words("baseline")}
    records = [
        {"x": int(row["name"]), "series": series[row["measure"]], "value": row["value"]}
        for row in rows.drop_nulls("value").iter_rows(named=True)
    ]
    return bars_over(records, tuple(series.values()), words("tenth"), words("times"))


def _calibration(card: pl.DataFrame, words: Words) -> dict[str, Any]:
    rows = card.filter(pl.col("part") == "calibration").pivot(on="measure", index="name", values="value")
    records = rows.select(x="expected", y="actual", low="low", high="high").to_dicts()
    return dots_on_diagonal(records, words("expected"), words("actual"))


def _features(card: pl.DataFrame, words: Words) -> Table:
    rows = card.filter(pl.col("part") == "features").sort("place").head(_SHOWN_FEATURES)
    told = [(str(row["place"]), row["text"], f"{row['value']:.1%}") for row in rows.iter_rows(named=True)]
    return Table((words("rank"), words("feature"), words("share")), told, numbers=(0, 2))


def _compared(card: pl.DataFrame, words: Words) -> Table:
    rows = card.filter(pl.col("part") == "figures")
    models = [one for one in (_NEW, _CHAMPION, _BASELINE) if one in set(rows["name"])]
    wide = {(row["measure"], row["name"]): row["value"] for row in rows.iter_rows(named=True)}
    told = [
        (
            words(f"measure_{measure}") if words.known(f"measure_{measure}") else measure,
            *(_number(wide.get((measure, model))) for model in models),
        )
        for measure in rows["measure"].unique(maintain_order=True)
    ]
    return Table(
        (words("measure"), *(words(model) for model in models)), told, numbers=tuple(range(1, len(models) + 1))
    )


def _facts(facts: Mapping[str, str], words: Words) -> Table:
    told = [
        (words(f"fact_{name}"), f"{float(value):.1%}" if name in _RATES else value)
        for name, value in facts.items()
        if words.known(f"fact_{name}")
    ]
    return Table((words("what"), words("value")), told)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"


PHRASES: Final[Phrases] = {
    "title": ("모델 카드: {name}", "Model card: {name}"),
    "subtitle": ("{day}에 학습 · 앞으로 {horizon}일을 예측", "Trained on {day} · looks {horizon} days ahead"),
    "footer": (
        "모든 수치는 모델이 학습하지 않은 가장 최근 기간에서 잰 것입니다.",
        "All figures were measured on the newest period, which the model did not learn from.",
    ),
    "figures": ("얼마나 잘 맞히는가", "How good it is"),
    "figures_text": (
        "아래 작은 글씨는 95% 구간과, 최근성·빈도만 쓴 기준 모델의 값",
        "With the 95 % interval and the value of recency and frequency alone",
    ),
    "interval": ("{low} ~ {high} · 기준 {base}", "{low} to {high} · baseline {base}"),
    "lift": ("10분위별 리프트", "Lift by tenth"),
    "lift_text": (
        "1은 기대가 가장 큰 10%, 전체 평균의 몇 배였는가",
        "1 is the tenth expected most of: how many times the average they did",
    ),
    "calibration": ("예측과 실제", "Expected and actual"),
    "calibration_text": (
        "점선 위에 있을수록 예측값을 그대로 믿을 수 있음",
        "The nearer to the line, the more the numbers can be taken at their word",
    ),
    "features": ("무엇을 보고 판단하는가", "What it looks at"),
    "compared": ("다른 모델과 비교", "Compared with other models"),
    "compared_text": (
        "새 모델은 기준 모델과 쓰던 모델보다 나을 때만 쓰입니다.",
        "A new model is used only where it is better than the others.",
    ),
    "facts": ("학습 데이터", "What it was made from"),
    "model": ("모델", "model"),
    "new": ("이 모델", "this model"),
    "champion": ("쓰던 모델", "the one before"),
    "baseline": ("최근성·빈도", "recency, frequency"),
    "tenth": ("10분위", "tenth"),
    "times": ("전체 평균 대비 배수", "times the average"),
    "expected": ("예측", "expected"),
    "actual": ("실제", "actual"),
    "rank": ("순위", "rank"),
    "feature": ("지표", "figure"),
    "share": ("기여도", "share"),
    "measure": ("수치", "figure"),
    "what": ("항목", "what"),
    "value": ("값", "value"),
    "measure_auc": ("AUC", "AUC"),
    "measure_gini": ("지니 계수", "Gini"),
    "measure_average_precision": ("평균 정밀도 (AP)", "average precision"),
    "measure_log_loss": ("로그 손실 (작을수록 좋음)", "log loss (less is better)"),
    "measure_brier": ("브라이어 점수 (작을수록 좋음)", "Brier score (less is better)"),
    "measure_deviance": ("편차 (작을수록 좋음)", "deviance (less is better)"),
    "measure_lift_10": ("상위 10% 리프트", "lift of the top tenth"),
    "measure_share_10": ("상위 10%의 몫", "share of the top tenth"),
    "fact_training_cut_offs": ("학습 기준일", "cut-off days of training"),
    "fact_tuning_cut_off": ("조정 기준일", "cut-off day of tuning"),
    "fact_judging_cut_off": ("평가 기준일", "cut-off day of judging"),
    "fact_training_rows": ("학습 행", "rows of training"),
    "fact_training_positives": ("그중 해당", "of these positive"),
    "fact_judging_rows": ("평가 행", "rows of judging"),
    "fact_judging_positives": ("그중 해당", "of these positive"),
    "fact_trees": ("트리", "trees"),
    "fact_calibration": ("보정", "calibration"),
    "fact_threshold": ("세그먼트 기준값", "threshold of the segment"),
    "fact_segment_share": ("세그먼트 비율", "share in the segment"),
    "fact_segment_outcome_share": ("세그먼트가 차지한 결과", "share of the outcome they had"),
}
