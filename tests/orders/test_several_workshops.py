"""A line that several workshops make: each has its own job, hold, date, retry and parcel."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configurator.materials import material
from configurator.services import keep_design
from core.errors import Conflict, NoCapacity
from core.states import move
from core.units import sizes
from manufacturing import programs
from manufacturing.models import Job, Program, Reservation, Stock
from orders import baskets
from orders.cancelling import can_cancel, cancel_order
from orders.checkout import place_order
from orders.models import LineShare, Shipment
from orders.pricing import Destination, Piece, price
from orders.promises import promise_from_json, whole
from orders.quotes import Quote, TooManyPieces, Wish, opened, quote
from orders.timeline import timeline
from orders.tracking import tracking
from routing import places, tasks
from routing.matching import match_waiting
from routing.models import Offer
from routing.services import Promise
from tests.orders.network import ADA, LYON, a_draft, a_factory, make_it, run_shop
from tests.orders.test_tracking import a_paid_order
from tests.orders.workshops import WAY, a_laser, accept_all, jobs_of, two_workshops

pytestmark = pytest.mark.django_db(transaction=True)


def a_box(quantity: int = 1) -> Quote:
    raw = {"lid_of": "acrylic", "width_mm": 60, "depth_mm": 40, "lid_vents": "none"}
    design = keep_design("enclosure", raw)
    wish = Wish(design, material("petg"), "kiln", quantity, places.place(LYON))
    return quote(wish, timezone.now())


def test_the_most_that_can_be_ordered_is_the_most_that_every_workshop_can_make() -> None:
    two_workshops()
    with pytest.raises(TooManyPieces) as told:
        a_box(500)
    assert a_box(told.value.most).parcels == 2
    with pytest.raises(TooManyPieces):
        a_box(told.value.most + 1)


def test_the_bill_names_the_part_that_each_machine_makes() -> None:
    two_workshops()
    labels = [line.label for line in a_box().price.lines if line.kind != "delivery"]
    for word in ("Material, {}", "Machine time, {}", "Setting up the machine, once, {}"):
        for part in ("body", "lid"):
            assert any(label.startswith(word.format(part)) for label in labels)


def test_each_workshop_has_its_own_needs_and_each_parcel_its_price() -> None:
    printer, cutter = two_workshops()
    found = a_box()
    body, lid = found.portions
    assert (body.need.process, body.need.parts) == ("fdm", ("body",))
    assert (lid.need.process, lid.need.parts, lid.need.thickness_mm) == ("laser", ("lid",), 3)
    assert (lid.need.material, lid.need.colour) == ("acrylic", "ice")
    assert lid.need.size_mm == pytest.approx((64, 44, 3))
    assert (body.need.tolerance_mm, lid.need.tolerance_mm) == (0.25, 0.3)
    assert body.promise.factory_id == printer.pk and lid.promise.factory_id == cutter.pk
    deliveries = [line for line in found.price.lines if line.kind == "delivery"]
    assert [line.label for line in deliveries] == [
        "Delivery from Atelier Rhône, Lyon",
        "Delivery from Coupe Seine, Paris",
    ]
    # Lyon is next door (up to 25 km), Paris 390 km away; neither parcel weighs a kilogram.
    assert [line.cents for line in deliveries] == [260, 490]
    assert found.price.cents_of("handling") == 300
    assert found.price.cents_of("setup") == 750
    assert found.parcels == 2 and opened(found.sealed()) == found


def test_one_workshop_that_has_both_machines_packs_and_sends_them_together() -> None:
    printer = a_factory()
    a_laser(printer)
    found = a_box()
    labels = [line.label for line in found.price.lines if line.kind == "delivery"]
    assert labels == ["Delivery"] and found.parcels == 1
    assert found.price.cents_of("delivery") == 260
    assert found.price.cents_of("handling") == 150


def test_all_is_there_when_the_last_of_it_is() -> None:
    day = dt.date(2026, 11, 23)
    due = dt.datetime(2026, 11, 21, 18, tzinfo=dt.UTC)
    soon = Promise(1, "A", "Lyon", 3.0, due, day, day + dt.timedelta(days=2), 0.9)
    late = replace(
        soon, factory_id=2, earliest=day + dt.timedelta(days=1), latest=day + dt.timedelta(days=6)
    )
    both = whole([soon, late])
    assert (both.earliest, both.latest) == (late.earliest, late.latest)
    assert both.confidence == pytest.approx(0.81) and both.factory_id == 1
    assert whole([late]) == late


def test_a_parcel_far_away_is_priced_by_its_own_distance_and_weight() -> None:
    """1.5 kg with 100 g of packaging: 260 and one kilogram more, 90. The other is light: 490."""
    pieces = [Piece("fdm", 1_500_000, 3600, 2800), Piece("laser", 40_000, 60, 2800)]
    ways = [Destination("FR", 3.0, "A, Lyon"), Destination("FR", 390.0, "B, Paris")]
    assert price(pieces, 1, ways).delivery_cents == 260 + 90 + 490
    assert price(pieces, 1, ways[0]).delivery_cents == 260 + 90


def test_from_the_quote_to_the_door_by_two_workshops(client: Client) -> None:
    printer, cutter = two_workshops()
    order = a_paid_order(a_box())
    assert len(order.job_refs()) == 2
    accept_all()
    jobs = jobs_of(order)
    assert (jobs["fdm"].factory, jobs["laser"].factory) == (printer, cutter)
    for job in jobs.values():
        share = LineShare.objects.get(ref=job.ref)
        assert job.due_at == promise_from_json(share.promise).ship_by
    lines = tracking(order, timezone.now()).lines
    assert [(line.portion.parts, line.maker) for line in lines] == [
        ("body", "Atelier Rhône"),
        ("lid", "Coupe Seine"),
    ]
    assert [line.beside for line in lines] == ["", ""]
    make_it(jobs["laser"], *WAY, "handed_over")
    run_shop()
    order.refresh_from_db()
    assert order.status == "in_production" and Shipment.objects.count() == 1
    first, second = tracking(order, timezone.now()).lines
    assert [step.name for step in second.steps if step.state == "done"][-1] == "Sent"
    assert first.job is not None and first.job.status == "accepted"
    page = client.get(f"/track/{order.link}/").content.decode()
    assert "2 parcels" in page and "Coupe Seine" in page
    assert "Body of your electronics enclosure" in page and "Lid of your" in page
    assert page.count('<figure class="map">') == 2
    make_it(jobs["fdm"], *WAY, "handed_over")
    run_shop()
    order.refresh_from_db()
    assert order.status == "shipped" and Shipment.objects.count() == 2
    client.post(f"/track/{order.link}/arrived/")
    order.refresh_from_db()
    assert order.status == "delivered"


def test_parts_of_one_workshop_are_told_as_one_delivery(client: Client) -> None:
    a_laser(a_factory())
    order = a_paid_order(a_box())
    lines = tracking(order, timezone.now()).lines
    assert {line.maker for line in lines} == {"Atelier Rhône"}
    assert [line.beside for line in lines] == ["", "the body"]
    page = client.get(f"/track/{order.link}/").content.decode()
    assert page.count('<figure class="map">') == 1
    assert "Made by the same workshop as the body." in page


def test_one_part_that_fails_is_made_again_and_the_other_is_not() -> None:
    two_workshops()
    a_laser(a_factory("Laser Saône", "Lyon", machines=0))
    order = a_paid_order(a_box())
    accept_all()
    jobs = jobs_of(order)
    make_it(jobs["fdm"], *WAY)
    make_it(jobs["laser"], "planned", "leased", "running")
    move(jobs["laser"], "failed", by="node", problem="the sheet has moved")
    tasks._after_end(jobs["laser"])
    again = jobs_of(order)
    assert again["fdm"] == jobs["fdm"] and again["laser"] != jobs["laser"]
    assert again["laser"].replaces == jobs["laser"] and again["laser"].wanted.parts == ("lid",)
    assert Job.objects.filter(ref__in=order.job_refs()).count() == 3


def test_an_order_is_cancelled_with_all_its_jobs_or_not_at_all() -> None:
    two_workshops()
    order = a_paid_order(a_box())
    accept_all()
    jobs = jobs_of(order)
    assert can_cancel(order)
    make_it(jobs["laser"], "planned", "leased", "running")
    assert not can_cancel(order)
    with pytest.raises(Conflict):
        cancel_order(order, by="customer", reason="changed my mind")
    jobs["fdm"].refresh_from_db()
    assert jobs["fdm"].status == "accepted" and not jobs["fdm"].given_up
    other = a_paid_order(replace(a_box(), title="another"))
    cancel_order(other, by="customer", reason="changed my mind")
    rows = Job.objects.filter(ref__in=other.job_refs())
    assert [(job.status, job.given_up) for job in rows] == [("cancelled", True)] * 2
    assert not Reservation.objects.filter(ref__in=other.job_refs()).exists()


def test_where_one_part_finds_no_machine_nothing_is_held() -> None:
    two_workshops()
    order = a_draft(a_box())
    Stock.objects.filter(material="acrylic").update(grams=1)
    with pytest.raises(NoCapacity):
        place_order(order.ref, ADA, now=timezone.now())
    assert not Reservation.objects.exists()


def test_a_new_quantity_asks_again_of_every_workshop() -> None:
    two_workshops()
    item = a_draft(a_box()).items.get()
    refs = sorted(item.shares.values_list("ref", flat=True))
    assert refs == [item.ref, f"{item.ref}-2"]
    baskets.set_quantity(item, 3, timezone.now())
    assert [share.job_need.quantity for share in item.shares.all()] == [3, 3]
    assert sorted(item.shares.values_list("ref", flat=True)) == refs


def test_basket_and_checkout_name_every_likely_maker(client: Client) -> None:
    two_workshops()
    client.post("/basket/add/", {"quote": a_box().sealed()})
    page = client.get("/basket/").content.decode()
    assert "Made in 2 workshops" in page and "2 parcels" in page
    assert "Atelier Rhône" in page and "Coupe Seine" in page
    assert "Delivery from Coupe Seine, Paris" in page
    checkout = client.get("/checkout/").content.decode()
    assert "2 parcels" in checkout and "Coupe Seine" in checkout and "Lid" in checkout


def test_the_price_panel_names_every_likely_maker(client: Client) -> None:
    two_workshops()
    wish = {"family": "enclosure", "lid_of": "acrylic", "material": "petg", "colour": "kiln"}
    page = client.get("/quote/", {**wish, "city": LYON}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "Made in 2 workshops" in text and "Body" in text and "Lid" in text
    assert "Coupe Seine, Paris" in text and "cast acrylic, clear" in text


def test_the_admin_s_timeline_says_which_parts_a_job_makes() -> None:
    two_workshops()
    order = a_paid_order(a_box())
    about = {entry.about for entry in timeline(order) if entry.kind == "job"}
    assert {text.partition(" (")[2] for text in about} == {"body), try 1", "lid), try 1"}


def test_a_workshop_sees_its_own_part_and_not_who_makes_the_other(client: Client) -> None:
    _, cutter = two_workshops()
    order = a_paid_order(a_box())
    accept_all()
    user = User.objects.create_user("lea", password="x")
    cutter.members.add(user)
    client.force_login(user)
    jobs = jobs_of(order)
    page = client.get(reverse("manufacturing:job", args=[jobs["laser"].uid]))
    text = page.content.decode()
    assert page.status_code == 200 and "Lid" in text and "parts=lid" in text
    other = reverse("manufacturing:job", args=[jobs["fdm"].uid])
    assert "Atelier Rhône" not in text and "Body" not in text
    assert client.get(other).status_code == 404


def test_a_workshop_reads_the_size_of_each_part(client: Client) -> None:
    """A box round both, 64 × 44 × 33, would be the size of neither."""
    printer = a_factory()
    raw = {"width_mm": 60, "depth_mm": 40, "height_mm": 30, "lid_vents": "none"}
    design = keep_design("enclosure", raw)
    wish = Wish(design, material("petg"), "kiln", 1, places.place(LYON))
    order = a_paid_order(quote(wish, timezone.now()))
    user = User.objects.create_user("lea", password="x")
    printer.members.add(user)
    client.force_login(user)
    match_waiting(timezone.now())
    (offer,) = Offer.objects.filter(status="open")
    assert len(offer.job.wanted.boxes_mm) == 2
    said = sizes(offer.job.wanted.boxes_mm)
    assert " mm and " in said
    assert said in client.get(reverse("routing:inbox", args=[printer.pk])).content.decode()
    accept_all()
    (job,) = jobs_of(order).values()
    for page in ("job", "jobs"):
        key = job.uid if page == "job" else printer.pk
        assert said in client.get(reverse(f"manufacturing:{page}", args=[key])).content.decode()


def test_a_label_says_what_goes_into_the_same_parcel(client: Client) -> None:
    printer = a_factory()
    a_laser(printer)
    order = a_paid_order(a_box())
    accept_all()
    jobs = jobs_of(order)
    make_it(jobs["fdm"], *WAY)
    user = User.objects.create_user("lea", password="x")
    printer.members.add(user)
    client.force_login(user)
    page = client.get(reverse("orders:label", args=[jobs["fdm"].pk])).content.decode()
    assert str(jobs["laser"]) in page and "one parcel" in page


def test_programs_of_different_parts_are_different_programs() -> None:
    two_workshops()
    order = a_paid_order(a_box())
    accept_all()
    job = jobs_of(order)["laser"]
    row = programs.keep_program(job, programs.slice_job(job))
    assert row.parts == "lid" and row.layers == 5  # four screw holes and the edge
    other = Job.objects.get(pk=job.pk)
    other.need = {**other.need, "parts": ["lid", "body"]}
    assert job.machine is not None
    profile = programs.KINDS[job.machine.profile]
    assert programs.program_for(job, profile) == row
    assert programs.program_for(other, profile) is None
    Program.objects.create(
        **{f: getattr(row, f) for f in ("design", "profile_digest", "material", "quantity",
                                        "sha256", "size_bytes", "seconds", "grams", "layers",
                                        "bounds")},
        parts="body\nlid",
    )  # fmt: skip


def test_a_workshop_s_picture_shows_its_own_parts_only(client: Client) -> None:
    design = keep_design("enclosure", {"lid_of": "acrylic", "width_mm": 60, "depth_mm": 40})
    url = reverse("configurator:picture", args=[design.key, "ice"])
    whole_thing, lid = (client.get(url, {"w": 160, **more}) for more in ({}, {"parts": "lid"}))
    assert lid.status_code == 200 and lid.content[:4] == b"\x89PNG"
    assert lid.content != whole_thing.content
    assert client.get(url, {"w": 160, "parts": "drawer"}).status_code == 404
