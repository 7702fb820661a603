"""The price that messages are planned with, before anybody's values stand in them."""

from typing import Any

import pytest

from models.messages.kinds import COST_CLASSES, expected_cost_class
from models.messages.law import with_law
from tests.models.messages.templates import SENDER, brand, row, sms, template

pytestmark = pytest.mark.feature("E8")
PICTURE = {"file": "a.jpg", "bytes": 1000, "width": 100, "height": 100}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (sms("가" * 45), "SMS"),
        (sms("가" * 46), "LMS"),
        (sms("가" * 46, longest="SMS"), "SMS"),
        (sms("가", images=[PICTURE]), "MMS"),
        (sms("가" * 40, purpose="advertising"), "LMS"),  # the law's words are paid for too
        (brand("TEXT", text="봄"), "BRAND_TEXT"),
        (brand("WIDE_ITEM_LIST", header="신상", items=[row(), row(), row()]), "BRAND_WIDE_ITEM_LIST"),
        (template("push", {"title": "봄", "body": "신상"}), "PUSH"),
    ],
)
def test_a_template_has_the_price_of_its_own_length(document: Any, expected: str) -> None:
    assert expected_cost_class(with_law(document, SENDER)) == expected
    assert expected in COST_CLASSES
