"""The picture of a day's quality: how often each algorithm had the next product on its list.

Belongs here: one bar chart. Does not belong here: figures, reports for marketers.
"""

import dagster as dg
import polars as pl

from assets.charts import FONT, draw, inline_picture


def quality_chart(newest: pl.DataFrame) -> dg.MetadataValue | None:
    """HR@20 of each algorithm as bars, the best on top. ``newest``: rows of ``rec_quality`` of one day, of everyone."""
    if newest.is_empty():
        return None
    records = newest.select("algorithm", hr="hr_20").sort("hr", "algorithm", descending=[True, False]).to_dicts()
    label = {"align": "left", "dx": 4, "font": FONT}
    bars = {"x": {"field": "hr", "type": "quantitative", "title": "HR@20"}}
    names = {"y": {"field": "algorithm", "type": "nominal", "sort": "-x", "title": None}}
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": records},
        "encoding": bars | names,
        "layer": [
            {"mark": "bar"},
            {"mark": {"type": "text", **label}, "encoding": {"text": {"field": "hr", "format": ".3f"}}},
        ],
        "width": 360,
        "height": {"step": 18},
        "config": {"font": FONT},
    }
    return inline_picture(draw(specification), f"HR@20 of {len(records)} algorithms")
