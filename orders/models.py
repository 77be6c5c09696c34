"""What was asked for, promised, paid and sent.

A customer's name and address stand here and nowhere else.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from configurator.models import Design
from core.states import Stateful, moves
from manufacturing.needs import JobNeed

_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L


def order_ref() -> str:
    """What a customer reads out on the telephone: ``NM-4K7QX2P``."""
    return "NM-" + "".join(secrets.choice(_READABLE) for _ in range(7))


def item_ref() -> str:
    return uuid.uuid4().hex


class Order(Stateful):
    """A basket while it is a draft, then an order. Amounts are frozen when it is placed."""

    MOVES = moves(
        {
            "draft": "placed",
            "placed": "paid expired cancelled",
            "paid": "in_production cancelled",
            # Cancelled from here only when no maker can make it (any more): money goes back.
            "in_production": "shipped cancelled",
            "shipped": "delivered",
            "delivered": "",
            "expired": "",
            "cancelled": "",
        }
    )
    OPEN = frozenset({"placed", "paid", "in_production", "shipped"})

    ref = models.CharField(max_length=16, unique=True, default=order_ref, editable=False)
    browser = models.CharField(max_length=32, db_index=True, help_text="Whose basket it is.")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=80, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    place_id = models.PositiveIntegerField(
        default=0, help_text="GeoNames number of the city that the quotes are for."
    )
    total_cents = models.PositiveIntegerField(default=0)
    tax_cents = models.PositiveIntegerField(default=0)
    link = models.CharField(
        max_length=200, blank=True, help_text="The sealed part of its tracking address."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    placed_at = models.DateTimeField(null=True, blank=True)
    pay_by = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep asks Stripe about it again."
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["browser"], condition=Q(status="draft"), name="one_basket_a_browser"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (Q(total_cents__gt=0, placed_at__isnull=False) & ~Q(email="")),
                name="a_placed_order_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(tax_cents__lte=F("total_cents")), name="tax_is_part_of_the_total"
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="order_to_look_at"
            )
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def url(self) -> str:
        """Where its buyer follows it, without a login. One address for its whole life."""
        return f"{settings.SITE_URL}{reverse('orders:track', args=[self.link])}"

    def shares(self) -> models.QuerySet[LineShare]:
        """What workshops make of it, in an order that every lock keeps."""
        return LineShare.objects.filter(item__order=self).order_by("item", "number")

    def job_refs(self) -> list[str]:
        """By what all its jobs are known."""
        return list(self.shares().values_list("ref", flat=True))

    def kept_items(self) -> models.QuerySet[OrderItem]:
        return self.items.filter(removed=False).select_related("design")


class OrderItem(models.Model):
    """One design in one quantity, with the quote it was bought at; ``shares`` name its jobs."""

    PERSONALISED, FOURTEEN_DAYS = "personalised", "fourteen_days"

    ref = models.CharField(max_length=32, unique=True, default=item_ref, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    design = models.ForeignKey(Design, models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    material = models.CharField(max_length=24)
    colour = models.CharField(max_length=24)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    lines = models.JSONField(help_text="The price: [kind, label, cents] each.")
    total_cents = models.PositiveIntegerField()
    tax_cents = models.PositiveIntegerField()
    promise = models.JSONField(help_text="When all of it is there: date range, confidence.")
    co2e_g = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField()
    withdrawal = models.CharField(
        max_length=16,
        choices=[(PERSONALISED, "made to the buyer's measures"), (FOURTEEN_DAYS, "14 days")],
    )
    removed = models.BooleanField(default=False, help_text="Taken out of the basket; can undo.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="at_least_one_piece"),
            models.CheckConstraint(
                condition=Q(tax_cents__lte=F("total_cents")), name="item_tax_in_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    def share_ref(self, number: int) -> str:
        """By what the jobs of its share of that number are known; the first has the line's own."""
        return f"{self.ref}-{number}" if number > 1 else self.ref


