"""Between two tests only what the first one filled is emptied.

A test that commits is followed by Django's ``flush``: it empties all 45 tables and writes content
types and permissions anew. On PostgreSQL ``TRUNCATE`` makes new files for each table and index,
0.3 s of nothing; here a dozen tables with rows in them lose their rows, and content types and
permissions, which follow from the models, stay.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

STAY = {"django_content_type", "auth_permission"}


def use_quick_flush(patch: Any) -> None:
    """Set ``sql_flush`` of the database in use to ``emptying``, by pytest's ``patch``."""
    ops = type(connection.ops)
    whole = ops.sql_flush

    def emptying(
        self: Any, style: Any, tables: list[str], *, reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:  # fmt: skip
        if reset_sequences or not tables:
            found: list[str] = whole(
                self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
            return found
        # Django's foreign keys are checked when the transaction ends: the order does not matter.
        return [f"DELETE FROM {self.quote_name(name)}" for name in filled(tables)]

    patch.setattr(ops, "sql_flush", emptying)


def filled(tables: list[str]) -> list[str]:
    """Those of the tables with rows in them that are to be emptied."""
    name = connection.ops.quote_name
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name(table)})"
        for table in sorted(set(tables) - STAY)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]
