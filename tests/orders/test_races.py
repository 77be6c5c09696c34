"""Two hands on one thing at the same moment. First the race, then the lock that stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import Conflict, StaleState
from core.models import Transition
from manufacturing.models import Factory, Job
from orders import baskets, payments
from orders.checkout import place_locked, place_order
from orders.models import LedgerEntry, Order, Payment, Refund
from orders.stripe_gateway import Session
from tests.orders.network import ADA, a_draft, a_placed_order, held_amounts

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run all at once, each on a connection of its own; an error is a result too."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def paid_session(payment: Payment) -> Session:
    return Session("cs_1", "", "complete", True, "pi_1", payment.amount_cents, "eur", "x")


def opened_payment(order: Order) -> Payment:
    payment = order.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="open", session_id="cs_1")
    payment.refresh_from_db()
    return payment


def test_without_the_lock_two_presses_collide(factory: Factory) -> None:
    """Both read the draft before either writes: one of them fails in the buyer's face."""
    ref = a_draft().ref
    both_read = threading.Barrier(2, timeout=20)

    def place_unlocked() -> object:
        order = Order.objects.get(ref=ref)
        both_read.wait()
        with transaction.atomic():
            place_locked(order, ADA, now=timezone.now())
        return order.status

    results = together(place_unlocked, place_unlocked)
    assert results.count("placed") == 1
    assert sum(isinstance(r, (StaleState, IntegrityError)) for r in results) == 1


def test_with_the_lock_two_presses_give_both_the_same_order(factory: Factory) -> None:
    ref = a_draft().ref
    results = together(*[lambda: place_order(ref, ADA, now=timezone.now()).status] * 4)
    assert results == ["placed"] * 4
    assert held_amounts() == (60, 84)  # minutes and grams, once


def test_without_the_lock_a_late_payment_collides_with_expiry(factory: Factory) -> None:
    """Settling believes the order still waits; expiry moves it in between: the move fails."""
    order = a_placed_order()
    payment = opened_payment(order)
    stale = Order.objects.get(pk=order.pk)
    with transaction.atomic():
        fresh = Order.objects.get(pk=order.pk)
        payments.move(fresh, "expired", by="system")
    with pytest.raises(StaleState), transaction.atomic():
        payments.move(payment, "paid", by="stripe", intent_id="pi_1")
        payments.move(stale, "paid", by="stripe")
    payment.refresh_from_db()
    assert payment.status == "open"  # nothing half done: the next look refunds it


def test_many_hands_settle_one_payment_once(factory: Factory) -> None:
    order = a_placed_order()
    payment = opened_payment(order)
    session = paid_session(payment)
    results = together(*[lambda: payments.take(payment, session)] * 6)
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    assert Job.objects.count() == 1
    assert LedgerEntry.objects.values("transaction").distinct().count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_expiry_and_payment_at_once_end_in_paid_or_in_refund(factory: Factory, turn: int) -> None:
    """Never paid without jobs, never expired with the money kept."""
    order = a_placed_order()
    payment = opened_payment(order)
    session = paid_session(payment)
    start = threading.Barrier(2, timeout=20)

    def expire() -> object:
        start.wait()
        with transaction.atomic():
            row = payments.locked(Order.objects.filter(pk=order.pk)).get()
            if row.status == "placed":
                payments.move(row, "expired", by="system")
                payments._close(row, "system")
        return row.status

    def settle() -> object:
        start.wait()
        return payments.take(payment, session)

    results = together(expire, settle)
    assert not [r for r in results if isinstance(r, Exception)], results
    status = Order.objects.get().status
    refunds, jobs = Refund.objects.count(), Job.objects.count()
    assert (status, refunds, jobs) in [("paid", 0, 1), ("expired", 1, 0)]
    moves = Transition.objects.filter(object_type="orders.order").values_list("new", flat=True)
    assert len(set(moves)) == len(moves)


def test_two_tabs_share_one_basket(factory: Factory) -> None:
    from orders.baskets import _draft

    session: dict[str, Any] = {"browser": "b" * 32}
    results = together(*[lambda: _draft(session, 2996944).pk] * 4)  # type: ignore[arg-type]
    assert len(set(results)) == 1, results
    assert Order.objects.count() == 1


def test_a_line_cannot_change_any_more_once_its_order_is_placed(factory: Factory) -> None:
    """The request began while it was a basket; the order was placed before it wrote."""
    order = a_placed_order()
    item = order.items.get()
    with pytest.raises(Conflict, match="just been ordered"):
        baskets.set_quantity(item, 2, timezone.now())
    with pytest.raises(Conflict, match="just been ordered"):
        baskets.remove(item, removed=True)
    item.refresh_from_db()
    assert (item.quantity, item.removed) == (1, False)
