"""A basket is the draft order of one browser."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from configurator.kept_shapes import is_redrawn
from core.errors import Conflict, NearmadeError, NotFound
from core.locks import locked
from core.states import born
from orders import quotes
from orders.models import LineShare, Order, OrderItem
from orders.promises import promise_as_json
from orders.quotes import Quote

MOST_LINES = 20


def basket_of(session: SessionBase) -> Order | None:
    """The draft of this browser, if it has one."""
    browser = session.get("browser")
    return Order.objects.filter(browser=browser, status="draft").first() if browser else None


def unpaid_of(session: SessionBase) -> list[Order]:
    """What this browser ordered and has not paid yet, the newest first: it holds machine time."""
    browser = session.get("browser")
    if not browser:
        return []
    return list(Order.objects.filter(browser=browser, status="placed").order_by("-pk"))


def add(session: SessionBase, quote: Quote, now: dt.datetime) -> OrderItem:
    """Put a quote into this browser's basket. The basket's other lines follow its city.

    Raises:
        Conflict: the quote has run out, or the basket is full.
    """
    if quote.held_until <= now:
        raise Conflict("This price has run out. Please look at the new one first.")
    order = _draft(session, quote.place_id)
    if order.kept_items().count() >= MOST_LINES:
        raise Conflict(f"A basket holds {MOST_LINES} lines. Please order these first.")
    if order.place_id != quote.place_id:
        deliver_to(order, quote.place_id, now)
    with transaction.atomic():
        _still_a_basket(order.pk)
        item = write_line(order, quote)
    count(session, order)
    return item


def set_quantity(item: OrderItem, quantity: int, now: dt.datetime) -> None:
    """A new quantity has a new price and date, shown before anything is bought."""
    _requote(item, item.order.place_id, quantity, now)


def deliver_to(order: Order, place_id: int, now: dt.datetime) -> None:
    """Quote every line for another city; all or nothing. One that was redrawn, which the checkout
    will not take, does not stand in the way of the others."""
    fresh = [
        (item, quotes.again(item.design, item.material, item.colour, place_id, item.quantity, now))
        for item in order.kept_items()
        if not is_redrawn(item.design)
    ]
    with transaction.atomic():
        _still_a_basket(order.pk)
        Order.objects.filter(pk=order.pk).update(place_id=place_id)
        for item, quote in fresh:
            _rewrite(item, quote)
    order.place_id = place_id


def renew(order: Order, now: dt.datetime) -> list[str]:
    """Quote again what has run out. Returns a sentence for each line that changed."""
    said = []
    for item in order.kept_items().filter(held_until__lte=now):
        before = item.total_cents
        try:
            _requote(item, order.place_id, item.quantity, now)
        except NearmadeError as error:
            said.append(f"{item.title}: {error.sentence}")
            continue
        if item.total_cents != before:
            said.append(f"{item.title} has a new price: the old one was held until today.")
    return said


def remove(item: OrderItem, *, removed: bool) -> None:
    """Take a line out, or put it back."""
    with transaction.atomic():
        _still_a_basket(item.order_id)
        item.removed = removed
        item.save(update_fields=["removed"])


def item_of(session: SessionBase, ref: str) -> OrderItem:
    """A line of this browser's basket. Raises NotFound for anybody else's."""
    rows = OrderItem.objects.filter(ref=ref, order__status="draft").exclude(order__browser="")
    item = rows.filter(order__browser=session.get("browser", "")).select_related("order").first()
    if item is None:
        raise NotFound("This line is not in your basket (any more).")
    return item


def count(session: SessionBase, order: Order | None) -> None:
    """How many lines the header shows."""
    session["basket_count"] = order.kept_items().count() if order else 0


def columns_of(quote: Quote) -> dict[str, Any]:
    """A quote as the columns of its order line."""
    return {
        "title": quote.title,
        "material": quote.need.material,
        "colour": quote.colour,
        "quantity": quote.need.quantity,
        "lines": quotes.lines_as_json(quote.price),
        "total_cents": quote.price.total_cents,
        "tax_cents": quote.price.tax_cents,
        "promise": promise_as_json(quote.promise),
        "co2e_g": quote.co2e_g,
        "held_until": quote.held_until,
        "withdrawal": OrderItem.PERSONALISED if quote.personalised else OrderItem.FOURTEEN_DAYS,
    }


def _requote(item: OrderItem, place_id: int, quantity: int, now: dt.datetime) -> None:
    fresh = quotes.again(item.design, item.material, item.colour, place_id, quantity, now)
    with transaction.atomic():
        _still_a_basket(item.order_id)
        _rewrite(item, fresh)


def write_line(order: Order, quote: Quote) -> OrderItem:
    """A quote as a line of an order, with a share for each workshop that it needs."""
    with transaction.atomic():
        item = OrderItem.objects.create(
            order=order, design_id=quote.need.design_key, **columns_of(quote)
        )
        LineShare.objects.bulk_create(shares_of(item, quote))
    return item


def shares_of(item: OrderItem, quote: Quote) -> list[LineShare]:
    return [
        LineShare(
            item=item,
            number=number,
            ref=item.share_ref(number),
            need=one.need.as_json(),
            promise=promise_as_json(one.promise),
        )
        for number, one in enumerate(quote.portions, start=1)
    ]


def _rewrite(item: OrderItem, quote: Quote) -> None:
    """A line of a basket takes another quote; nothing is held or made for it yet."""
    columns = columns_of(quote)
    for name, value in columns.items():
        setattr(item, name, value)
    item.save(update_fields=list(columns))
    item.shares.all().delete()
    LineShare.objects.bulk_create(shares_of(item, quote))


def _still_a_basket(order_id: int) -> None:
    """Lock the order and see that it was not placed meanwhile: a placed one never changes.

    Raises:
        Conflict: it was.
    """
    if not list(locked(Order.objects.filter(pk=order_id, status="draft"))):
        raise Conflict("This basket has just been ordered, so it can no longer be changed.")


def _draft(session: SessionBase, place_id: int) -> Order:
    browser = session.setdefault("browser", secrets.token_hex(16))
    found = Order.objects.filter(browser=browser, status="draft").first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            order = Order.objects.create(browser=browser, status="draft", place_id=place_id)
            born(order, by="customer")
    except IntegrityError:  # another tab of this browser was first
        return Order.objects.get(browser=browser, status="draft")
    return order
