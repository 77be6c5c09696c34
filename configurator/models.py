"""Designs are immutable and named by their content; edits make new ones."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from configurator.saved_models import Lineage as Lineage
from configurator.saved_models import SavedDesign as SavedDesign
from configurator.suggestion_models import SuggestionRun as SuggestionRun


class Product(models.Model):
    """A family that the shop offers. The geometry is code; this row says whether it is sold."""

    slug = models.SlugField(unique=True)
    version = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"


class Design(models.Model):
    """A family, its version and a set of parameters. ``key`` is the hash of the three."""

    key = models.CharField(max_length=64, primary_key=True)
    family = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    params = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    wanted_at = models.DateTimeField(db_default=Now(), editable=False)
    """When somebody last asked for it, to the day: what nobody wants or bought is forgotten."""

    class Meta:
        indexes = [models.Index(fields=["wanted_at"], name="design_wanted_at")]

    def __str__(self) -> str:
        return f"{self.family} {self.key[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a Design never changes: an edit makes another one")
        super().save(*args, **kwargs)


class Upload(models.Model):
    """A file that somebody brought, as the blob it was read into; ``name`` is the blob's hash."""

    name = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=8)
    facts = models.JSONField()
    designs = models.ManyToManyField(Design, related_name="uploads")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    wanted_at = models.DateTimeField(db_default=Now(), editable=False)
    """When somebody last brought it."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name[:8]}"


class Measurement(models.Model):
    """What the engine found of a design in a material: computed once, then read."""

    design = models.ForeignKey(Design, models.CASCADE, related_name="measurements")
    material = models.CharField(max_length=24)
    data = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["design", "material"], name="one_measurement_a_design_and_material"
            )
        ]
