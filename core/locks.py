"""Scarce things are consumed under one lock, taken late and once.

On SQLite every write transaction is ``BEGIN IMMEDIATE`` and so alone; on PostgreSQL the row
that stands for the scarce thing is locked. Read again after taking the lock, then check.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from typing import TypeVar

from django.db import connection, models, transaction

M = TypeVar("M", bound=models.Model)


def together() -> AbstractContextManager[None]:
    """What is inside is written whole or not at all: in the transaction around it, or its own.

    Unlike a bare ``atomic()`` it sets no savepoint, two round trips less. So an error inside
    ends the transaction around it as well: whoever wants to go on after one opens an
    ``atomic()`` of its own between (Django refuses any further query otherwise).
    """
    return transaction.atomic(savepoint=False)


def alone(purpose: str) -> None:
    """Until this transaction ends nobody else does ``purpose``; taken again it costs nothing.

    For changes over rows that no single row stands for. Everybody takes it after the rows of
    orders and jobs, and takes no further one of those: otherwise two wait for each other.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(purpose.encode()).digest()[:8]
        with connection.cursor() as cursor:
            number = int.from_bytes(digest, "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def locked(rows: models.QuerySet[M]) -> models.QuerySet[M]:
    """The rows, locked until the transaction ends and in a fixed order (no deadlocks)."""
    ordered = rows.order_by("pk")
    if connection.features.has_select_for_update:
        return ordered.select_for_update(of=("self",))
    return ordered
