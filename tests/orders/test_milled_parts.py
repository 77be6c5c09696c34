"""A milled design: its price, who may make it, and what a paid job waits for."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from configurator.materials import material
from configurator.processes import PROCESSES
from configurator.services import keep_design
from core.errors import BadInput, Conflict
from core.work import Claim, Later
from manufacturing import tasks
from manufacturing.forms import StockForm
from manufacturing.jobs import Destination, create_job, made_by_hand
from manufacturing.models import Job, Machine, Stock
from manufacturing.needs import JobNeed
from manufacturing.planning.mills import MILLS, RECIPES, recipe_for, seconds_of
from manufacturing.processes import WORKS
from nearmade.run import demo
from orders.pricing import RATES
from orders.quotes import Quote, Wish, opened, quote
from routing import places
from routing.candidates import candidates
from routing.snapshot import machine_views
from tests.orders.network import LYON
from tests.worlds import a_factory, a_machine

pytestmark = pytest.mark.django_db


def a_router(profile: str = "router-1000", thickness_mm: float = 15.0, stuff: str = "oak",
             grams: int = 90_000) -> Machine:  # fmt: skip
    machine = a_machine(a_factory(), profile=profile, process="cnc", status="idle")
    Stock.objects.create(
        factory=machine.factory,
        material=stuff,
        colour=material(stuff).colours[0].slug,
        thickness_mm=thickness_mm,
        grams=grams,
    )
    return machine


def a_quote(slug: str = "engraved-sign", stuff: str = "oak", **raw: object) -> Quote:
    design = keep_design(slug, raw)
    wish = Wish(design, material(stuff), material(stuff).colours[0].slug, 1, places.place(LYON))
    return quote(wish, timezone.now())


def why_not(need: JobNeed) -> list[str]:
    now = timezone.now()
    last = now.date() + dt.timedelta(days=20)
    rows = candidates(need, (45.764, 4.8357), last, machine_views(now), now.date())
    return [row.why_not for row in rows]


def test_the_three_tables_of_processes_have_the_same_keys() -> None:
    assert set(PROCESSES) == set(WORKS) == set(RATES)


def test_a_sign_by_hand() -> None:
    """180 × 90 with 8 mm more all round for the tool: 196 · 106 … over 0.85, 15 mm of oak.

    Its box with a tool's width round it is 192 × 102; / 0.85 = 23 040 mm², · 15 · 0.75 g/cm³.
    """
    a_router()
    found = a_quote()
    labels = {line.kind: line.label for line in found.price.lines}
    assert "0.02 m² of sheet (260 g)" in labels["material"]
    assert found.need.process == "cnc" and found.need.thickness_mm == 15
    assert found.price.cents_of("setup") == 900 and found.price.cents_of("handling") == 350
    assert opened(found.sealed()).need == found.need
    # A square metre of 15 mm is 98.00 and weighs 11.25 kg: 8.71 a kilogram.
    assert found.price.cents_of("material") == pytest.approx(259.2 * 0.871, abs=1)


def test_time_comes_from_volume_and_length() -> None:
    oak = RECIPES["oak"]
    assert seconds_of([(22_000, 600, 3)], 540, 15, 2, oak) == pytest.approx(100 + 20 + 90 + 6)
    weak = recipe_for("oak", MILLS["router-600"])
    assert weak is not None and weak.clear_mm3_s == pytest.approx(oak.clear_mm3_s * 800 / 1500)


def test_a_milled_part_goes_to_a_router_with_that_board_only() -> None:
    a_router()
    a_machine(a_factory())
    a_router(thickness_mm=20.0)
    need = a_quote().need
    best, *others = why_not(need)
    assert best == ""
    assert sorted(others) == [
        "has 0 g on the shelf of oiled oak, 15 mm; 260 g are needed",
        "is a printer, this needs a CNC router",
    ]


def test_a_light_router_does_not_mill_metal_and_a_long_panel_wants_a_long_bed() -> None:
    machine = a_router("router-1000", 3.0, "aluminium")
    panel = a_quote("face-plate", "aluminium", size="2u", window_mm=0)
    Machine.objects.filter(pk=machine.pk).update(profile="router-600")
    (reason,) = why_not(panel.need)
    assert reason == "mills no aluminium 5754 with its spindle of 800 W"
    Machine.objects.filter(pk=machine.pk).update(profile="router-1000")
    assert why_not(panel.need) == [""]
    (reason,) = why_not(replace(panel.need, quantity=40))
    assert reason == "holds 10 of these on its board at once, not 40"


@pytest.mark.parametrize("slug", ["engraved-sign", "milled-tray", "face-plate"])
def test_every_milled_family_has_a_price_in_each_of_its_materials(slug: str) -> None:
    from configurator.products import family

    for stuff in family(slug).materials:
        thick = material(stuff).thicknesses_mm[-1]  # type: ignore[attr-defined]
        field = "sheet_mm" if slug == "face-plate" else "board_mm"
        thick = min(thick, 5) if slug == "face-plate" else thick
        a_router(thickness_mm=thick, stuff=stuff)
        assert 1500 < a_quote(slug, stuff, **{field: thick}).price.total_cents < 60_000


def test_a_paid_job_waits_and_says_why_instead_of_failing() -> None:
    router = a_router()
    to = Destination("Lyon", "FR", 45.7, 4.8)
    job = create_job("r1", a_quote().need, to, timezone.now() + dt.timedelta(days=5), by="test")
    Job.objects.filter(pk=job.pk).update(status="accepted", machine=router, factory=router.factory)
    with pytest.raises(Later):
        tasks.plan(Claim(1, "manufacturing.plan", "k", {"id": job.pk}, 1, uuid.uuid4()))
    job.refresh_from_db()
    assert job.status == "accepted"
    assert job.problem.startswith("Tool paths for milling are not written here yet.")


def test_the_demo_has_routers_and_boards_of_every_kind() -> None:
    routers = [w for w in demo.WORKSHOPS if any("router" in row[1] for row in w.machines)]
    assert len(routers) >= 2
    for slug in ("oak", "walnut", "beech", "aluminium", "brass", "acrylic-plate"):
        assert any(slug in workshop.sheets for workshop in routers)


def test_boards_are_put_on_a_shelf_by_their_thickness() -> None:
    data = {"material": "oak", "colour": "oak", "grams": "500", "way": "in"}
    assert StockForm({**data, "thickness_mm": "15"}).is_valid()
    form = StockForm({**data, "thickness_mm": "12"})
    assert not form.is_valid() and "10, 15, 20 mm" in form.errors["thickness_mm"][0]


def test_a_sign_is_not_made_of_laser_s_acrylic() -> None:
    with pytest.raises(BadInput, match="not made of cast acrylic"):
        a_quote("engraved-sign", "acrylic")


def an_accepted_job(router: Machine) -> Job:
    to = Destination("Lyon", "FR", 45.7, 4.8)
    job = create_job("r1", a_quote().need, to, timezone.now() + dt.timedelta(days=5), by="test")
    Job.objects.filter(pk=job.pk).update(status="accepted", machine=router, factory=router.factory)
    job.refresh_from_db()
    return job


def test_a_workshop_makes_it_with_a_program_of_its_own_and_says_so(client: Client) -> None:
    router = a_router()
    job = an_accepted_job(router)
    owner = User.objects.create_user("milly")
    router.factory.members.add(owner)
    page, button = f"/factory/job/{job.uid}/", f"/factory/job/{job.uid}/made/"
    assert client.post(button).status_code == 302  # to the login
    client.force_login(User.objects.create_user("rival"))
    assert client.post(button).status_code == 404
    client.force_login(owner)
    assert "It is made" in client.get(page).content.decode()
    assert client.post(button).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.percent) == ("made", 100)
    assert [t.new for t in job.history()][-2:] == ["running", "made"]
    assert "Inspect" in client.get(page).content.decode()
    assert client.post(button).status_code == 409, "not twice"


def test_what_has_a_program_is_not_made_by_hand() -> None:
    job = an_accepted_job(a_router())
    Job.objects.filter(pk=job.pk).update(need={**job.need, "process": "fdm"})
    job.refresh_from_db()
    with pytest.raises(Conflict, match="starts by itself"):
        made_by_hand(job, by="test")
    assert job.status == "accepted"
