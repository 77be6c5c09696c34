"""From a basket to a placed order: one short transaction, no call to the outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from configurator.kept_shapes import is_redrawn
from core.errors import Conflict, NoCapacity
from core.locks import locked
from core.signing import seal
from core.states import born, move
from orders.models import LineShare, Order, OrderItem, Payment
from orders.promises import promise_as_json, whole
from routing import places, services

FIRST_LOOK_S = 30


@dataclass(frozen=True)
class Details:
    """Who buys, and where the parcel goes. The country stands with the quotes."""

    email: str
    name: str
    street: str
    postcode: str
    city: str


def place_order(ref: str, details: Details, *, now: dt.datetime) -> Order:
    """Hold capacity for every line and turn the draft into a placed order.

    Pressing the button twice places once: whoever comes second gets the order as it is.

    Raises:
        Conflict: the basket is empty, or a quote has run out.
        NoCapacity: a part can no longer be made; nothing was held.
    """
    with transaction.atomic():
        order = locked(Order.objects.filter(ref=ref)).get()
        if order.status == "draft":
            place_locked(order, details, now=now)
    return order


def place_locked(order: Order, details: Details, *, now: dt.datetime) -> None:
    """The body of ``place_order``; the caller holds the order's lock."""
    everything = list(order.items.all())
    items = [item for item in everything if not item.removed]
    _check(items, now)
    place = places.place(order.place_id)
    if len(items) < len(everything):
        order.items.filter(removed=True).delete()
    total = sum(item.total_cents for item in items)
    move(
        order,
        "placed",
        by="customer",
        reason=f"{len(items)} line{'s'[: len(items) != 1]}, held near {place.name}",
        **asdict(details),
        country=place.country,
        link=seal(order.ref, purpose="track"),
        total_cents=total,
        tax_cents=sum(item.tax_cents for item in items),
        placed_at=now,
        pay_by=now + dt.timedelta(minutes=settings.PAY_MINUTES),
        look_at=now + dt.timedelta(seconds=FIRST_LOOK_S),
    )
    born(Payment.objects.create(order=order, amount_cents=total, status="created"), by="system")
    # Last, because holding takes the lock on all capacity, and everybody else's checkout waits for
    # it until we are done. Where nothing can be held, nothing of the above has happened.
    for item in items:
        promises = [_hold(share, place, now) for share in item.shares.all()]
        item.promise = promise_as_json(whole(promises))
        item.save(update_fields=["promise"])


def _check(items: Sequence[OrderItem], now: dt.datetime) -> None:
    if not items:
        raise Conflict("Your basket is empty. Choose something to make first.")
    for item in items:
        if is_redrawn(item.design):
            raise Conflict(
                f"“{item.title}” has been redrawn since it was put in the basket. Take it out, and "
                "put it in anew as it is made today."
            )
        if item.held_until <= now:
            raise Conflict(
                f"The price of “{item.title}” was held until {item.held_until:%d %b}. "
                "Please look at the new price in your basket.",
                detail=f"quote of item {item.pk} ran out",
            )


def _hold(share: LineShare, place: places.Place, now: dt.datetime) -> services.Promise:
    """Hold what a share of a line needs. Somebody may take the best machine's last minutes between
    our look and our hold; then the next best is found by looking once more."""
    try:
        promise = services.hold(share.ref, share.job_need, place, now)
    except NoCapacity:
        promise = services.hold(share.ref, share.job_need, place, now)
    share.promise = promise_as_json(promise)
    share.save(update_fields=["promise"])
    return promise
