"""Small worlds for tests: a factory, its machine and shelf, a job."""

from __future__ import annotations

import datetime as dt
import itertools

from django.utils import timezone

from configurator.models import Design
from configurator.services import keep_design
from manufacturing import capacity
from manufacturing.jobs import Destination, create_job
from manufacturing.models import Factory, Job, Machine, Stock
from manufacturing.needs import JobNeed

LYON = (45.764, 4.8357)
BERLIN = (52.52, 13.405)
_number = itertools.count(1)


def a_factory(at: tuple[float, float] = LYON, **fields: object) -> Factory:
    number = next(_number)
    defaults = {"name": f"Workshop {number}", "city": "Lyon", "country": "FR"}
    return Factory.objects.create(**{**defaults, "lat": at[0], "lon": at[1], **fields})


def a_machine(
    factory: Factory | None = None,
    *,
    profile: str = "prusa-mk4",
    shelf: dict[tuple[str, str], int] | None = None,
    **fields: object,
) -> Machine:
    """A machine that is open all day, with PLA on its factory's shelf and its days made."""
    factory = factory or a_factory()
    machine = Machine.objects.create(
        factory=factory, name=f"Machine {next(_number)}", profile=profile, **fields
    )
    for (kind, colour), grams in (shelf or {("pla", "kiln"): 5000}).items():
        Stock.objects.get_or_create(
            factory=factory, material=kind, colour=colour, defaults={"grams": grams}
        )
    capacity.ensure_days(timezone.now(), [machine])
    return machine


def a_design(**params: object) -> Design:
    return keep_design("twisted-vase", {"height_mm": 60, **params})


def a_need(design: Design | None = None, **fields: object) -> JobNeed:
    base: dict[str, object] = {
        "design_key": (design or a_design()).pk,
        "family": "twisted-vase",
        "process": "fdm",
        "material": "pla",
        "colour": "kiln",
        "quantity": 1,
        "size_mm": (60.0, 60.0, 60.0),
        "minutes": 60,
        "grams": 40,
        "tolerance_mm": 0.5,
    }
    return JobNeed(**{**base, **fields})  # type: ignore[arg-type]


def a_job(
    need: JobNeed | None = None,
    *,
    ref: str = "",
    to: tuple[float, float] = LYON,
    due: dt.datetime | None = None,
) -> Job:
    return create_job(
        ref or f"ref-{next(_number)}",
        need or a_need(),
        Destination("Lyon", "FR", *to),
        due or timezone.now() + dt.timedelta(days=7),
        by="test",
    )
