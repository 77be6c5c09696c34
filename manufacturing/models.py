"""Factories, their machines and stock, and the jobs they make.

A factory sees a Job (design, quantity, due date, region), never an Order.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from configurator.models import Design
from core.states import Stateful, moves
from manufacturing.needs import JobNeed


def public_id() -> str:
    """A short unguessable name that is safe in a URL, a file name and a manifest."""
    return secrets.token_hex(6)


class Factory(models.Model):
    """A workshop: a place, the people who run it, and whether it takes work."""

    name = models.CharField(max_length=80, unique=True)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    lat = models.FloatField()
    lon = models.FloatField()
    about = models.CharField(max_length=200, blank=True)
    accepting = models.BooleanField(default=True, help_text="Off: no new offers come here.")
    auto_accept = models.BooleanField(
        default=False, help_text="Say yes by itself to offers for machines that are heard of."
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="factories", blank=True)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "factories"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__range=(-90, 90), lon__range=(-180, 180)), name="factory_on_earth"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class Machine(Stateful):
    """A machine of a factory. ``profile`` names its data in ``manufacturing.planning.profiles``."""

    START = "offline"
    OFFLINE, IDLE, BUSY, PAUSED = "offline", "idle", "busy", "paused"
    NEEDS_CLEARING, ERROR, MAINTENANCE = "needs_clearing", "error", "maintenance"
    RETIRED = "retired"
    MOVES = moves(
        {
            "offline": "idle busy paused needs_clearing error maintenance retired",
            "idle": "offline busy error maintenance retired",
            "busy": "offline paused needs_clearing error",
            "paused": "offline busy needs_clearing error",
            "needs_clearing": "offline idle error maintenance retired",
            "error": "offline maintenance retired",
            "maintenance": "idle offline retired",
            "retired": "",
        }
    )

    uid = models.CharField(max_length=24, unique=True, default=public_id, editable=False)
    factory = models.ForeignKey(Factory, models.PROTECT, related_name="machines")
    name = models.CharField(max_length=60)
    profile = models.CharField(max_length=40)
    process = models.CharField(max_length=12, default="fdm")
    tolerance_mm = models.FloatField(default=0.2)
    opens_min = models.PositiveSmallIntegerField(default=0, help_text="Minute of the day, UTC.")
    closes_min = models.PositiveSmallIntegerField(default=1440)
    node = models.ForeignKey(
        "Node",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="machines",
        help_text="The workshop computer that drives it: nobody else is told to start anything.",
    )
    clear_number = models.PositiveIntegerField(
        default=0, help_text="Counts the sign-offs 'plate is clear'; a node obeys a higher one."
    )
    clear_job = models.CharField(
        max_length=24, blank=True, help_text="The job whose plate was signed off last."
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["factory", "name"]
        constraints = [
            models.UniqueConstraint(fields=["factory", "name"], name="machine_name_in_factory"),
            models.CheckConstraint(
                condition=Q(opens_min__lt=F("closes_min"), closes_min__lte=1440),
                name="machine_opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.factory.name})"

    def clean(self) -> None:
        """For forms: only a computer of its own workshop can drive a machine."""
        if self.node is not None and self.node.factory_id != self.factory_id:
            raise ValidationError({"node": "This computer stands in another workshop."})


class MachineSeen(models.Model):
    """The hot row beside a machine: rewritten at every poll, worth no history."""

    machine = models.OneToOneField(Machine, models.CASCADE, primary_key=True, related_name="seen")
    at = models.DateTimeField()
    hotend_c = models.FloatField(null=True)
    bed_c = models.FloatField(null=True)
    percent = models.FloatField(null=True)
    seconds_left = models.PositiveIntegerField(null=True)
    detail = models.CharField(max_length=500, blank=True)
    clear_number = models.PositiveIntegerField(default=0)
    plate_job = models.CharField(max_length=64, blank=True)


class MachineDay(models.Model):
    """The minutes of one machine on one day, and how many are spoken for."""

    machine = models.ForeignKey(Machine, models.CASCADE, related_name="days")
    day = models.DateField()
    capacity_min = models.PositiveIntegerField()
    used_min = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["machine", "day"], name="one_row_a_machine_and_day"),
            models.CheckConstraint(
                condition=Q(used_min__lte=F("capacity_min")), name="minutes_are_not_oversold"
            ),
        ]
        indexes = [models.Index(fields=["day", "machine"], name="machine_day")]


class Stock(models.Model):
    """Grams of one material in one colour, and of sheets in one thickness, on a factory's shelf."""

    factory = models.ForeignKey(Factory, models.CASCADE, related_name="stock")
    material = models.CharField(max_length=24)
    colour = models.CharField(max_length=24)
    thickness_mm = models.FloatField(default=0, help_text="Of sheets; 0 for spools.")
    grams = models.PositiveIntegerField()
    reserved_g = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"
        ordering = ["factory", "material", "colour", "thickness_mm"]
        constraints = [
            models.UniqueConstraint(
                fields=["factory", "material", "colour", "thickness_mm"], name="one_row_a_shelf"
            ),
            models.CheckConstraint(
                condition=Q(reserved_g__lte=F("grams")), name="grams_are_not_oversold"
            ),
        ]

    def __str__(self) -> str:
        thick = f" {self.thickness_mm:g} mm" if self.thickness_mm else ""
        return f"{self.material} {self.colour}{thick} at {self.factory}"

    @property
    def free_g(self) -> int:
        return self.grams - self.reserved_g


