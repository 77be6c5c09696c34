"""A search for alternatives as a row: what was asked, how far it is, what it found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.states import Moves, Stateful, moves


class SuggestionRun(Stateful):
    """One search. ``key`` names the request: the same one is answered from the same row.

    ``joined`` counts who asked while it goes on, so that one of them does not stop the others'.
    """

    MOVES: ClassVar[Moves] = moves(
        {"waiting": "running cancelled failed", "running": "done cancelled failed"}
    )
    START = "waiting"
    ACTIVE = ("waiting", "running")
    ANSWERS = (*ACTIVE, "done")

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=32)
    family = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    params = models.JSONField()
    material = models.CharField(max_length=24)
    pinned = models.JSONField()
    goal = models.CharField(max_length=12)
    reach = models.FloatField()
    joined = models.PositiveIntegerField(default=1)
    tried = models.PositiveIntegerField(default=0)
    budget = models.PositiveIntegerField()
    best = models.JSONField(default=dict)
    """The best of each kind so far, as shares of the customer's own: ``{"price": 0.92, …}``."""
    found = models.JSONField(default=dict)
    """The gallery of a run that is done (``configurator.suggestions``)."""
    said = models.CharField(max_length=300, blank=True)
    """Of one that failed: what to tell the customer."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "configurator"
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(status__in=["waiting", "running", "done"]),
                name="one_run_a_suggestion_request",
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="suggestion_run_created_at")]

    def __str__(self) -> str:
        return f"{self.family} {self.key[:8]} ({self.status})"

    @property
    def active(self) -> bool:
        """Whether somebody still has to wait for it."""
        return self.status in self.ACTIVE
