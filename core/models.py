from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Now


class Transition(models.Model):
    """One change of status. Append only: rows are never changed or deleted."""

    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    old = models.CharField(max_length=24, blank=True)
    new = models.CharField(max_length=24)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="transition_of")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.old or '∅'} → {self.new}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a Transition is append only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a Transition is append only")


class Work(models.Model):
    """Something that must happen, once. Written in the transaction that asks for it.

    ``state`` here is the queue's own bookkeeping (``core.work`` claims and finishes rows with
    conditional updates on the token); it is not a business status and has no history.
    """

    WAITING, LEASED, DONE, DEAD = "waiting", "leased", "done", "dead"

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=160, unique=True)
    queue = models.CharField(max_length=24, default="default")
    payload = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8,
        default=WAITING,
        choices=[(s, s) for s in (WAITING, LEASED, DONE, DEAD)],
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "run_after"],
                name="work_due",
                condition=models.Q(state__in=["waiting", "leased"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"