class Reservation(models.Model):
    """Minutes of a machine's day, or grams of a shelf, held under one reference.

    ``ref`` is an order line's reference from its placing; ``job`` is whose they are once the
    matcher has found a machine, until that job is made or given up. A job that ends uses up its
    own share and gives back its own rest, whatever its heir holds meanwhile.
    """

    ref = models.CharField(max_length=64, db_index=True)
    job = models.ForeignKey(
        "Job", models.PROTECT, null=True, blank=True, related_name="reservations"
    )
    machine_day = models.ForeignKey(
        MachineDay, models.PROTECT, null=True, blank=True, related_name="reservations"
    )
    stock = models.ForeignKey(
        Stock, models.PROTECT, null=True, blank=True, related_name="reservations"
    )
    amount = models.PositiveIntegerField(help_text="Minutes, or grams.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(machine_day__isnull=True) ^ Q(stock__isnull=True),
                name="reserves_minutes_or_grams",
            ),
            models.UniqueConstraint(
                fields=["ref", "machine_day"],
                condition=Q(job=None),
                name="one_hold_a_ref_and_day",
            ),
            models.UniqueConstraint(
                fields=["ref", "stock"], condition=Q(job=None), name="one_hold_a_ref_and_shelf"
            ),
            models.UniqueConstraint(fields=["job", "machine_day"], name="one_hold_a_job_and_day"),
            models.UniqueConstraint(fields=["job", "stock"], name="one_hold_a_job_and_shelf"),
        ]


class Node(models.Model):
    """An edge agent in a workshop: enrolled by a one-time code, then known by its token."""

    uid = models.CharField(max_length=24, unique=True, default=public_id, editable=False)
    factory = models.ForeignKey(Factory, models.CASCADE, related_name="nodes")
    name = models.CharField(max_length=60, default="Workshop computer")
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_nonce = models.CharField(max_length=64, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    hub_key = models.CharField(
        max_length=64, blank=True, help_text="sha256 of the hub's public key that it pinned."
    )
    paired_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.factory.name}"


class NodeSeen(models.Model):
    """The hot row beside a node."""

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="seen")
    at = models.DateTimeField()
    version = models.CharField(max_length=64, blank=True)
    last_sequence = models.PositiveBigIntegerField(
        default=0, help_text="The highest report taken; lower ones are repeats."
    )


class Program(models.Model):
    """Proven G-code for one design on one machine profile; the file is named by its sha256."""

    design = models.ForeignKey(Design, models.PROTECT, related_name="programs")
    profile_digest = models.CharField(max_length=64)
    material = models.CharField(max_length=24)
    parts = models.TextField(
        blank=True, default="", help_text="Names of the parts it makes, by line; none: all."
    )
    quantity = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    grams = models.FloatField()
    layers = models.PositiveIntegerField()
    bounds = models.JSONField(help_text="[[x, y, z] lowest, [x, y, z] highest] in mm")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    lost_at = models.DateTimeField(
        null=True, blank=True, help_text="Its file was missing or changed: it is not used again."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["design", "profile_digest", "material", "parts", "quantity"],
                condition=Q(lost_at=None),
                name="one_program_a_design_and_profile",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} for {self.design}"


