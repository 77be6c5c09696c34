"""A fob in two colours: who can make it, what it costs more, and the program that stops for it."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configurator.engine import evaluate, meshes
from configurator.materials import material
from configurator.models import Design
from configurator.services import keep_design
from core.errors import BadInput, Conflict
from manufacturing.jobs import Destination, create_job
from manufacturing.models import Job, Machine
from manufacturing.needs import JobNeed
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.profiles import CHANGES_SPOOL, PROFILES
from manufacturing.processes import WORKS, slowest
from manufacturing.volumes import machine_volumes
from orders.baskets import deliver_to, remove
from orders.checkout import place_order
from orders.making import making_of
from orders.quotes import CannotBeMade, Quote, Wish, again, opened, quote
from routing import matching, places
from routing.candidates import candidates
from routing.models import Offer
from routing.snapshot import machine_views
from tests.orders.network import ADA, LYON, VIENNA, a_draft
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
    assert (need.colour, need.second_colour) == ("bone", "graphite")
    assert 3 <= need.second_colour_grams <= 4
    assert a_quote(10).need.second_colour_grams == pytest.approx(2 + 10 * 1.6, abs=2)
    plain = a_quote(colours="one").need
    assert (plain.second_colour, plain.second_colour_grams) == ("", 0)


def test_a_need_that_was_written_before_there_were_two_colours_is_read() -> None:
    a_printer()
    held = a_quote()
    assert opened(held.sealed()).need == held.need
    old = {k: v for k, v in held.need.as_json().items() if k == "colour" or "colour" not in k}
    assert type(held.need).from_json(old).second_colour == ""


def test_who_cannot_make_it_says_why() -> None:
    a_printer()
    need, one = a_quote().need, a_quote(colours="one").need
    Machine.objects.all().delete()
    a_printer("ender-3"), a_printer(dark_g=1)
    assert any("does not stop for another spool" in why for why in why_not(need))
    assert any("has 1 g on the shelf of PLA, graphite" in why for why in why_not(need))
    assert "" not in why_not(need) and why_not(one) == ["", ""]


def why_not(need: JobNeed) -> list[str]:
    now = timezone.now()
    last = now.date() + dt.timedelta(days=20)
    return [row.why_not for row in candidates(need, HERE, last, machine_views(now), now.date())]


@pytest.mark.parametrize(("modules", "stops"), [("raised", 1), ("sunk", 2)])
def test_each_change_is_three_minutes_once_for_all_pieces(modules: str, stops: int) -> None:
    """At 1.80 an hour each is 9 cents, before tax."""
    two, one = (
        making_of(evaluate("key-fob", {"modules": modules, "colours": n}, "pla").parts,
                  material("pla"))
        for n in ("two", "one")
    )  # fmt: skip
    assert two.start_s - one.start_s == 180 * stops
    assert two.machine_s == one.machine_s and two.material_mg == one.material_mg
    a_printer()
    costs = [
        a_quote(10, modules=modules, colours=n).price.cents_of("machine") for n in ("two", "one")
    ]
    assert costs[0] - costs[1] == pytest.approx(9 * stops, abs=1)


def test_what_would_not_show_is_refused_and_in_one_colour_it_is_not() -> None:
    a_machine(a_factory(), status="idle", shelf={("pla", "graphite"): 5000})
    pla = material("pla")

    def asked(**raw: object) -> Quote:
        wish = Wish(keep_design("key-fob", raw), pla, "graphite", 1, places.place(LYON))
        return quote(wish, timezone.now())

    with pytest.raises(BadInput, match="would not show on graphite") as refused:
        asked()
    assert set(refused.value.fields) == {"colour"}
    assert asked(colours="one").need.second_colour == ""


def test_dark_squares_on_a_dark_ground_are_to_be_looked_at() -> None:
    a_machine(a_factory(), status="idle", shelf={
        ("pla", colour): 5000 for colour in ("midnight", "bone", "graphite")
    })  # fmt: skip

    def worst(colour: str, **raw: object) -> str:
        design = keep_design("key-fob", raw)
        return quote(Wish(design, material("pla"), colour, 1, places.place(LYON)),
                     timezone.now()).worst  # fmt: skip

    assert worst("midnight") == "look"
    assert worst("bone") == "" == worst("midnight", colours="one")


def test_the_title_names_both_colours() -> None:
    a_printer()
    assert a_quote().title == "QR key fob, PLA, bone with graphite"
    assert a_quote(colours="one").title == "QR key fob, PLA, bone"


def test_minutes_are_held_for_the_slowest_machine_that_can_stop() -> None:
    """An Ender-3 takes longer, but does not make it."""
    (part,) = evaluate("key-fob", {}, "pla").parts
    able = [WORKS["fdm"].taken([part], material("pla"), PROFILES[slug]) for slug in CHANGES_SPOOL]
    held = slowest([part], material("pla"))
    assert held.seconds == max(one.seconds for one in able)
    ender = WORKS["fdm"].taken([part], material("pla"), PROFILES["ender-3"])
    assert math.isinf(ender.seconds)


def test_a_design_of_an_older_version_is_neither_quoted_nor_checked_out() -> None:
    a_printer()
    order = a_draft(a_quote())
    Design.objects.update(version=1)
    item = order.kept_items().get()
    with pytest.raises(Conflict, match="redrawn"):
        again(item.design, "pla", "bone", LYON, 1, timezone.now())
    with pytest.raises(Conflict, match="redrawn since it was put in the basket"):
        place_order(order.ref, ADA, now=timezone.now())


def test_no_machine_that_stops_is_a_fault_of_the_design_and_one_colour_cures_it() -> None:
    a_machine(a_factory(), profile="ender-3")
    two = evaluate("key-fob", {}, "pla", machine_volumes())
    assert not two.printable and "no machine of our network changes them" in two.findings[0].state
    assert evaluate("key-fob", {"colours": "one"}, "pla", machine_volumes()).printable


def test_a_machine_that_does_not_stop_is_given_no_program() -> None:
    a_printer()
    need, design = a_quote().need, keep_design("key-fob", {})
    with pytest.raises(SliceFailed, match="does not stop for another spool"):
        WORKS["fdm"].plan(
            meshes("key-fob", design.version, design.params), need, PROFILES["ender-3"]
        )


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


@pytest.mark.parametrize(
    ("modules", "stops", "told"),
    [
        (
            "raised",
            "g of PLA, graphite: 1 change",
            "Begin with PLA, bone. At 2.6 mm the machine stops (M600), warms up again and waits at "
            "its screen: put in PLA, graphite. <br>",
        ),
        (
            "sunk",
            "g of PLA, graphite: 2 changes",
            "At 1.8 mm the machine stops (M600), warms up again and waits at its screen: "
            "put in PLA, bone again.",
        ),
    ],
)
def test_the_owner_reads_of_it_before_and_after_saying_yes(
    client: Client, modules: str, stops: str, told: str
) -> None:
    machine = a_printer()
    owner = User.objects.create_user("ada")
    machine.factory.members.add(owner)
    job = create_job(
        "ref-fob",
        a_quote(modules=modules).need,
        Destination("Lyon", "FR", *HERE),
        timezone.now() + dt.timedelta(days=7),
        by="test",
    )
    matching.match_waiting(timezone.now())
    assert Offer.objects.filter(job=job, status="open").exists()
    client.force_login(owner)
    offers = client.get(reverse("routing:inbox", args=[machine.factory_id])).content.decode()
    assert f"{stops} of spool" in offers
    Job.objects.filter(pk=job.pk).update(machine=machine)
    page = client.get(reverse("manufacturing:job", args=[job.uid])).content.decode()
    assert "PLA, bone with graphite" in page
    assert told in re.sub(r"\s+", " ", page)


def test_the_machines_it_fits_are_those_that_stop_for_another_spool() -> None:
    for profile in ("prusa-mk4", "ender-3"):
        a_machine(a_factory(), profile=profile)
    for colours, names in (
        ("two", {"Original Prusa MK4"}),
        ("one", {"Original Prusa MK4", "Creality Ender-3 V2"}),
    ):
        (part,) = evaluate("key-fob", {"colours": colours}, "pla", machine_volumes()).parts
        assert set(part.held_by(machine_volumes())) == names


def test_those_that_stop_for_a_spool_are_printers_we_know() -> None:
    assert {"prusa-mk4", "prusa-mini"} == CHANGES_SPOOL


def test_a_need_written_by_a_version_that_knew_more_is_read_without_it() -> None:
    a_printer()
    need = a_quote().need
    assert JobNeed.from_json({**need.as_json(), "of_later": 7}) == need


def test_what_fits_is_asked_of_the_network_as_it_is() -> None:
    """Measured while nobody could change a spool, it is sold as soon as somebody can."""
    a_machine(a_factory(), profile="ender-3")
    with pytest.raises(CannotBeMade):
        a_quote()
    a_printer()
    assert a_quote().need.second_colour == "graphite"
    Machine.objects.filter(profile="prusa-mk4").update(status="retired")
    with pytest.raises(CannotBeMade):
        a_quote()


def test_a_redrawn_line_does_not_lock_the_basket() -> None:
    a_printer()
    order = a_draft(a_quote(), a_quote(colours="one"))
    old, _ = order.kept_items().order_by("pk")
    Design.objects.filter(pk=old.design_id).update(version=1)
    deliver_to(order, VIENNA, timezone.now())
    assert order.place_id == VIENNA
    with pytest.raises(Conflict, match="Take it out"):
        place_order(order.ref, ADA, now=timezone.now())
    remove(old, removed=True)
    assert place_order(order.ref, ADA, now=timezone.now()).status == "placed"
