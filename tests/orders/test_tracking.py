"""What the buyer sees, from the payment to the doorbell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core import work
from core.models import Work
from core.signing import seal
from core.states import move
from core.work import run_due
from manufacturing.models import Factory, Job
from orders import payments
from orders.cancelling import cancel_order
from orders.models import Order, OrderItem, Payment, Shipment
from orders.stripe_gateway import Session
from orders.tasks import sweep
from orders.tracking import tracking
from routing.services import reroute
from tests.orders.network import a_factory, a_placed_order, a_quote, job_of, make_it, run_shop

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = ("accepted", "planned", "leased", "running", "made", "passed", "handed_over")
HTMX = {"HX-Request": "true"}


def a_paid_order(*quotes: Any) -> Order:
    order = a_placed_order(*quotes)
    payment = order.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="open", session_id=f"cs_{order.pk}")
    payment.refresh_from_db()
    payments.take(
        payment,
        Session("cs", "", "complete", True, f"pi_{order.pk}", order.total_cents, "eur", order.ref),
    )
    return Order.objects.get(pk=order.pk)


def states(order: Order) -> list[str]:
    return [step.state for step in tracking(order, timezone.now()).lines[0].steps]


def test_every_step_is_told_as_it_happens(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    job = job_of(order.items.get())
    walk = [
        ("accepted", 2, "will be made in Lyon"),
        ("planned", 3, "will be made in Lyon"),
        ("leased", 3, "about to be made"),
        ("running", 3, "is being made in Lyon"),
        ("made", 4, "waits to be measured"),
        ("passed", 5, "being packed"),
        ("handed_over", 6, "on its way"),
    ]
    for status, done, words in walk:
        make_it(job, status)
        run_shop()
        order.refresh_from_db()
        found = states(order)
        assert found == ["done"] * done + ["now"] + ["todo"] * (6 - done), status
        assert words in client.get(f"/track/{order.link}/").content.decode()
    assert order.status == "shipped"
    assert Shipment.objects.count() == 1
    client.post(f"/track/{order.link}/arrived/")
    order.refresh_from_db()
    assert order.status == "delivered"
    assert states(order) == ["done"] * 7


def test_percent_and_time_left_are_shown(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    job = job_of(order.items.get())
    make_it(job, "accepted", "planned", "leased", "running")
    Job.objects.update(percent=64.2, seconds_left=4320)
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "64 <span>%" in page and "about 1 h 12 left" in page
    Job.objects.update(seconds_left=20)
    page = client.get(f"/track/{order.link}/").content.decode()
    assert ">less than a minute left<" in page


def test_nothing_new_is_204_and_something_new_is_the_part(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    url = f"/track/{order.link}/"
    version = tracking(order, timezone.now()).version
    assert client.get(url, {"seen": version}, headers=HTMX).status_code == 204
    make_it(job_of(order.items.get()), "accepted")
    reply = client.get(url, {"seen": version}, headers=HTMX)
    assert reply.status_code == 200
    page = reply.content.decode()
    assert page.lstrip().startswith('<div class="page tracking"') and "<html" not in page


def test_the_page_asks_by_itself_and_loads_what_it_needs_in_order(
    factory: Factory, client: Client
) -> None:
    page = client.get(f"/track/{a_paid_order().link}/").content.decode()
    assert 'hx-trigger="every 4s"' in page
    # the extension registers itself with htmx, so it must come after it
    assert 0 < page.index("vendor/htmx-") < page.index("vendor/idiomorph-ext-")


def test_the_page_of_an_ended_order_stops_asking(factory: Factory, client: Client) -> None:
    order = a_placed_order()
    version = tracking(order, timezone.now()).version
    Order.objects.update(look_at=timezone.now(), pay_by=timezone.now())
    sweep(timezone.now())
    reply = client.get(f"/track/{order.link}/", {"seen": version}, headers=HTMX)
    assert reply.status_code == 286
    assert "hx-trigger" not in reply.content.decode()


def test_a_cancelled_order_tells_what_happened_and_that_nothing_more_will(
    factory: Factory, client: Client
) -> None:
    order = a_paid_order()
    make_it(job_of(order.items.get()), "accepted")
    cancel_order(order, by="customer", reason="cancelled by the customer")
    order.refresh_from_db()
    steps = tracking(order, timezone.now()).lines[0].steps
    assert [(s.name, s.state) for s in steps] == [
        ("Paid", "done"), ("Maker found", "done"), ("Cancelled", "bad"),
    ]  # fmt: skip
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "By you. Nothing more is made or sent." in page
    for future in ("Inspected", "Delivered", "to come"):
        assert future not in page


def test_an_order_that_was_not_paid_ends_without_a_future(factory: Factory, client: Client) -> None:
    order = a_placed_order()
    Order.objects.update(look_at=timezone.now(), pay_by=timezone.now())
    sweep(timezone.now())
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "Nothing was made or charged." in page and "Inspected" not in page


def test_an_order_of_two_parts_is_shipped_when_both_are(factory: Factory) -> None:
    order = a_paid_order(a_quote(1), a_quote(2))
    first, second = order.items.all()
    make_it(job_of(first), *EVERYTHING)
    run_shop()
    order.refresh_from_db()
    assert order.status == "in_production"
    make_it(job_of(second), *EVERYTHING)
    run_shop()
    order.refresh_from_db()
    assert order.status == "shipped"


def test_news_out_of_order_or_twice_ends_the_same(factory: Factory) -> None:
    order = a_paid_order()
    item = order.items.get()
    make_it(job_of(item), *EVERYTHING)
    rows = list(Work.objects.filter(kind="orders.follow").order_by("-pk"))
    for row in [*rows, *rows]:
        work.run(row.pk)
    order.refresh_from_db()
    assert order.status == "shipped"
    assert Shipment.objects.count() == 1


def test_a_second_try_is_told_with_its_reason(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    job = job_of(order.items.get())
    make_it(job, "accepted", "planned", "leased", "running")
    move(job, "failed", by="node", problem="the nozzle clogged")
    run_due()
    assert Job.objects.count() == 2
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "Made once more" in page and "the nozzle clogged" in page


def test_what_staff_write_when_they_reroute_is_not_told_to_the_customer(
    factory: Factory, client: Client
) -> None:
    a_factory("Second", "Grenoble")
    order = a_paid_order()
    reroute(job_of(order.items.get()), "admin", "test: the owner is rude")
    run_due()
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "Another maker makes it" in page
    assert "rude" not in page
    assert "Made once more" not in page


def test_a_part_that_nobody_could_make_is_said_openly(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    job = job_of(order.items.get())
    Job.objects.update(attempt=4)
    make_it(job, "accepted", "planned", "leased", "running")
    move(job, "failed", by="node", problem="it came off the bed")
    run_shop()
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "could not be made yet" in page and "it came off the bed" in page


def test_a_late_order_says_so(factory: Factory) -> None:
    order = a_paid_order()
    later = timezone.now() + dt.timedelta(days=60)
    assert tracking(order, later).chip.words.startswith("later than")


def test_an_unpaid_order_can_be_paid_or_cancelled(factory: Factory, client: Client) -> None:
    order = a_placed_order()
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "Waiting for your payment" in page
    assert f"/track/{order.link}/pay/" in page and f"/track/{order.link}/cancel/" in page


def test_a_link_that_was_changed_or_made_up_shows_nothing(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    for token in (order.link[:-2], "x" + order.link, order.ref, seal(order.ref, purpose="quote")):
        for action in ("", "paid/"):
            assert client.get(f"/track/{token}/{action}").status_code == 404
        for action in ("pay/", "cancel/", "arrived/"):
            assert client.post(f"/track/{token}/{action}").status_code == 404
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_draft_has_no_tracking_page(factory: Factory, client: Client) -> None:
    from tests.orders.network import a_draft

    draft = a_draft()
    assert client.get(f"/track/{seal(draft.ref, purpose='track')}/").status_code == 404


@pytest.mark.parametrize("action", ["cancel/", "arrived/", "pay/"])
def test_what_changes_something_is_posted(factory: Factory, client: Client, action: str) -> None:
    order = a_paid_order()
    assert client.get(f"/track/{order.link}/{action}").status_code == 405
    assert client.post(f"/track/{order.link}/").status_code == 405


def test_forms_need_their_token(factory: Factory) -> None:
    order = a_paid_order()
    strict = Client(enforce_csrf_checks=True)
    for url in (f"/track/{order.link}/cancel/", "/basket/add/", "/checkout/"):
        assert strict.post(url).status_code == 403


def test_it_cannot_arrive_before_it_was_sent(factory: Factory, client: Client) -> None:
    order = a_paid_order()
    assert client.post(f"/track/{order.link}/arrived/").status_code == 409


def test_letters_are_sent_once_and_carry_the_link(factory: Factory, mailoutbox: list[Any]) -> None:
    order = a_paid_order()
    run_shop()
    make_it(job_of(order.items.get()), *EVERYTHING)
    run_shop()
    Work.objects.filter(kind="orders.letter").update(
        state="waiting", run_after=timezone.now() - dt.timedelta(seconds=1)
    )
    run_shop()
    assert [mail.subject for mail in mailoutbox] == [
        f"Thank you: your order {order.ref} is paid",
        f"Your order {order.ref} is on its way",
    ]
    for mail in mailoutbox:
        assert mail.to == ["ada@example.org"]
        assert order.url in mail.body
        assert "&amp;" not in mail.body


def test_who_has_not_paid_is_reminded_after_ten_minutes(
    factory: Factory, mailoutbox: list[Any]
) -> None:
    order = a_placed_order()
    run_shop()
    assert mailoutbox == []
    Order.objects.update(placed_at=timezone.now() - dt.timedelta(minutes=11))
    Work.objects.filter(kind="orders.letter").update(
        run_after=timezone.now() - dt.timedelta(seconds=1)
    )
    run_shop()
    assert [mail.subject for mail in mailoutbox] == [
        f"Your order {order.ref} waits for its payment"
    ]


def test_the_label_is_for_the_workshop_that_made_it_and_only_then(
    factory: Factory, client: Client, django_user_model: Any
) -> None:
    order = a_paid_order()
    item: OrderItem = order.items.get()
    owner = django_user_model.objects.create(username="owner")
    stranger = django_user_model.objects.create(username="stranger")
    factory.members.add(owner)
    job = job_of(item)
    url = f"/ship/{job.pk}/label/"
    assert client.get(url).status_code == 302  # to the login
    make_it(job, "accepted", "planned", "leased", "running", "made")
    client.force_login(owner)
    assert client.get(url).status_code == 409
    make_it(job, "passed")
    page = client.get(url).content.decode()
    assert "Ada Byron" in page and "12 rue de la Ré" in page and "France" in page
    assert "ada@example.org" not in page and "€" not in page
    assert client.post(url).status_code == 405
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    assert client.get("/ship/999/label/").status_code == 404
