"""A fob in two colours: who can make it, what it costs more, and the program that stops for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configurator.engine import meshes
from configurator.materials import material
from configurator.services import keep_design
from core.errors import NoCapacity
from manufacturing.jobs import Destination, create_job
from manufacturing.models import Job, Machine
from manufacturing.planning.profiles import CHANGES_SPOOL, PROFILES
from manufacturing.processes import WORKS
from orders.quotes import Quote, Wish, opened, quote
from routing import matching, places
from routing.models import Offer
from tests.orders.network import LYON
from tests.worlds import LYON as HERE
from tests.worlds import a_factory, a_machine

pytestmark = pytest.mark.django_db


def a_printer(profile: str = "prusa-mk4", dark_g: int = 500) -> Machine:
    shelf = {("pla", "bone"): 5000, ("pla", "graphite"): dark_g}
    return a_machine(a_factory(), profile=profile, status="idle", shelf=shelf)


def a_quote(quantity: int = 1, **raw: object) -> Quote:
    pla = material("pla")
    wish = Wish(keep_design("key-fob", raw), pla, "bone", quantity, places.place(LYON))
    return quote(wish, timezone.now())


def test_the_second_colour_is_part_of_what_a_workshop_is_asked() -> None:
    """Up to 0.8 mm over a shadow of some 17 cm², at 1.24 g/cm³, and 2 g for the change."""
    a_printer()
    need = a_quote().need
    assert (need.colour, need.second) == ("bone", "graphite")
    assert 3 <= need.second_grams <= 4
    assert a_quote(10).need.second_grams == pytest.approx(2 + 10 * 1.6, abs=2)
    plain = a_quote(colours="one").need
    assert (plain.second, plain.second_grams) == ("", 0)


def test_a_quote_that_was_sealed_before_there_were_two_colours_is_still_good() -> None:
    a_printer()
    held = a_quote()
    assert opened(held.sealed()).need == held.need
    old = {k: v for k, v in held.need.as_json().items() if not k.startswith("second")}
    assert type(held.need).from_json(old).second == ""


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        ({"profile": "ender-3"}, "does not stop for another spool"),
        ({"dark_g": 1}, "1 g on the shelf of PLA, graphite"),
    ],
)
def test_who_cannot_make_it_says_why(machine: dict[str, Any], why: str) -> None:
    a_printer(**machine)
    with pytest.raises(NoCapacity) as refused:
        a_quote()
    assert why in refused.value.sentence
    assert a_quote(colours="one").portions, "in one colour it can"


def test_each_change_is_three_minutes_once_for_all_pieces() -> None:
    a_printer()
    two, one = a_quote(10), a_quote(10, colours="one")
    assert two.need.minutes - one.need.minutes == pytest.approx(3, abs=1)
    sunk = a_quote(10, modules="sunk")
    assert sunk.need.minutes - a_quote(10, modules="sunk", colours="one").need.minutes == (
        pytest.approx(6, abs=1)
    )
    assert two.price.total_cents > one.price.total_cents


@pytest.mark.slicer
@pytest.mark.parametrize(("modules", "stops"), [("raised", 1), ("sunk", 2)])
def test_the_program_stops_as_often_as_the_order_says(modules: str, stops: int) -> None:
    a_printer()
    need = a_quote(2, modules=modules).need
    design = keep_design("key-fob", {"modules": modules})
    parts = meshes("key-fob", design.version, design.params)
    sliced = WORKS["fdm"].plan(parts, need, PROFILES["prusa-mk4"])
    assert sliced.gcode.count(b"\nM600\n") == stops
    plain = keep_design("key-fob", {"modules": modules, "colours": "one"})
    alone = WORKS["fdm"].plan(
        meshes("key-fob", plain.version, plain.params), need, PROFILES["prusa-mk4"]
    )
    assert b"M600" not in alone.gcode


def test_the_owner_reads_of_it_before_and_after_saying_yes(client: Client) -> None:
    machine = a_printer()
    owner = User.objects.create_user("ada")
    machine.factory.members.add(owner)
    job = create_job(
        "ref-fob",
        a_quote().need,
        Destination("Lyon", "FR", *HERE),
        timezone.now() + dt.timedelta(days=7),
        by="test",
    )
    matching.match_waiting(timezone.now())
    assert Offer.objects.filter(job=job, status="open").exists()
    client.force_login(owner)
    offers = client.get(reverse("routing:inbox", args=[machine.factory_id])).content.decode()
    assert "a change of spool to PLA, graphite" in offers
    Job.objects.filter(pk=job.pk).update(machine=machine)
    page = client.get(reverse("manufacturing:job", args=[job.uid])).content.decode()
    assert "Second colour" in page and "M600" in page


def test_those_that_stop_for_a_spool_are_printers_we_know() -> None:
    assert set(PROFILES) >= CHANGES_SPOOL
