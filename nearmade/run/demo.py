"""The demo network: six workshops in real cities, their machines, shelves, people and past."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from configurator.materials import Flat, material
from configurator.models import Product
from configurator.products import families
from core.states import born
from core.work import enqueue
from manufacturing import capacity, nodes
from manufacturing.models import Factory, Machine, Stock
from manufacturing.planning.kinds import KINDS
from routing.models import Demand


@dataclass(frozen=True)
class Workshop:
    """A demo workshop. Machines are (name, profile, tolerance ± mm, opens h, closes h)."""

    name: str
    city: str
    country: str
    lat: float
    lon: float
    about: str
    machines: tuple[tuple[str, str, float, int, int], ...]
    materials: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    auto_accept: bool = True
    popularity: float = 1.0


WORKSHOPS = (
    Workshop(
        "Atelier Rhône",
        "Lyon",
        "FR",
        45.764,
        4.8357,
        "Two people in an old silk weavers' house on the Croix-Rousse.",
        (("MK4 A", "prusa-mk4", 0.15, 0, 24), ("MK4 B", "prusa-mk4", 0.15, 0, 24),
         ("Mini", "prusa-mini", 0.2, 7, 20), ("Laser", "laser-1000", 0.15, 8, 20)),
        ("pla", "petg"),
        ("birch", "poplar", "acrylic"),
        auto_accept=False,
        popularity=1.2,
    ),
    Workshop(
        "Spreewerk",
        "Berlin",
        "DE",
        52.52,
        13.405,
        "A cooperative under the railway arches.",
        (("Big Voron", "voron-350", 0.2, 0, 24), ("X1", "corexy-256", 0.15, 0, 24),
         ("Cutter", "laser-1000", 0.2, 7, 22), ("Router", "router-1000", 0.1, 8, 20)),
        ("pla", "petg"),
        ("birch", "acrylic", "oak", "walnut", "beech", "aluminium", "brass", "acrylic-plate"),
        popularity=1.5,
    ),
    Workshop(
        "Maaslab",
        "Rotterdam",
        "NL",
        51.9225,
        4.4792,
        "Fast printers beside the harbour.",
        (("X1 left", "corexy-256", 0.15, 0, 24), ("X1 right", "corexy-256", 0.15, 0, 24)),
        ("pla",),
        popularity=0.9,
    ),
    Workshop(
        "Taller Poblenou",
        "Barcelona",
        "ES",
        41.3874,
        2.1686,
        "A school workshop that prints for its quarter.",
        (("Ender 1", "ender-3", 0.3, 8, 20), ("Ender 2", "ender-3", 0.3, 8, 20),
         ("MK4", "prusa-mk4", 0.15, 0, 24), ("Mill", "router-600", 0.15, 8, 20)),
        ("pla", "petg"),
        ("oak", "walnut", "beech", "acrylic-plate"),
        popularity=0.8,
    ),
    Workshop(
        "Northern Quarter Makers",
        "Manchester",
        "GB",
        53.4808,
        -2.2426,
        "A maker space with a late shift.",
        (("Mini 1", "prusa-mini", 0.2, 0, 24), ("Mini 2", "prusa-mini", 0.2, 0, 24),
         ("Laser 40", "laser-600", 0.2, 9, 21)),
        ("pla", "petg"),
        ("poplar", "acrylic"),
        popularity=0.7,
    ),
    Workshop(
        "Huangpu Studio",
        "Shanghai",
        "CN",
        31.2222,
        121.4581,
        "Product designers with a print room.",
        (("X1", "corexy-256", 0.15, 0, 24), ("Voron", "voron-350", 0.2, 0, 24)),
        ("pla", "petg"),
        popularity=1.0,
    ),
)  # fmt: skip

LOGINS = (
    ("anna", "customer"),
    ("remy", "factory owner, Atelier Rhône"),
    ("admin", "administrator"),
)


def ensure_demo(now: dt.datetime | None = None) -> bool:
    """Make the demo unless the network has workshops already. Returns whether it was made."""
    ensure_products()
    ensure_sheets()
    capacity.ensure_days(now or timezone.now())
    if Factory.objects.exists():
        return False
    with transaction.atomic():
        factories = [_workshop(row) for row in WORKSHOPS]
        _people(factories[0])
        _history((now or timezone.now()).date())
        capacity.ensure_days(now or timezone.now())
    for factory in factories:
        _enrol_agent(factory)
    for slug in families():
        enqueue("configurator.preset_pictures", key=f"preset-pictures:{slug}:{_version(slug)}",
                payload={"family": slug})  # fmt: skip
    return True


def ensure_products() -> None:
    """A row for every family in the code; one that is new in the code is sold at once."""
    for slug, kind in families().items():
        Product.objects.update_or_create(slug=slug, defaults={"version": kind.version})


def ensure_sheets() -> None:
    """Lasers and routers, and their sheets, for a demo made before there were any; once.

    The agent that such a workshop has knows its machines from its pairing, so that the new one
    comes with an agent of its own.
    """
    for row in WORKSHOPS:
        factory = Factory.objects.filter(name=row.name).first()
        for process in ("laser", "cnc"):
            new = [one for one in row.machines if KINDS[one[1]].process == process]
            if factory is None or not new or _has_sheets(factory, row, process):
                continue
            with transaction.atomic():
                for machine in new:
                    _machine(factory, *machine)
                _sheets(factory, _sheets_of(row, process))
            _enrol_agent(factory, f"-{process}")


def _has_sheets(factory: Factory, row: Workshop, process: str) -> bool:
    slugs = [sheet.slug for sheet in _sheets_of(row, process)]
    return factory.stock.filter(material__in=slugs, thickness_mm__gt=0).exists()


def _sheets_of(row: Workshop, process: str = "") -> list[Flat]:
    """The sheets and boards of a workshop, of one process or of all."""
    known = [material(slug) for slug in row.sheets]
    return [one for one in known if isinstance(one, Flat) and process in ("", one.process)]


def password() -> str:
    """The demo logins' password: made on the first run, kept beside the data, printed at start."""
    path = Path(settings.VAR_DIR) / "keys" / "demo_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"make-near-{secrets.token_hex(3)}")
    return path.read_text().strip()


