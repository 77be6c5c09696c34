"""Who was asked to make what, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.states import Stateful, moves
from manufacturing.models import Factory, Job, Machine


class Decision(models.Model):
    """One run of the matcher for one job: its inputs, every candidate with its reason, its end.

    Enough to replay it: ``candidates`` holds each machine's figures, or why it could not.
    """

    job = models.ForeignKey(Job, models.PROTECT, related_name="decisions")
    inputs = models.JSONField()
    candidates = models.JSONField()
    outcome = models.CharField(max_length=200)
    machine = models.ForeignKey(Machine, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.PositiveIntegerField(help_text="Jobs that were matched together.")
    bound_cents = models.FloatField(help_text="No plan for this batch can cost less.")
    cost_cents = models.FloatField(help_text="What the plan for this batch costs.")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.job}: {self.outcome}"


class Offer(Stateful):
    """A factory is asked to make a job until ``expires_at``."""

    MOVES = moves(
        {
            "open": "accepted declined expired withdrawn",
            "accepted": "given_back taken_back not_begun",
            "declined": "",
            "expired": "",
            "withdrawn": "",
            "given_back": "",
            "taken_back": "",
            "not_begun": "",
        }
    )

    job = models.ForeignKey(Job, models.PROTECT, related_name="offers")
    factory = models.ForeignKey(Factory, models.PROTECT, related_name="offers")
    machine = models.ForeignKey(Machine, models.PROTECT, related_name="offers")
    km = models.FloatField()
    payout_cents = models.PositiveIntegerField()
    why = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was declined.")
    answer = models.CharField(
        max_length=8, blank=True, help_text="accept or decline: said, and still to be undone."
    )
    answer_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["expires_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(status="open"), name="one_open_offer_a_job"
            )
        ]

    def __str__(self) -> str:
        return f"Offer of {self.job} to {self.factory.name}"


class Demand(models.Model):
    """Units of a family asked for near one factory on one day: what the forecast learns from."""

    family = models.CharField(max_length=40)
    region = models.CharField(max_length=80)
    day = models.DateField()
    units = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "demand"
        constraints = [
            models.UniqueConstraint(
                fields=["family", "region", "day"], name="one_row_a_series_and_day"
            )
        ]


class Forecast(models.Model):
    """Units expected of a family in a region in one week, beside the naive figure."""

    family = models.CharField(max_length=40)
    region = models.CharField(max_length=80)
    week = models.DateField(help_text="Its Monday.")
    mean = models.FloatField()
    high = models.FloatField(help_text="Nine of ten weeks stay below.")
    naive = models.FloatField(help_text="Seasonal naive: the same week, a season ago.")
    used = models.CharField(max_length=12, help_text="model or naive: which one won its test.")
    error_model = models.FloatField(help_text="RMSSE over the rolling test weeks.")
    error_naive = models.FloatField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["region", "family", "week"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "region", "week"], name="one_forecast_a_series_and_week"
            )
        ]
