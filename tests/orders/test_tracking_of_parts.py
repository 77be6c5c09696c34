"""What the tracking page says of one product whose parts two workshops make."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from configurator.materials import material
from configurator.services import keep_design
from core.money import euros
from core.units import size
from manufacturing.jobs import inspect
from manufacturing.models import Factory, Stock
from orders.models import Order
from orders.promises import promise_from_json
from orders.quotes import Quote, Wish, quote
from orders.tracking import tracking
from routing import places
from tests.orders.network import LYON, a_factory, make_it, run_shop
from tests.orders.test_tracking import a_paid_order
from tests.orders.workshops import WAY, a_laser, accept_all, jobs_of, two_workshops

pytestmark = pytest.mark.django_db(transaction=True)


def a_lamp(quantity: int = 1) -> Quote:
    """A panel that a laser cuts, on a printed base."""
    design = keep_design("glow-lamp", {"sheet_mm": 3})
    wish = Wish(design, material("acrylic"), "ice", quantity, places.place(LYON))
    return quote(wish, timezone.now())


def words_of(client: Client, order: Order) -> str:
    page = client.get(f"/track/{order.link}/").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def a_shelf_for_bases(factory: Factory) -> None:
    Stock.objects.create(factory=factory, material="petg", colour="graphite", grams=9000)


def test_a_lamp_of_two_workshops_comes_in_two_parcels(client: Client) -> None:
    printer, _ = two_workshops()
    a_shelf_for_bases(printer)
    order = a_paid_order(a_lamp(2))
    said = words_of(client, order)
    assert "We are finding the makers of your glow lamp" in said
    paid = f"{euros(order.total_cents)} for all its parts, with tax and delivery"
    assert said.count(paid) == 2 and said.count("Open this design again") == 1
    accept_all()
    assert "Your glow lamp will be made in Paris and Lyon" in words_of(client, order)
    jobs = jobs_of(order)
    make_it(jobs["laser"], *WAY, "handed_over")
    run_shop()
    said = words_of(client, order)
    assert "The base of your glow lamp will be made in Lyon" in said
    assert "It comes in 2 parcels" in said and "1 of them is on its way." in said
    assert "Delivery, 2 parcels" in said
    make_it(jobs["fdm"], *WAY, "handed_over")
    run_shop()
    said = words_of(client, order)
    assert "Your glow lamp is on its way" in said and "All of it has arrived" in said
    assert "of them" not in said


def test_a_lamp_of_one_workshop_comes_in_one_parcel_on_one_day(client: Client) -> None:
    shop = a_factory()
    a_laser(shop)
    a_shelf_for_bases(shop)
    order = a_paid_order(a_lamp())
    share = order.shares()[0]
    later = promise_from_json(share.promise).latest + dt.timedelta(days=3)
    share.promise["latest"] = later.isoformat()
    share.save()
    first, second = tracking(order, timezone.now()).lines
    assert first.steps[-1].expected == second.steps[-1].expected
    assert f"{later.day} {later:%b}" in second.steps[-1].expected
    said = words_of(client, order)
    assert "Its parts are made in one workshop and come in one parcel." in said
    assert "We are finding a maker for your glow lamp" in said and "2 parcels" not in said
    accept_all()
    jobs = jobs_of(order)
    make_it(jobs["laser"], *WAY, "handed_over")
    run_shop()
    said = words_of(client, order)
    assert "It comes in 2 parcels" in said, "it did not wait for the other part"
    assert "1 of them is on its way." in said and "Delivery, 2 parcels" not in said
    make_it(jobs["fdm"], *WAY, "handed_over")
    run_shop()
    assert "parcel" not in words_of(client, order), "nobody said how they were packed"


def test_parcels_are_counted_by_who_makes_it_in_the_end(client: Client) -> None:
    """Both were likely to be made in two workshops; one of them can make it all."""
    printer, _ = two_workshops()
    a_shelf_for_bases(printer)
    order = a_paid_order(a_lamp())
    a_laser(printer)
    accept_all()
    assert {job.factory for job in jobs_of(order).values()} == {printer}
    said = words_of(client, order)
    assert "come in one parcel" in said and "2 parcels" not in said


def test_what_was_measured_stands_beside_the_size_of_that_part(client: Client) -> None:
    """Of a box's six walls the largest is measured; one round all is the size of none of them."""
    two_workshops()
    owner = User.objects.create_user("owner")
    box = {"sheet_mm": 3, "width_mm": 80, "depth_mm": 150, "height_mm": 140}
    design = keep_design("finger-box", box)
    wish = Wish(design, material("acrylic"), "ice", 1, places.place(LYON))
    order = a_paid_order(quote(wish, timezone.now()))
    accept_all()
    job = jobs_of(order)["laser"]
    make_it(job, "planned", "leased", "running", "made")
    wall = max(job.wanted.boxes_mm, key=math.prod)
    assert job.wanted.size_mm not in job.wanted.boxes_mm
    inspect(job, by=owner, passed=True, measured_mm=list(wall))
    assert f"Measured {size(wall, 2)}, designed {size(wall)}" in words_of(client, order)
