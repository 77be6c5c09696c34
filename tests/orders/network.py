"""A small real network, and orders against it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from configurator.models import Design
from configurator.products import family
from core import work
from core.models import Work
from core.states import born, move
from manufacturing.capacity import ensure_days
from manufacturing.jobs import hand_over
from manufacturing.models import Factory, Job, Machine, Reservation, Stock
from manufacturing.needs import JobNeed
from orders.baskets import write_line
from orders.checkout import Details, place_order
from orders.models import Order, OrderItem
from orders.pricing import Destination, Piece, price
from orders.quotes import Portion, Quote
from routing import matching, offers, places, services
from routing.models import Offer

LYON, VIENNA = 2996944, 2761369
ADA = Details("ada@example.org", "Ada Byron", "12 rue de la Ré", "69002", "Lyon")


def a_factory(name: str = "Atelier Rhône", city: str = "Lyon", machines: int = 1) -> Factory:
    """A workshop with idle machines, open all day, and shelves of PETG in kiln orange."""
    at = places.find(city, 1)[0]
    factory = Factory.objects.create(
        name=name, city=at.name, country=at.country, lat=at.lat + 0.02, lon=at.lon + 0.03
    )
    made = [
        Machine.objects.create(
            factory=factory, name=f"M{n}", profile="prusa-mk4", process="fdm", status="idle"
        )
        for n in range(machines)
    ]
    ensure_days(timezone.now(), made)
    Stock.objects.create(factory=factory, material="petg", colour="kiln", grams=50_000)
    return factory


def a_design(number: int = 0) -> Design:
    row, _ = Design.objects.get_or_create(
        key=f"{number:032x}",
        defaults={
            "family": "twisted-vase",
            "version": family("twisted-vase").version,
            "params": {"height_mm": 140.0 + number, "ribs": 8},
        },
    )
    return row


def a_quote(number: int = 0, quantity: int = 1, minutes: int = 60, **other: Any) -> Quote:
    """A vase of 84 g and an hour, priced by the real engine and promised by real routing."""
    now = timezone.now()
    need = JobNeed(
        design_key=a_design(number).key,
        family="twisted-vase",
        process="fdm",
        material="petg",
        colour="kiln",
        quantity=quantity,
        size_mm=(98.0, 98.0, 140.0),
        minutes=minutes * quantity,
        grams=84 * quantity,
        tolerance_mm=0.4,
    )
    place = places.place(other.pop("place_id", LYON))
    promise = services.promise_for(need, place, now)
    piece = Piece("fdm", 84_000, minutes * 60, 2800)
    return Quote(
        **{
            "title": "Twisted vase, PETG, kiln orange",
            "colour": "kiln",
            "place_id": place.id,
            "portions": (Portion(need, promise),),
            "price": price(piece, quantity, Destination(place.country, promise.distance_km)),
            "co2e_g": 454,
            "personalised": True,
            "worst": "",
            "held_until": now + dt.timedelta(days=14),
            **other,
        }
    )


def a_draft(*quotes: Quote, browser: str = "b" * 32) -> Order:
    chosen = quotes or (a_quote(),)
    order = Order.objects.create(browser=browser, status="draft", place_id=chosen[0].place_id)
    born(order, by="customer")
    for quote in chosen:
        write_line(order, quote)
    return order


def a_placed_order(*quotes: Quote, browser: str = "b" * 32) -> Order:
    return place_order(a_draft(*quotes, browser=browser).ref, ADA, now=timezone.now())


def job_of(item: OrderItem) -> Job:
    return Job.objects.get(ref=item.ref, status__in=Job.LIVE)


def run_shop() -> None:
    """Do the shop's own work that waits; routing and the workshops stay as they are."""
    while ids := list(
        Work.objects.filter(
            kind__startswith="orders.", state=Work.WAITING, run_after__lte=Now()
        ).values_list("pk", flat=True)
    ):
        for pk in ids:
            work.run(pk)


def make_it(job: Job, *until: str) -> None:
    """Walk a job through the workshop as its people and its node would."""
    for status in until:
        job.refresh_from_db()
        if status == "accepted":
            matching.match_waiting(timezone.now())
            offers.accept(Offer.objects.get(job=job, status="open"), by="owner")
        elif status == "handed_over":
            hand_over(job, by="owner")
        else:
            move(job, status, by="node")


def held_amounts(ref: str = "") -> tuple[int, int]:
    """(minutes, grams) that are held, by one reference or by all.

    Minutes may lie in two days: late in the evening an hour does not fit into today.
    """
    rows = Reservation.objects.filter(ref=ref) if ref else Reservation.objects.all()
    minutes = sum(row.amount for row in rows if row.machine_day_id)
    return minutes, sum(row.amount for row in rows if row.stock_id)