def _workshop(row: Workshop) -> Factory:
    factory = Factory.objects.create(
        name=row.name,
        city=row.city,
        country=row.country,
        lat=row.lat,
        lon=row.lon,
        about=row.about,
        auto_accept=row.auto_accept,
    )
    for machine in row.machines:
        _machine(factory, *machine)
    _sheets(factory, _sheets_of(row))
    rng = np.random.default_rng(abs(round(row.lat * 1000)))
    Stock.objects.bulk_create(
        Stock(
            factory=factory,
            material=kind,
            colour=colour.slug,
            grams=int(rng.integers(4, 24)) * 250,
        )
        for kind in row.materials
        for colour in material(kind).colours
    )
    return factory


def _machine(
    factory: Factory, name: str, profile: str, tolerance: float, opens: int, closes: int
) -> None:
    machine = Machine.objects.create(
        factory=factory,
        name=name,
        profile=profile,
        process=KINDS[profile].process,
        tolerance_mm=tolerance,
        opens_min=opens * 60,
        closes_min=closes * 60,
    )
    born(machine, by="system", reason="joined the network")


def _sheets(factory: Factory, sheets: list[Flat]) -> None:
    """Eight square metres of each in each thickness and colour."""
    Stock.objects.bulk_create(
        Stock(
            factory=factory,
            material=sheet.slug,
            colour=colour.slug,
            thickness_mm=one.thickness_mm,
            grams=round(8_000 * one.thickness_mm * sheet.density_g_cm3),
        )
        for sheet in sheets
        for colour in sheet.colours
        for one in sheet.stocked
    )


def _people(first: Factory) -> None:
    secret = password()
    customer = User.objects.create_user("anna", "anna@example.invalid", secret)
    owner = User.objects.create_user("remy", "remy@example.invalid", secret)
    admin = User.objects.create_superuser("admin", "admin@example.invalid", secret)
    first.members.add(owner)
    for person, name in ((customer, "Anna"), (owner, "Rémy"), (admin, "Ada")):
        User.objects.filter(pk=person.pk).update(first_name=name)


def _history(today: dt.date) -> None:
    """A year of daily demand: a level, a rise, a Christmas peak, a weekly shape, and chance.

    Units are Poisson with that mean. It is made up, and the README says so.
    """
    rng = np.random.default_rng(2026)
    days = [today - dt.timedelta(days=n) for n in range(371, 0, -1)]
    rows: list[Demand] = []
    for place, row in enumerate(WORKSHOPS):
        for number, slug in enumerate(sorted(families())):
            level = row.popularity * (0.55, 1.1, 0.75)[(number + place) % 3]
            units = rng.poisson([level * _shape(day, today) for day in days])
            rows += [
                Demand(family=slug, region=row.city, day=day, units=int(n))
                for day, n in zip(days, units, strict=True)
                if n
            ]
    Demand.objects.bulk_create(rows, batch_size=500)


def _shape(day: dt.date, today: dt.date) -> float:
    rise = 1 + 0.6 * (1 - (today - day).days / 371)
    year_end = math.exp(-(((day - dt.date(day.year, 12, 12)).days / 14) ** 2))
    summer = -0.25 * math.exp(-(((day - dt.date(day.year, 8, 5)).days / 20) ** 2))
    week = (1.1, 1.0, 1.0, 1.0, 1.05, 0.8, 1.2)[day.weekday()]
    return rise * week * (1 + 1.2 * year_end + summer)


def _enrol_agent(factory: Factory, which: str = "") -> None:
    """The code with which this workshop's demo agent pairs itself on its first start."""
    _, code = nodes.enrol(factory)
    folder = edge_folder(factory, which)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "code").touch(mode=0o600)
    (folder / "code").write_text(code)


def edge_folder(factory: Factory, which: str = "") -> Path:
    """Where the demo agent of a workshop keeps its state."""
    return Path(settings.VAR_DIR) / "edge" / f"factory-{factory.pk}{which}"


def _version(slug: str) -> int:
    return families()[slug].version
