"""The way out, and the money back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import Conflict
from core.models import Work
from core.work import enqueue
from manufacturing.models import Factory, Job, Reservation
from orders import ledger, payments, stripe_gateway
from orders.cancelling import can_cancel, cancel_order
from orders.models import Letter, Order, Refund
from orders.tasks import sweep
from routing import services
from tests.orders.network import a_placed_order, a_quote, job_of, make_it, run_shop
from tests.orders.standin import StandIn
from tests.orders.test_one_charge import deliver

pytestmark = pytest.mark.django_db(transaction=True)


def paid(standin: StandIn, *quotes: Any) -> Order:
    order = a_placed_order(*quotes)
    payments.start_payment(order)
    standin.press(str(order.payments.get().session_id))
    return payments.settle(order.ref)


def test_an_unpaid_order_is_closed_at_stripe_and_gives_back_its_hold(
    factory: Factory, standin: StandIn, client: Client
) -> None:
    order = a_placed_order()
    payments.start_payment(order)
    client.post(f"/track/{order.link}/cancel/")
    assert Order.objects.get().status == "cancelled"
    assert not Reservation.objects.exists()
    assert "expired" in standin.press(str(order.payments.get().session_id)).text
    run_shop()
    assert Letter.objects.get().about == "cancelled"


def test_a_paid_order_is_cancelled_and_its_money_goes_back_once(
    factory: Factory, standin: StandIn, client: Client, mailoutbox: list[Any]
) -> None:
    order = paid(standin)
    run_shop()
    for _ in range(2):
        client.post(f"/track/{order.link}/cancel/")
        run_shop()
    assert Order.objects.get().status == "cancelled"
    assert Job.objects.get().status == "cancelled"
    assert not Reservation.objects.exists()
    assert standin.charges()[0]["amount_refunded"] == order.total_cents
    assert [r.status for r in Refund.objects.all()] == ["done"]
    assert order.payments.get().status == "refunded"
    assert ledger.differs_from_payments_cents() == 0
    assert [b.cents for b in ledger.balances()] == [0, 0, 0]
    assert [m.subject.split(" ")[1] for m in mailoutbox] == ["you:", "money"]


def test_a_refund_that_was_sent_and_not_written_down_is_sent_once(
    factory: Factory, standin: StandIn
) -> None:
    """A worker dies between Stripe's yes and our row; the next asks under the same key."""
    order = paid(standin)
    cancel_order(order, by="customer", reason="test")
    payments.send_refund(Refund.objects.get())
    run_shop()
    assert standin.charges()[0]["amount_refunded"] == order.total_cents
    assert len(standin.get("/v1/refunds")["data"]) == 1
    assert Refund.objects.get().status == "done"


def test_a_refund_waits_for_stripe_to_come_back(factory: Factory, standin: StandIn) -> None:
    order = paid(standin)
    standin.kill()
    cancel_order(order, by="customer", reason="test")
    run_shop()
    assert Order.objects.get().status == "cancelled"
    assert Refund.objects.get().status == "asked"
    page = Client().get(f"/track/{order.link}/").content.decode()
    assert "is being sent back" in page
    standin.start()
    look_again_at_refunds()
    assert Refund.objects.get().status == "done"


def look_again_at_refunds() -> None:
    Work.objects.filter(kind="orders.refund").update(
        run_after=timezone.now() - dt.timedelta(minutes=1)
    )
    run_shop()


def test_a_refund_that_takes_days_is_in_the_ledger_when_it_is_done(
    factory: Factory, standin: StandIn
) -> None:
    order = paid(standin)
    standin.faults(refund_pending=2)
    cancel_order(order, by="customer", reason="test")
    run_shop()
    assert Refund.objects.get().status == "sent"
    assert not Letter.objects.filter(about="refunded").exists()
    look_again_at_refunds()
    assert Refund.objects.get().status == "sent"
    assert "is being sent back" in Client().get(f"/track/{order.link}/").content.decode()
    look_again_at_refunds()
    assert Refund.objects.get().status == "done"
    assert order.payments.get().status == "refunded"
    assert ledger.differs_from_payments_cents() == 0