class LineShare(models.Model):
    """What one workshop makes of an order line: the parts that one process and material share.

    ``ref`` names its jobs: they are held, made, made again and sent without the line's others.
    """

    item = models.ForeignKey(OrderItem, models.CASCADE, related_name="shares")
    number = models.PositiveSmallIntegerField(default=1)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    need = models.JSONField(help_text="manufacturing.needs.JobNeed")
    promise = models.JSONField(help_text="Likely maker, km, date range, confidence.")

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_share_a_number")
        ]

    def __str__(self) -> str:
        return f"Share {self.number} of {self.item}"

    @property
    def job_need(self) -> JobNeed:
        return JobNeed.from_json(self.need)


class Payment(Stateful):
    """One Stripe Checkout Session for an order. Its id is kept before a customer sees it."""

    MOVES = moves(
        {
            "created": "open closed",
            "open": "paid closed",
            "closed": "paid",  # money may come after we gave up waiting: it is never lost
            "paid": "refunded",
            "refunded": "paid",  # the bank did not take the money back
        }
    )

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1)
    session_id = models.CharField(max_length=128, unique=True, null=True, blank=True)
    intent_id = models.CharField(max_length=128, unique=True, null=True, blank=True)
    amount_cents = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="one_payment_an_attempt"),
            models.CheckConstraint(
                condition=Q(status__in=["created", "closed"]) | Q(session_id__isnull=False),
                name="an_open_payment_names_its_session",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "refunded"]) | Q(intent_id__isnull=False),
                name="paid_money_names_its_intent",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_payment_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order} attempt {self.attempt}"

    @property
    def key(self) -> str:
        """What Stripe knows this payment by: the same key never charges twice."""
        return f"{self.order.ref}-{self.attempt}"


class Refund(Stateful):
    """Money that goes back: asked for in the transaction that cancels, then sent by Stripe.

    ``sent`` is accepted by Stripe and on its way; only ``done`` is in the ledger. A bank can send
    it back days later (``done`` to ``failed``); staff then send it again, or pay it another way
    (``account`` says out of which of ours).
    """

    MOVES = moves(
        {
            "asked": "sent done failed",
            "sent": "done failed",
            "done": "failed",
            "failed": "asked done",
        }
    )

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="refund")
    attempt = models.PositiveSmallIntegerField(default=1)
    account = models.CharField(max_length=16, default="stripe")
    amount_cents = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    stripe_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_refund_is_positive")
        ]

    def __str__(self) -> str:
        return f"Refund of {self.payment}"

    @property
    def key(self) -> str:
        """Under what Stripe does it once. The first attempt's key is the payment's own."""
        return self.payment.key if self.attempt == 1 else f"{self.payment.key}-{self.attempt}"


class StripeEvent(models.Model):
    """An event that came by webhook: a trigger to look again, counted once by its id."""

    event_id = models.CharField(max_length=128, unique=True)
    kind = models.CharField(max_length=64)
    session_id = models.CharField(max_length=128, blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Shipment(models.Model):
    """The parcel of one share of a line, from the workshop's door to the customer's."""

    share = models.OneToOneField(LineShare, models.PROTECT, related_name="shipment")
    sent_at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"Parcel of {self.share}"


class Letter(models.Model):
    """An email that was sent, once for each matter of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="letters")
    about = models.CharField(max_length=16)
    to = models.EmailField()
    subject = models.CharField(max_length=160)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "about"], name="one_letter_a_matter")
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.order}"


class LedgerEntry(models.Model):
    """Money that moves from one account to another: append only.

    A row debits one account and credits another with the same positive amount, so every
    transaction balances by its form, and the database refuses any other form.
    """

    transaction = models.CharField(max_length=80, help_text="What happened, once: payment:7 …")
    debit = models.CharField(max_length=40)
    credit = models.CharField(max_length=40)
    amount_cents = models.PositiveIntegerField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="ledger")
    memo = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="an_entry_moves_money"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="two_accounts_an_entry"),
            models.UniqueConstraint(fields=["transaction", "debit", "credit"], name="posted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit}: {self.amount_cents}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a LedgerEntry is append only; post a reversal")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a LedgerEntry is append only; post a reversal")
