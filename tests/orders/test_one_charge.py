"""One order, one charge: webhook, browser's return and sweep in any order, twice or never."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from stripe import WebhookSignature

from core.errors import OutsideFailed
from core.models import Transition
from manufacturing.models import Job, Reservation
from orders import ledger, payments
from orders.models import LedgerEntry, Order, Payment, Refund, StripeEvent
from orders.tasks import sweep
from tests.orders.network import a_placed_order, a_quote, run_shop
from tests.orders.standin import SECRET, StandIn

pytestmark = pytest.mark.django_db(transaction=True)


def deliver(event: dict[str, Any], *, secret: str = SECRET, late_s: int = 0) -> int:
    """Bring an event to the shop's webhook, signed by Stripe's own SDK."""
    body = json.dumps(event)
    when = int(timezone.now().timestamp()) - late_s
    header = WebhookSignature.generate_signature_header(body, secret, when)
    reply = Client().post(
        "/stripe/webhook",
        body,
        content_type="application/json",
        headers={"stripe-signature": header},
    )
    return reply.status_code


class Story:
    """A buyer who has pressed Pay, and the three ways in which the shop may hear of it."""

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.order = a_placed_order()
        self.url = payments.start_payment(self.order)
        self.session = str(self.order.payments.get().session_id)

    def pay(self) -> None:
        assert self.standin.press(self.session).status_code == 303

    def webhook(self) -> None:
        for event in self.standin.events("checkout.session.completed"):
            assert deliver(event) == 200
        run_shop()

    def browser(self) -> None:
        assert Client().get(f"/track/{self.order.link}/paid/").status_code == 302
        run_shop()

    def sweep(self) -> None:
        Order.objects.filter(pk=self.order.pk, status="placed").update(look_at=timezone.now())
        sweep(timezone.now())
        run_shop()

    def check(self) -> None:
        order = Order.objects.get(pk=self.order.pk)
        assert order.status == "paid"
        moves = Transition.objects.filter(object_type="orders.order", object_id=str(order.pk))
        assert [row.new for row in moves].count("paid") == 1
        assert Job.objects.count() == 1
        charges = self.standin.charges()
        assert [c["amount"] for c in charges] == [order.total_cents]
        assert charges[0]["amount_refunded"] == 0
        assert ledger.differs_from_payments_cents() == 0
        assert sum(b.cents for b in ledger.balances()) == 0


WAYS = ["webhook", "browser", "sweep"]
ORDERS = (
    [way for length in (1, 2, 3) for way in itertools.permutations(WAYS, length)]
    + [(way, way) for way in WAYS]
    + [("webhook", "sweep", "browser", "webhook")]
)


@pytest.mark.parametrize("ways", ORDERS, ids="-".join)
def test_any_order_of_news_ends_in_one_paid_order(
    factory: Any, standin: StandIn, ways: tuple[str, ...]
) -> None:
    story = Story(standin)
    story.pay()
    for way in ways:
        getattr(story, way)()
    story.check()


@pytest.mark.parametrize("way", WAYS)
def test_news_before_the_payment_changes_nothing(factory: Any, standin: StandIn, way: str) -> None:
    story = Story(standin)
    getattr(story, way)()
    assert Order.objects.get().status == "placed"
    story.pay()
    story.sweep()
    story.check()


def test_the_same_event_counts_once(factory: Any, standin: StandIn) -> None:
    story = Story(standin)
    story.pay()
    event = standin.events("checkout.session.completed")[0]
    assert [deliver(event), deliver(event)] == [200, 200]
    assert StripeEvent.objects.count() == 1
    run_shop()
    story.check()


def test_a_forged_event_is_refused_and_leaves_no_trace(factory: Any, standin: StandIn) -> None:
    story = Story(standin)
    story.pay()
    event = standin.events("checkout.session.completed")[0]
    assert deliver(event, secret="whsec_of_somebody_else") == 400
    assert deliver(event, late_s=3600) == 400
    assert (
        Client().post("/stripe/webhook", b"{}", content_type="application/json").status_code == 400
    )
    assert (
        Client()
        .post(
            "/stripe/webhook", b"\xff", content_type="x", headers={"stripe-signature": "t=1,v1=0"}
        )
        .status_code
        == 400
    )
    assert StripeEvent.objects.count() == 0
    run_shop()
    assert Order.objects.get().status == "placed"


def test_a_true_event_about_an_unpaid_session_changes_nothing(
    factory: Any, standin: StandIn
) -> None:
    """Rightly signed words are not believed either: only what Stripe answers counts."""
    story = Story(standin)
    lie = {
        "id": "evt_lie", "object": "event", "type": "checkout.session.completed",
        "data": {"object": {"id": story.session, "object": "checkout.session",
                            "payment_status": "paid"}},
    }  # fmt: skip
    assert deliver(lie) == 200
    run_shop()
    assert Order.objects.get().status == "placed"


def test_a_payment_of_another_amount_is_not_taken(factory: Any, standin: StandIn) -> None:
    story = Story(standin)
    story.pay()
    Payment.objects.update(amount_cents=story.order.total_cents + 1)
    with pytest.raises(OutsideFailed):
        payments.settle(story.order.ref)
    assert Order.objects.get().status == "placed"
    assert not LedgerEntry.objects.exists()


# --- not paid in time -------------------------------------------------------------------------
def overdue(order: Order) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(pay_by=past, look_at=past)


def test_an_unpaid_order_expires_at_stripe_first_and_gives_back_its_hold(
    factory: Any, standin: StandIn
) -> None:
    story = Story(standin)
    assert Reservation.objects.exists()
    overdue(story.order)
    sweep(timezone.now())
    assert Order.objects.get().status == "expired"
    assert not Reservation.objects.exists()
    assert "expired" in standin.press(story.session).text
    assert standin.charges() == []


def test_an_order_paid_at_the_last_moment_is_paid_not_expired(
    factory: Any, standin: StandIn
) -> None:
    story = Story(standin)
    story.pay()
    overdue(story.order)
    sweep(timezone.now())
    story.check()


@pytest.mark.parametrize("way", ["webhook", "browser", "sweep_later"])
def test_money_that_comes_after_expiry_goes_back(factory: Any, standin: StandIn, way: str) -> None:
    story = Story(standin)
    overdue(story.order)
    sweep(timezone.now())
    standin.faults(pay_after_expiry=1)
    story.pay()
    if way == "sweep_later":
        sweep(timezone.now() + dt.timedelta(hours=2))
        run_shop()
    else:
        getattr(story, way)()
    assert Order.objects.get().status == "expired"
    assert [(r.status, r.amount_cents) for r in Refund.objects.all()] == [
        ("done", story.order.total_cents)
    ]
    assert standin.charges()[0]["amount_refunded"] == story.order.total_cents
    assert not Job.objects.exists()
    assert ledger.differs_from_payments_cents() == 0


def test_an_order_without_a_pay_page_expires_too(factory: Any, standin: StandIn) -> None:
    order = a_placed_order()
    overdue(order)
    sweep(timezone.now())
    assert Order.objects.get().status == "expired"


def test_the_sweep_stops_asking_about_an_order_that_ended_long_ago(
    factory: Any, standin: StandIn
) -> None:
    story = Story(standin)
    overdue(story.order)
    now = timezone.now()
    looks = 0
    while (at := Order.objects.get().look_at) is not None:
        sweep(max(at, now))
        looks += 1
        assert looks < 30
    assert looks >= 3


def test_stripe_out_of_reach_delays_and_loses_nothing(factory: Any, standin: StandIn) -> None:
    story = Story(standin)
    story.pay()
    standin.kill()
    with pytest.raises(OutsideFailed):
        payments.settle(story.order.ref)
    overdue(story.order)
    sweep(timezone.now())
    assert Order.objects.get().status == "placed"
    standin.start()
    story.sweep()
    story.check()


def test_going_back_and_paying_again_leads_to_the_same_page(factory: Any, standin: StandIn) -> None:
    story = Story(standin)
    assert payments.start_payment(Order.objects.get()) == story.url


def test_the_pay_page_calls_a_ready_design_ours(factory: Any, standin: StandIn) -> None:
    """What may be sent back must not be called made to the buyer's design."""
    ready = a_quote(1, personalised=False, title="Name tag, PLA, sage")
    url = payments.start_payment(a_placed_order(a_quote(), ready))
    page = httpx.get(url).text
    assert "Twisted vase, PETG, kiln orange, made to your design, with delivery" in page
    assert "Name tag, PLA, sage, one of our designs, made for you, with delivery" in page


def test_a_kill_between_stripe_and_our_row_finds_the_same_session_again(
    factory: Any, standin: StandIn
) -> None:
    """The session was made, its id was not kept: the same key gives the same session."""
    story = Story(standin)
    Payment.objects.update(status="created", session_id=None)
    assert payments.start_payment(Order.objects.get()) == story.url
    assert len(standin.get("/v1/checkout/sessions")["data"]) == 1