def test_a_refund_the_bank_sends_back_is_shown_and_can_be_sent_again(
    factory: Factory, standin: StandIn, admin_client: Client
) -> None:
    order = paid(standin)
    standin.faults(refund_pending=1, refund_fails=1)
    cancel_order(order, by="customer", reason="test")
    run_shop()
    look_again_at_refunds()
    refund = Refund.objects.get()
    assert refund.status == "failed"
    assert order.payments.get().status == "paid"
    assert ledger.differs_from_payments_cents() == 0
    assert "did not take" in Client().get(f"/track/{order.link}/").content.decode()
    chosen = {"action": "send_again", "_selected_action": [refund.pk]}
    page = admin_client.post("/admin/orders/refund/", chosen, follow=True).content.decode()
    assert "is sent again" in page
    run_shop()
    assert Refund.objects.get().status == "done"
    assert standin.charges()[0]["amount_refunded"] == order.total_cents
    assert ledger.differs_from_payments_cents() == 0


def a_refund_that_came_back(standin: StandIn, tell: Any) -> Order:
    """Sent by Stripe, told to the customer, and refused by the bank days later."""
    order = paid(standin)
    cancel_order(order, by="customer", reason="test")
    run_shop()
    assert Refund.objects.get().status == "done"
    standin.faults(refund_fails=1)
    tell(Refund.objects.get())
    run_shop()
    refund = Refund.objects.get()
    assert refund.status == "failed"
    assert order.payments.get().status == "paid"
    assert ledger.differs_from_payments_cents() == 0
    assert sum(b.cents for b in ledger.balances()) == 0
    return order


def by_event(refund: Refund) -> None:
    about = {"id": refund.stripe_id, "object": "refund", "status": "failed"}
    event = {"id": "evt_back", "object": "event", "type": "refund.failed",
             "data": {"object": about}}  # fmt: skip
    assert deliver(event) == 200
    assert deliver(event) == 200


def by_sweep(refund: Refund) -> None:
    enqueue("orders.look_at_refunds", key="today")


@pytest.mark.parametrize("tell", [by_event, by_sweep])
def test_a_refund_that_comes_back_after_it_was_done_is_noticed_and_sent_again(
    factory: Factory, standin: StandIn, tell: Any
) -> None:
    order = a_refund_that_came_back(standin, tell)
    payments.ask_again(Refund.objects.get(), by="admin", reason="test")
    run_shop()
    assert Refund.objects.get().status == "done"
    assert standin.charges()[0]["amount_refunded"] == order.total_cents
    assert ledger.differs_from_payments_cents() == 0
    assert [b.cents for b in ledger.balances()] == [0, 0, 0]


def test_a_failed_refund_paid_by_bank_transfer_is_closed_and_not_sent(
    factory: Factory, standin: StandIn, admin_client: Client
) -> None:
    order = a_refund_that_came_back(standin, by_event)
    refund = Refund.objects.get()
    chosen = {"action": "paid_by_hand", "_selected_action": [refund.pk]}
    admin_client.post("/admin/orders/refund/", chosen)
    run_shop()
    refund = Refund.objects.get()
    assert (refund.status, refund.account) == ("done", "bank")
    assert order.payments.get().status == "refunded"
    assert standin.charges()[0]["amount_refunded"] == 0
    assert ledger.differs_from_payments_cents() == 0
    assert {b.account: b.cents for b in ledger.balances()} == {
        "bank": -order.total_cents,
        "customers": 0,
        "stripe": order.total_cents,
        "vat:FR": 0,
    }
    with pytest.raises(Conflict):
        payments.ask_again(refund, by="admin", reason="twice?")