class Job(Stateful):
    """One design, in one quantity, to be made by one machine.

    A retry or a re-route is a new Job with the same ``ref`` that names the one it ``replaces``.
    """

    MOVES = moves(
        {
            "waiting": "offered failed cancelled",
            "offered": "accepted waiting failed cancelled",
            # straight to running: by the workshop's own program, where none is written here
            "accepted": "planned running waiting failed cancelled",
            "planned": "leased accepted waiting failed cancelled",
            "leased": "running planned failed cancelled",
            "running": "paused made failed cancelled",
            "paused": "running made failed cancelled",
            "made": "passed scrapped",
            "passed": "handed_over",
            "handed_over": "",
            "scrapped": "",
            "failed": "",
            "cancelled": "",
        }
    )
    LIVE = frozenset(MOVES) - {"handed_over", "scrapped", "failed", "cancelled"}
    BEFORE_MACHINE = frozenset({"waiting", "offered", "accepted", "planned"})
    AT_MACHINE = frozenset({"leased", "running", "paused"})

    uid = models.CharField(max_length=24, unique=True, default=public_id, editable=False)
    ref = models.CharField(max_length=64)
    design = models.ForeignKey(Design, models.PROTECT, related_name="jobs")
    need = models.JSONField(help_text="manufacturing.needs.JobNeed")
    factory = models.ForeignKey(Factory, models.PROTECT, null=True, blank=True, related_name="jobs")
    machine = models.ForeignKey(Machine, models.PROTECT, null=True, blank=True, related_name="jobs")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="jobs")
    node = models.ForeignKey(
        Node,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        help_text="The computer that the lease was given to: only it knows what became of it.",
    )
    to_lat = models.FloatField()
    to_lon = models.FloatField()
    region = models.CharField(max_length=80, help_text="City of delivery: all a factory learns.")
    country = models.CharField(max_length=2)
    due_at = models.DateTimeField(help_text="Ship by.")
    payout_cents = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    epoch = models.PositiveIntegerField(default=0, help_text="Counts the leases given for it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    percent = models.FloatField(default=0)
    seconds_left = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    cancel_reason = models.CharField(
        max_length=200, blank=True, help_text="Set: the node is asked to stop it."
    )
    given_up = models.BooleanField(
        default=False, help_text="Nobody wants it any more: it gets no heir."
    )
    remake = models.BooleanField(
        default=False, help_text="When it ends cancelled, it is made somewhere else."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ref"],
                condition=~Q(status__in=["scrapped", "failed", "cancelled"]),
                name="one_live_job_a_ref",
            ),
            models.UniqueConstraint(
                fields=["machine"],
                condition=Q(status__in=["leased", "running", "paused"]),
                name="one_job_on_a_machine",
            ),
        ]
        indexes = [models.Index(fields=["factory", "status"], name="job_of_factory")]

    def __str__(self) -> str:
        return f"Job {self.uid[:6]}"

    @property
    def wanted(self) -> JobNeed:
        return JobNeed.from_json(self.need)

    @property
    def quantity(self) -> int:
        return int(self.need["quantity"])


class Report(models.Model):
    """What a node said about a job: append only, counted once by (node, sequence)."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="reports")
    sequence = models.PositiveBigIntegerField()
    job = models.ForeignKey(Job, models.CASCADE, related_name="reports")
    epoch = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    percent = models.FloatField(null=True)
    reason = models.CharField(max_length=64, blank=True, help_text="Of a refusal: its kind.")
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(help_text="The node's clock.")
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["node", "sequence"], name="a_report_counts_once")
        ]


class Inspection(models.Model):
    """A person looked at the part: measured against nominal, passed or scrapped."""

    job = models.OneToOneField(Job, models.PROTECT, related_name="inspection")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed = models.BooleanField()
    measured_mm: Any = models.JSONField(default=list, help_text="[x, y, z] of the largest part.")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
