"""The pictures of an AI target's model card: what each tenth of the customers did, and whether probabilities hold.

Belongs here: one picture. Does not belong here: figures (``models.propensity.card``), reports for marketers.
"""

import polars as pl

from assets.charts import FONT, draw


def card_chart(deciles: pl.DataFrame, calibration: pl.DataFrame) -> bytes:
    """Lift by tenth beside the baseline's, and expected against actual, as PNG.

    ``deciles``, ``calibration``: of :class:`models.propensity.card.Card`.
    """
    return draw({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "hconcat": [_lift(deciles), _expected(calibration)],
        "config": {"font": FONT},
    })  # fmt: skip


def _lift(deciles: pl.DataFrame) -> dict[str, object]:
    names = {"lift": "모델 · model", "baseline_lift": "최근성·빈도 · recency, frequency"}
    rows = deciles.select("decile", *(pl.col(column).alias(name) for column, name in names.items()))
    records = rows.unpivot(index="decile", variable_name="by", value_name="lift").drop_nulls().to_dicts()
    return {
        "data": {"values": records},
        "mark": "bar",
        "encoding": {
            "x": {"field": "decile", "type": "ordinal", "title": "10분위 · tenth", "axis": {"labelAngle": 0}},
            "xOffset": {"field": "by"},
            "y": {"field": "lift", "type": "quantitative", "title": "전체 대비 배수 · times all"},
            "color": {"field": "by", "type": "nominal", "title": None, "legend": {"orient": "top"}},
        },
        "width": 360,
        "height": 220,
    }


def _expected(calibration: pl.DataFrame) -> dict[str, object]:
    records = calibration.select("expected", "actual", "low", "high").to_dicts()
    highest = max((max(row["expected"], row["high"]) for row in records), default=1.0)
    expected = {"field": "expected", "type": "quantitative", "title": "예측 · expected"}
    line = {"data": {"values": [{"at": 0.0}, {"at": highest}]}, "mark": {"type": "line", "strokeDash": [4, 4]}}
    diagonal = {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "at", "type": "quantitative"}}
    actual = {"field": "actual", "type": "quantitative", "title": "실제 · actual"}
    return {
        "layer": [
            line | {"encoding": diagonal},
            {
                "data": {"values": records},
                "mark": "rule",
                "encoding": {"x": expected, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
            },
            {"data": {"values": records}, "mark": {"type": "point", "filled": True, "size": 60},
             "encoding": {"x": expected, "y": actual}},
        ],
        "width": 220,
        "height": 220,
    }  # fmt: skip
