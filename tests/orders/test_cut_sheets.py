"""A design of cut sheet, from its price to a proven program on a laser cutter's order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from configurator.materials import material
from configurator.services import keep_design
from core.errors import NoCapacity
from edge.laser_firewall import inspect_laser
from manufacturing import capacity, programs
from manufacturing.dispatch import _start
from manufacturing.forms import StockForm
from manufacturing.jobs import Destination, create_job
from manufacturing.models import Factory, Machine, Reservation, Stock
from manufacturing.needs import JobNeed
from manufacturing.planning.lasers import LASERS
from manufacturing.program_files import read_program
from nearmade.run import demo
from orders.quotes import Quote, Wish, opened, quote
from orders.steps import WORKS
from routing import places, services
from routing.candidates import candidates
from routing.snapshot import machine_views
from tests.orders.network import LYON
from tests.worlds import a_factory, a_machine

pytestmark = pytest.mark.django_db
BOX = {"columns": 3, "rows": 2}


def a_laser(profile: str = "laser-1000", thickness_mm: float = 3.0, grams: int = 9000) -> Machine:
    machine = a_machine(a_factory(), profile=profile, process="laser", status="idle")
    Stock.objects.create(
        factory=machine.factory,
        material="birch",
        colour="birch",
        thickness_mm=thickness_mm,
        grams=grams,
    )
    return machine


def a_quote(quantity: int = 1, **raw: object) -> Quote:
    design = keep_design("finger-box", {**BOX, **raw})
    wish = Wish(design, material("birch"), "birch", quantity, places.place(LYON))
    return quote(wish, timezone.now())


def why_not(need: JobNeed) -> list[str]:
    now = timezone.now()
    last = now.date() + dt.timedelta(days=20)
    at = (45.764, 4.8357)
    return [row.why_not for row in candidates(need, at, last, machine_views(now), now.date())]


def test_a_box_is_priced_by_its_sheet_and_the_laser_s_minutes() -> None:
    a_laser()
    found = a_quote()
    labels = {line.kind: line.label for line in found.price.lines}
    assert "0.13 m² of sheet (257 g)" in labels["material"]
    assert found.need.process == "laser" and found.need.thickness_mm == 3
    assert found.need.grams == 257 and found.need.parts == ()
    # Held is what the slowest kind that can cut it needs: 363 s and 120 s of start.
    assert found.need.minutes == 9
    assert found.price.cents_of("material") == 201
    assert opened(found.sealed()).need == found.need


def test_a_cut_part_goes_to_a_laser_with_that_sheet_and_thickness_only() -> None:
    right = a_laser()
    a_machine(a_factory())
    a_laser(thickness_mm=6.0)
    a_laser(grams=100)
    need = a_quote().need
    best, *others = why_not(need)
    assert best == ""
    assert sorted(others) == [
        "has 0 g on the shelf of natural birch plywood, 3 mm; 257 g are needed",
        "has 100 g on the shelf of natural birch plywood, 3 mm; 257 g are needed",
        "is a printer, this needs a laser cutter",
    ]
    assert services.promise_for(need, places.place(LYON), timezone.now()).factory_id == (
        right.factory_id
    )


def test_a_laser_too_small_or_too_weak_says_so() -> None:
    a_laser()
    need = a_quote().need
    Machine.objects.update(profile="laser-600")
    (reason,) = why_not(replace(need, quantity=9))
    assert reason.startswith("holds 1 of these on its sheet at once, not 9")
    (reason,) = why_not(replace(need, thickness_mm=9.0))
    assert reason == "cuts no birch plywood of 9 mm with its 40 W"


def test_grams_are_held_on_the_shelf_of_that_thickness() -> None:
    laser = a_laser()
    thick = Stock.objects.create(
        factory=laser.factory, material="birch", colour="birch", thickness_mm=6, grams=9000
    )
    need = a_quote().need
    services.hold("r1", need, places.place(LYON), timezone.now())
    thick.refresh_from_db()
    held = Reservation.objects.get(ref="r1", machine_day=None)
    assert held.stock.thickness_mm == 3 and held.amount == 257 and thick.reserved_g == 0
    Stock.objects.filter(pk=held.stock_id).update(grams=257)
    with pytest.raises(NoCapacity):
        services.hold("r2", need, places.place(LYON), timezone.now())
    services.release("r1")
    assert Stock.objects.filter(reserved_g__gt=0).count() == 0


def test_an_accepted_job_gets_a_proven_program_and_a_signed_order_without_heat() -> None:
    laser = a_laser("laser-600")
    need = a_quote().need
    to = Destination("Lyon", "FR", 45.7, 4.8)
    job = create_job("r1", need, to, timezone.now() + dt.timedelta(days=5), by="test")
    job.machine, job.factory = laser, laser.factory
    plan = programs.slice_job(job)
    row = programs.keep_program(job, plan)
    assert inspect_laser(read_program(row), LASERS["laser-600"].envelope) == []
    assert row.layers == 14 and row.grams == pytest.approx(256.4, abs=0.1)
    assert WORKS["laser"].steps == "cuts"
    job.program, job.lease_until = row, timezone.now()
    manifest = _start(job, laser).signed.manifest
    assert (manifest.hotend_c, manifest.bed_c) == (0, 0)
    assert manifest.profile_digest == LASERS["laser-600"].digest()


def test_a_job_that_makes_some_parts_of_a_design_plans_only_those() -> None:
    laser = a_laser()
    need = replace(a_quote().need, parts=("bottom", "front"))
    to = Destination("Lyon", "FR", 45.7, 4.8)
    job = create_job("r1", need, to, timezone.now() + dt.timedelta(days=5), by="test")
    job.machine = laser
    assert programs.slice_job(job).layers == 4  # two edges, two slots in the front


def test_a_demo_that_was_made_before_gets_its_lasers_once() -> None:
    row = demo.WORKSHOPS[0]
    factory = Factory.objects.create(
        name=row.name, city=row.city, country=row.country, lat=row.lat, lon=row.lon
    )
    demo.ensure_sheets()
    laser = factory.machines.get()
    assert (laser.process, laser.profile) == ("laser", "laser-1000")
    shelves = factory.stock.count()
    assert shelves > 20 and factory.stock.filter(thickness_mm=0).count() == 0
    assert (demo.edge_folder(factory, "-laser") / "code").exists()
    factory.machines.all().delete()  # whoever takes it out is not given another
    demo.ensure_sheets()
    assert factory.machines.count() == 0 and factory.stock.count() == shelves


def test_two_of_the_demo_s_workshops_have_lasers_for_every_sheet() -> None:
    lasers = [w for w in demo.WORKSHOPS if any("laser" in row[1] for row in w.machines)]
    assert len(lasers) >= 2
    for slug in ("birch", "poplar", "acrylic"):
        assert any(slug in workshop.sheets for workshop in lasers)


@pytest.mark.parametrize(
    ("material_slug", "thickness", "fault"),
    [("birch", "3", ""), ("birch", "5", "3, 4, 6 mm"), ("birch", "", "3, 4, 6 mm"),
     ("pla", "", ""), ("pla", "3", "on spools")],
)  # fmt: skip
def test_sheets_are_put_on_a_shelf_by_their_thickness(
    material_slug: str, thickness: str, fault: str
) -> None:
    colour = "birch" if material_slug == "birch" else "kiln"
    data = {"material": material_slug, "colour": colour, "grams": "500", "way": "in"}
    form = StockForm({**data, "thickness_mm": thickness})
    assert form.is_valid() is (not fault)
    if fault:
        assert fault in form.errors["thickness_mm"][0]
    else:
        assert form.change()["thickness_mm"] == float(thickness or 0)


def test_days_of_a_laser_are_its_own() -> None:
    laser = a_laser()
    assert capacity.slots_of([laser], timezone.now())[laser.pk]
