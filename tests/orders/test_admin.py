"""The administrator sees an order whole, and forces things only with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.models import Transition
from core.work import run_due
from manufacturing.models import Factory, Job
from orders.models import Order, Refund
from tests.orders.network import a_factory, job_of, make_it
from tests.orders.standin import StandIn
from tests.orders.test_cancelling import paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(client: Client, django_user_model: Any) -> Client:
    client.force_login(
        django_user_model.objects.create(username="root", is_staff=True, is_superuser=True)
    )
    return client


def test_one_timeline_holds_orders_jobs_offers_money_and_mail(
    factory: Factory, standin: StandIn, admin: Client
) -> None:
    order = paid(standin)
    run_due()
    page = admin.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    for words in ("placed → paid", "open → paid", "waiting", "Thank you", "customers → stripe"):
        assert words in page, words
    if Transition.objects.filter(object_type="routing.offer").exists():
        assert "to Atelier Rhône" in page


def test_the_order_page_has_no_form_to_change_it(
    factory: Factory, standin: StandIn, admin: Client
) -> None:
    order = paid(standin)
    url = f"/admin/orders/order/{order.pk}/change/"
    assert admin.post(url, {"status": "delivered", "total_cents": "1"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "paid"


def test_cancel_asks_for_a_reason_and_sends_the_money_back(
    factory: Factory, standin: StandIn, admin: Client
) -> None:
    order = paid(standin)
    url = f"/admin/orders/order/{order.pk}/cancel/"
    assert "reason" in admin.get(url).content.decode()
    admin.post(url, {"reason": ""})
    assert Order.objects.get().status == "paid"
    admin.post(url, {"reason": "the customer rang us"})
    run_due()
    row = Transition.objects.get(object_type="orders.order", new="cancelled")
    assert (row.by, row.reason) == ("root", "the customer rang us")
    assert Refund.objects.get().status == "done"


def test_reroute_makes_an_heir_with_the_reason(
    factory: Factory, standin: StandIn, admin: Client
) -> None:
    a_factory("Druckwerk Wien", "Vienna")
    order = paid(standin)
    job = job_of(order.items.get())
    make_it(job, "accepted")
    url = f"/admin/orders/order/{order.pk}/reroute/{job.pk}/"
    assert admin.get(url).status_code == 200
    admin.post(url, {"reason": "the workshop is flooded"})
    heir = Job.objects.get(replaces=job)
    assert heir.ref == job.ref
    page = admin.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "the workshop is flooded" in page


def test_staff_may_look_and_only_the_permitted_may_act(
    factory: Factory, standin: StandIn, client: Client, django_user_model: Any
) -> None:
    from django.contrib.auth.models import Permission

    order = paid(standin)
    clerk = django_user_model.objects.create(username="clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)
    page = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "Everything that happened" in page and "Cancel and refund" not in page
    for action in ("cancel", "delivered"):
        url = f"/admin/orders/order/{order.pk}/{action}/"
        assert client.post(url, {"reason": "because I can"}).status_code == 403
    assert Order.objects.get().status == "paid"


def test_a_customer_sees_no_admin(factory: Factory, standin: StandIn, client: Client) -> None:
    order = paid(standin)
    for action in ("change", "cancel", "delivered"):
        assert client.get(f"/admin/orders/order/{order.pk}/{action}/").status_code == 302


def test_the_ledger_page_says_that_it_balances(
    factory: Factory, standin: StandIn, admin: Client
) -> None:
    paid(standin)
    page = admin.get("/admin/orders/ledgerentry/").content.decode()
    assert "The books balance" in page and "vat:FR" in page
