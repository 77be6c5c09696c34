"""What must hold after any storm. Each broken promise is one line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import F, Sum

from core.models import Transition
from core.states import Stateful
from manufacturing.models import Job, MachineDay, Reservation, Stock
from orders.models import Order, OrderItem, Payment, Shipment
from orders.standin.store import Store


def violations(bought: Iterable[str]) -> list[str]:
    """Every violation found, in words."""
    refs = set(bought)
    return [
        *_paid_orders_are_made_once(refs),
        *_machines_made_each_part_once(),
        *_charges_match(),
        *_nothing_is_oversold(),
        *_transitions_are_legal(),
    ]


def _paid_orders_are_made_once(refs: set[str]) -> Iterator[str]:
    for order in Order.objects.exclude(status="draft"):
        if order.status not in ("shipped", "delivered", "cancelled", "expired"):
            yield f"order {order.ref} is still {order.status}"
        wanted = int(order.status in ("shipped", "delivered"))
        for item in OrderItem.objects.filter(order=order, removed=False):
            if not item.shares.exists():
                yield f"line {item.ref} of {order.ref} is made by nobody"
        for share in order.shares():
            jobs = Job.objects.filter(ref=share.ref)
            sent = jobs.filter(status="handed_over").count()
            if sent != wanted:
                yield f"share {share.ref} of {order.ref} ({order.status}) was made {sent} times"
            if {job.wanted.parts for job in jobs} - {share.job_need.parts}:
                yield f"share {share.ref} of {order.ref} has a job for other parts"
            if wanted != (parcels := Shipment.objects.filter(share=share).count()):
                yield f"share {share.ref} of {order.ref} ({order.status}) has {parcels} parcels"
    known = set(Order.objects.values_list("ref", flat=True))
    yield from (f"order {ref} was bought but is not there" for ref in sorted(refs - known))


def _machines_made_each_part_once() -> Iterator[str]:
    """The machines' own logs, which our database never touches."""
    starts: Counter[str] = Counter()
    finished: Counter[str] = Counter()
    for log in Path(settings.VAR_DIR).glob("edge/**/made.log"):
        for line in log.read_text().splitlines():
            event = json.loads(line)
            starts[event["job"]] += event["event"] == "start"
            finished[event["job"]] += event["event"] == "finish"
    for job, count in starts.items():
        if count > 1:
            yield f"job {job} was started {count} times"
    parts: Counter[str] = Counter()
    for job in Job.objects.all():
        parts[job.ref] += finished[job.uid]
        if job.status == "handed_over" and finished[job.uid] != 1:
            yield f"job {job.uid} was handed over but made {finished[job.uid]} times"
    yield from (f"line {ref} has {n} finished parts" for ref, n in parts.items() if n > 1)


def _charges_match() -> Iterator[str]:
    """What Stripe's stand-in took against what we believe."""
    store = Store(Path(settings.VAR_DIR) / "stripe")
    taken: Counter[str] = Counter()
    amount: Counter[str] = Counter()
    for intent in store.all("payment_intent"):
        if intent["status"] == "succeeded":
            ref = intent["metadata"].get("order", "")
            refunded = sum(
                refund["amount"]
                for refund in store.all("refund")
                if refund["payment_intent"] == intent["id"]
            )
            if refunded < intent["amount"]:
                taken[ref] += 1
            amount[ref] += intent["amount"] - refunded
    for order in Order.objects.exclude(status="draft"):
        due = order.status in ("paid", "in_production", "shipped", "delivered")
        if taken[order.ref] != int(due):
            yield f"order {order.ref} ({order.status}) was charged {taken[order.ref]} times"
        elif due and amount[order.ref] != order.total_cents:
            yield f"order {order.ref}: {amount[order.ref]} taken for {order.total_cents}"
        paid = Payment.objects.filter(order=order, status="paid").count()
        if due and paid != 1:
            yield f"order {order.ref} has {paid} paid payments"


def _nothing_is_oversold() -> Iterator[str]:
    for day in MachineDay.objects.filter(used_min__gt=F("capacity_min")):
        yield f"machine day {day.pk} is oversold"
    for day in MachineDay.objects.annotate(held=Sum("reservations__amount")):
        if (day.held or 0) > day.used_min:
            yield f"machine day {day.pk} holds {day.held} of {day.used_min} minutes"
    for shelf in Stock.objects.annotate(held=Sum("reservations__amount")):
        if (shelf.held or 0) != shelf.reserved_g or shelf.reserved_g > shelf.grams:
            yield f"shelf {shelf.pk}: {shelf.held} held, {shelf.reserved_g} of {shelf.grams} booked"
    dead = Job.objects.exclude(status__in=Job.LIVE).values_list("ref", flat=True)
    live = Job.objects.filter(status__in=Job.LIVE).values_list("ref", flat=True)
    for ref in set(dead) - set(live):
        if Reservation.objects.filter(ref=ref).exists():
            yield f"{ref} has ended but still holds something"


def _transitions_are_legal() -> Iterator[str]:
    for model in apps.get_models():
        if not issubclass(model, Stateful):
            continue
        rows = Transition.objects.filter(object_type=model._meta.label_lower).order_by("pk")
        now: dict[str, str] = {}
        for row in rows:
            before = now.get(row.object_id)
            if row.old and row.new not in model.MOVES.get(row.old, frozenset()):
                yield f"{row}: not a legal move"
            if before is not None and row.old != before:
                yield f"{row}: it was {before} before"
            now[row.object_id] = row.new
        for obj in model._base_manager.all():
            if str(obj.pk) in now and now[str(obj.pk)] != obj.status:
                said = now[str(obj.pk)]
                yield f"{obj.label} {obj.pk} is {obj.status}, its history says {said}"