def test_a_refund_outlives_any_outage_of_stripe(
    factory: Factory, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each look asks once: how long the client itself waits between its tries is not the point.
    monkeypatch.setattr(stripe_gateway, "TRIES", 0)
    stripe_gateway._client_for.cache_clear()
    order = paid(standin)
    standin.kill()
    cancel_order(order, by="customer", reason="test")
    for _ in range(25):
        look_again_at_refunds()
    assert Work.objects.get(kind="orders.refund").state == Work.WAITING
    standin.start()
    look_again_at_refunds()
    assert Refund.objects.get().status == "done"


def test_money_that_was_sent_back_at_stripe_s_own_desk_is_not_sent_twice(
    factory: Factory, standin: StandIn
) -> None:
    order = paid(standin)
    intent = str(order.payments.get().intent_id)
    stripe_gateway.refund(intent, order.total_cents, key="by hand", order_ref=order.ref)
    cancel_order(order, by="customer", reason="test")
    run_shop()
    assert Refund.objects.get().status == "done"
    assert len(standin.get("/v1/refunds")["data"]) == 1


def test_a_late_payment_on_its_way_back_does_not_stop_the_cancelling(
    factory: Factory, standin: StandIn
) -> None:
    """The same payment may be given up for two reasons; its money goes back once."""
    order = paid(standin)
    payments.ask_refund(order.payments.get(), "paid twice", by="test")
    cancel_order(order, by="customer", reason="test")
    run_shop()
    assert [r.status for r in Refund.objects.all()] == ["done"]


def test_a_buyer_who_comes_back_late_gets_a_pay_page_after_all(
    factory: Factory, standin: StandIn
) -> None:
    """Stripe was away when the order was placed, and its sessions live for 30 minutes at least."""
    order = a_placed_order()
    past = timezone.now() - dt.timedelta(minutes=40)
    Order.objects.update(placed_at=past, pay_by=past + dt.timedelta(minutes=60))
    order.payments.update(created_at=past)
    order.refresh_from_db()
    payments.start_payment(order)
    assert [p.status for p in order.payments.order_by("attempt")] == ["closed", "open"]
    assert standin.press(str(order.payments.get(status="open").session_id)).status_code == 303
    assert payments.settle(order.ref).status == "paid"


def test_once_a_machine_has_started_it_is_too_late(
    factory: Factory, standin: StandIn, client: Client
) -> None:
    order = paid(standin)
    make_it(job_of(order.items.get()), "accepted", "planned")
    assert can_cancel(Order.objects.get())
    make_it(job_of(order.items.get()), "leased")
    assert not can_cancel(Order.objects.get())
    page = client.post(f"/track/{order.link}/cancel/", follow=True).content.decode()
    assert "already working" in page
    assert Order.objects.get().status == "paid"
    assert not Refund.objects.exists()


def test_one_started_part_keeps_the_whole_order(factory: Factory, standin: StandIn) -> None:
    """All or nothing: the second line's job must not be cancelled when the first cannot be."""
    order = paid(standin, a_quote(1), a_quote(2))
    first, second = order.items.all()
    make_it(job_of(second), "accepted", "planned", "leased")
    with pytest.raises(Conflict):
        cancel_order(order, by="customer", reason="test")
    assert job_of(first).status in Job.BEFORE_MACHINE


def test_staff_can_cancel_what_no_maker_could_make(factory: Factory, standin: StandIn) -> None:
    order = paid(standin)
    job = job_of(order.items.get())
    make_it(job, "accepted", "planned", "leased", "running")
    run_shop()
    assert Order.objects.get().status == "in_production"
    make_it(job, "failed")
    Work.objects.filter(kind="routing.ended").delete()
    cancel_order(Order.objects.get(), by="admin", reason="no maker can make it")
    run_shop()
    assert Order.objects.get().status == "cancelled"
    assert standin.charges()[0]["amount_refunded"] == order.total_cents


def test_cancelling_while_the_buyer_pays_refunds(factory: Factory, standin: StandIn) -> None:
    order = a_placed_order()
    payments.start_payment(order)
    standin.press(str(order.payments.get().session_id))
    cancel_order(order, by="customer", reason="changed my mind")
    run_shop()
    assert Order.objects.get().status == "cancelled"
    assert standin.charges()[0]["amount_refunded"] == order.total_cents


def test_an_ended_order_cannot_be_cancelled(factory: Factory, standin: StandIn) -> None:
    order = a_placed_order()
    Order.objects.update(pay_by=timezone.now(), look_at=timezone.now())
    sweep(timezone.now())
    with pytest.raises(Conflict, match="expired"):
        cancel_order(Order.objects.get(pk=order.pk), by="customer", reason="test")


def test_all_jobs_are_taken_before_any_capacity(
    factory: Factory, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matcher holds a job and waits for capacity: the other way round both would wait."""
    order = paid(standin, a_quote(1), a_quote(2))
    calls: list[str] = []
    for name in ("cancel_jobs", "release"):
        real = getattr(services, name)

        def noted(*given: Any, name: str = name, real: Any = real) -> Any:
            calls.append(name)
            return real(*given)

        monkeypatch.setattr(services, name, noted)
    cancel_order(order, by="customer", reason="test")
    assert calls == ["cancel_jobs", "cancel_jobs", "release", "release"]
