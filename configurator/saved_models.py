"""What customers keep: designs under names of their own, and where a design was made from."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Lineage(models.Model):
    """How a design that somebody kept came to be. Written once, at its first keeping.

    It is about designs, never about people. A parent always has an older row of its own, so that
    a chain never closes.
    """

    design = models.OneToOneField(
        "configurator.Design", models.CASCADE, primary_key=True, related_name="lineage"
    )
    parent = models.ForeignKey(
        "configurator.Design", models.SET_NULL, null=True, related_name="children"
    )
    """The shared design that it was made from; none for one that was begun by itself."""

    class Meta:
        app_label = "configurator"


def new_ref() -> str:
    """A name for an address that nobody can guess."""
    return secrets.token_hex(8)


class SavedDesign(models.Model):
    """A design under a name of the customer's: in an account, or for one browser without one."""

    ref = models.CharField(max_length=16, unique=True, default=new_ref, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="saved_designs"
    )
    browser = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=60)
    design = models.ForeignKey("configurator.Design", models.PROTECT, related_name="saved")
    material = models.CharField(max_length=24)
    colour = models.CharField(max_length=40)
    quantity = models.PositiveSmallIntegerField(default=1)
    remixed_from = models.ForeignKey(
        "configurator.Design", models.SET_NULL, null=True, related_name="remixes"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    wanted_at = models.DateTimeField(db_default=Now())
    """When its list was last looked at, to the day: one without an account is forgotten by it."""
    removed_at = models.DateTimeField(null=True)
    """Deleted by its owner, and not yet past being put back."""

    class Meta:
        app_label = "configurator"
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "-changed_at"], name="saved_of_owner"),
            models.Index(fields=["browser", "-changed_at"], name="saved_of_browser"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(owner=None) & ~Q(browser="")) | Q(owner__isnull=False, browser=""),
                name="saved_by_an_account_or_a_browser",
            ),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, 500)) & ~Q(name=""), name="saved_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.design_id[:8]})"
