"""Tables that know customers by number only lose the member's rows too."""

import duckdb
import pytest

from connectors.erasure.person import Devices, Person, condition, hash63, member_hash, prepare

pytestmark = pytest.mark.feature("B4")

KEY = "0123456789abcdef" * 2


def test_a_number_is_the_members_or_that_of_a_device_of_theirs_alone() -> None:
    person = Person(KEY, "A", Devices(own=("own",), shared=("shared",)))
    numbers = [member_hash(KEY), hash63("own"), hash63("shared"), member_hash("f" * 32)]
    with duckdb.connect() as connection:
        prepare(connection, person)
        connection.execute(
            "CREATE TABLE customer_days AS SELECT unnest($1::BIGINT[]) AS customer_id, 1 AS events", [numbers]
        )
        where = condition({"customer_id": "BIGINT", "events": "INTEGER"})
        found = connection.execute(f"SELECT customer_id FROM customer_days WHERE {where}").fetchall()
    assert {row[0] for row in found} == {member_hash(KEY), hash63("own")}
