"""Which source columns a DuckDB expression reads.

Belongs here: asking DuckDB's own parser. Does not belong here: whether the columns exist (``reader``).
"""

import json
from typing import Any

import duckdb


def parse(con: duckdb.DuckDBPyConnection, expression: str) -> tuple[set[str], set[str], str]:
    """Columns (first name of each reference), text constants, and the parser's complaint ("" when there is none)."""
    tree = json.loads(con.execute("select json_serialize_sql('select (' || $1 || ')')", [expression]).fetchall()[0][0])
    if tree.get("error"):
        return set(), set(), str(tree.get("error_message"))
    columns: set[str] = set()
    constants: set[str] = set()
    _walk(tree, columns, constants, frozenset())
    return columns, constants, ""


def _walk(node: Any, columns: set[str], constants: set[str], bound: frozenset[str]) -> None:
    if isinstance(node, list):
        for child in node:
            _walk(child, columns, constants, bound)
    elif isinstance(node, dict):
        kind = node.get("class")
        if kind == "COLUMN_REF":
            first = str(node["column_names"][0])
            if first not in bound:
                columns.add(first)
            return
        if kind == "CONSTANT" and isinstance((node.get("literal") or node.get("value") or {}).get("text"), str):
            constants.add((node.get("literal") or node["value"])["text"])
        if kind == "LAMBDA":
            names: set[str] = set()
            _walk(node.get("lhs"), names, constants, frozenset())
            bound = bound | names
            _walk(node.get("expr"), columns, constants, bound)
            return
        for child in node.values():
            _walk(child, columns, constants, bound)
