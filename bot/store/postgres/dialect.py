"""The store's statements, turned from SQLite's dialect of SQL into PostgreSQL's.

The statements are written to the ground that both have in common. What is left is turned over here, once for
each statement: parameters, the join that holds SQLite to an order (a comment names the order for who sorts),
how a list that is sent as JSON is read, and names for queries that are read from.
The functions `iif`, `min` and `max` of two values and `json_each` are in the schema.
"""

import re
from functools import lru_cache

_TURNED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(found), put)
    for found, put in (
        (r"/\*((?:ORDER BY|FOR) [^*]*)\*/", r"\1"),
        (r"%", "%%"),
        (r"\?(\d+)", r"%(v\1)s"),
        (r"CROSS JOIN ((?:json_each\([^)]*\)+|\w+) AS \w+)\s+ON\b", r"JOIN \1 ON"),
        (r"CROSS JOIN (\w+ AS \w+) ON\b", r"JOIN \1 ON"),
        (r"\bIS NOT (%\(v\d+\)s|excluded\.\w+)", r"IS DISTINCT FROM \1"),
        (r"length\(CAST\((\S+) AS BLOB\)\)", r"octet_length(\1)"),
        (r"json_extract\((\w+)\.value, '\$\[(\d)\]'\)", r"(\1.item ->> \2)::bigint"),
        (r"json_extract\((%\(v\d+\)s), '\$\[' \|\| place \|\| '\]'\)", r"(\1::jsonb ->> place)::bigint"),
        (r"json_array_length\((%\(v\d+\)s)\)", r"jsonb_array_length(\1::jsonb)"),
        (r"(json_array\((?:[^()]|\([^()]*\))*\))", r"\1::text"),
        (r"json_array\(", "json_build_array("),
    )
)

_READ_FROM = re.compile(r"(?<!DISTINCT )\b(?:FROM|JOIN) \((?=SELECT\b|VALUES\b|WITH\b)")
_NAME = re.compile(r" AS \w+")


@lru_cache(maxsize=1_000)
def turned(sql: str) -> str:
    """Return a statement as PostgreSQL takes it, its parameters named `v1`, `v2` and so on."""
    numbers = iter(range(1, 1_000))
    sql = re.sub(r"\?(?!\d)", lambda _: f"?{next(numbers)}", sql)
    for found, put in _TURNED:
        sql = found.sub(put, sql)
    return _named(sql)


def _named(sql: str) -> str:
    """Give each subquery without an alias one, which PostgreSQL needs before 16."""
    for number, query in enumerate(reversed([*_READ_FROM.finditer(sql)])):
        end = _closing(sql, query.end() - 1) + 1
        if not _NAME.match(sql, end):
            sql = f"{sql[:end]} AS unnamed_{number}{sql[end:]}"
    return sql


def _closing(sql: str, opening: int) -> int:
    """Return the position of the closing bracket."""
    depth = 0
    for place in range(opening, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth:
            return place
    raise ValueError(sql)
