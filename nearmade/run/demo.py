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

from configurator.materials import material
from configurator.models import Product
from configurator.products import families
from core.states import born
from core.work import enqueue
from manufacturing import capacity, nodes
from manufacturing.models import Factory, Machine, Stock
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
         ("Mini", "prusa-mini", 0.2, 7, 20)),
        ("pla", "petg"),
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
        (("Big Voron", "voron-350", 0.2, 0, 24), ("X1", "corexy-256", 0.15, 0, 24)),
        ("pla", "petg"),
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
         ("MK4", "prusa-mk4", 0.15, 0, 24)),
        ("pla", "petg"),
        popularity=0.8,
    ),
    Workshop(
        "Northern Quarter Makers",
        "Manchester",
        "GB",
        53.4808,
        -2.2426,
        "A maker space with a late shift.",
        (("Mini 1", "prusa-mini", 0.2, 0, 24), ("Mini 2", "prusa-mini", 0.2, 0, 24)),
        ("pla", "petg"),
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
    for name, profile, tolerance, opens, closes in row.machines:
        machine = Machine.objects.create(
            factory=factory,
            name=name,
            profile=profile,
            tolerance_mm=tolerance,
            opens_min=opens * 60,
            closes_min=closes * 60,
        )
        born(machine, by="system", reason="joined the network")
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


def _enrol_agent(factory: Factory) -> None:
    """The code with which this workshop's demo agent pairs itself on its first start."""
    _, code = nodes.enrol(factory)
    folder = edge_folder(factory)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "code").touch(mode=0o600)
    (folder / "code").write_text(code)


def edge_folder(factory: Factory) -> Path:
    """Where the demo agent of a workshop keeps its state."""
    return Path(settings.VAR_DIR) / "edge" / f"factory-{factory.pk}"


def _version(slug: str) -> int:
    return families()[slug].version
