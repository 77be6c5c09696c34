"""The stand-in's own deliveries reach a running shop over HTTP, faults and all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.work import run_due
from manufacturing.models import Factory
from orders import payments
from orders.models import Order, StripeEvent
from tests.orders.conftest import point_the_shop_at
from tests.orders.network import a_placed_order
from tests.orders.standin import StandIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calling(tmp_path: Path, settings: Any, live_server: Any) -> Iterator[StandIn]:
    one = StandIn(tmp_path / "standin", f"{live_server.url}/stripe/webhook").start()
    point_the_shop_at(one, settings)
    yield one
    one.kill()


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    end, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        assert time.monotonic() < end, "it did not happen"
        pause.wait(0.02)


@pytest.mark.parametrize(
    "faults",
    [{}, {"duplicate": -1}, {"reorder": 1}, {"forged": -1}, {"stale": -1}],
    ids=lambda faults: "-".join(faults) or "none",
)
def test_the_webhook_alone_brings_the_payment_home(
    factory: Factory, calling: StandIn, faults: dict[str, int]
) -> None:
    order = a_placed_order()
    payments.start_payment(order)
    calling.faults(**faults)
    calling.press(str(order.payments.get().session_id))
    until(lambda: calling.waiting() == 0)
    assert StripeEvent.objects.count() == 1
    run_due()
    assert Order.objects.get().status == "paid"
    assert len(calling.charges()) == 1


def test_a_shop_that_was_down_gets_the_event_later(
    factory: Factory, calling: StandIn, settings: Any
) -> None:
    """Refused now (the shop has another secret), delivered again until it is taken."""
    order = a_placed_order()
    payments.start_payment(order)
    right, settings.STRIPE_WEBHOOK_SECRET = settings.STRIPE_WEBHOOK_SECRET, "whsec_other"
    calling.press(str(order.payments.get().session_id))
    until(lambda: calling.waiting() == 2)
    assert not StripeEvent.objects.exists()
    settings.STRIPE_WEBHOOK_SECRET = right
    until(lambda: calling.waiting() == 0)
    assert StripeEvent.objects.count() == 1
