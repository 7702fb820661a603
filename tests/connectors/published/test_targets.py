"""How a model says that it is published."""

from typing import Any

import pytest

from connectors.published.targets import CHANGED_DAYS, Target, publish_targets

pytestmark = pytest.mark.feature("M4")


def manifest(**published: dict[str, Any]) -> dict[str, Any]:
    """What dbt tells of models of these names and their ``meta.publish``."""
    nodes = {
        f"model.dangol.{name}": {
            "resource_type": "model",
            "schema": "marts",
            "alias": name,
            "fqn": ["dangol", "segments", name],
            "description": "Described.",
            "config": {"meta": {"publish": publish} if publish else {}},
        }
        for name, publish in published.items()
    }
    return {"nodes": nodes}


def test_a_model_without_a_table_is_not_published() -> None:
    (target,) = publish_targets(manifest(fct_orders={"table": "orders"}, int_orders={}))
    assert target == Target("orders", "marts", "fct_orders", "segments", "Described.")
    assert target.changed_days == (CHANGED_DAYS,)


def test_order_of_rows_and_further_changed_days_are_read() -> None:
    publish = {"table": "orders", "day_column": "order_day", "order_by": ["a", "b"], "also_changed": "mart_order_days"}
    (target,) = publish_targets(manifest(fct_orders=publish))
    assert (target.day_column, target.order_by) == ("order_day", ("a", "b"))
    assert target.changed_days == (CHANGED_DAYS, "marts.mart_order_days")


def test_two_models_can_not_publish_one_table() -> None:
    with pytest.raises(ValueError, match="same table"):
        publish_targets(manifest(a={"table": "orders"}, b={"table": "orders"}))
