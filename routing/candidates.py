"""Who can make a job, what it would cost, and why the others cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from configurator.materials import material
from configurator.processes import PROCESSES
from core.units import distance_km, duration, size
from manufacturing.capacity import Slot, allot
from manufacturing.needs import JobNeed, Shelf, shelf

PARCEL_CENTS = 290.0
PARCEL_CENTS_PER_KM = 1.1
"""A parcel's fixed part and what each kilometre adds: van and carrier tariffs, rounded."""
WAIT_CENTS_PER_DAY = 35.0
"""What a day earlier is worth to a customer, so that an idle machine a bit farther can win."""
HOLDBACK_CENTS_PER_MIN = 1.5
"""What a minute costs that the forecast expects the workshop's own neighbours to need."""

NO_ANSWER = "gave no answer in time; it is asked again after the others"
SILENT_CENTS = 150.0
"""What it costs to count on a machine that is not heard of just now."""


@dataclass(frozen=True)
class MachineView:
    """One machine as routing sees it now.

    Attributes:
        bed_mm: what fits on it (x, y, z).
        holds: whether one plate holds so many pieces of these boxes at once.
        free: its free slots, earliest first.
        grams: free grams on its factory's shelves.
        max_hotend_c: how hot it gets.
        cannot: why this kind of machine cannot work the material of a need, or "".
        expected_min: minutes a day that the forecast holds back for its own region.
    """

    id: int
    name: str
    factory_id: int
    factory: str
    city: str
    lat: float
    lon: float
    process: str
    bed_mm: tuple[float, float, float]
    tolerance_mm: float
    max_hotend_c: float
    accepting: bool
    status: str
    free: tuple[Slot, ...]
    grams: Mapping[Shelf, int]
    expected_min: float = 0.0
    holds: Callable[[Sequence[Sequence[float]], int], bool] = lambda boxes, copies: True
    cannot: Callable[[JobNeed], str] = lambda need: ""


@dataclass(frozen=True)
class Candidate:
    """A machine for a job: able (``why_not`` is "") with its figures, or not with the reason.

    The machine is the subject of the reason ("has a fault"): staff read it in a table, customers
    within a sentence. ``suited``: by its kind it could make this, with other shelves or hours.
    """

    machine_id: int
    machine: str
    factory_id: int
    factory: str
    city: str
    km: float
    why_not: str = ""
    ready: dt.date | None = None
    cost_cents: float = 0.0
    held_back_min: int = 0
    suited: bool = False

    @property
    def able(self) -> bool:
        return not self.why_not


def candidates(
    need: JobNeed,
    to: tuple[float, float],
    last: dt.date,
    machines: Sequence[MachineView],
    today: dt.date,
    *,
    hotend_c: float = 0.0,
    declined: Collection[int] = (),
    silent: Collection[int] = (),
    failed_on: Collection[int] = (),
    left: Collection[int] = (),
    unwilling: Collection[int] = (),
) -> list[Candidate]:
    """Every machine with its figures or its reason, the best first.

    Args:
        to: (latitude, longitude) of the delivery, degrees.
        last: the last day on which the machine may still be working on it.
        hotend_c: how hot the material must get.
        declined: factories that said no to this job already.
        silent: factories that gave no answer, and whose turn it is not yet again.
        failed_on: machines on which it failed already.
        left: machines that it was taken back from, and that are not back.
        unwilling: machines that refused to begin it again and again.
    """
    nearest = min((distance_km(to, (m.lat, m.lon)) for m in machines), default=0.0)
    refused = {m.id: NO_ANSWER for m in machines if m.factory_id in silent}
    refused |= dict.fromkeys(left, "this job was taken back from there, and it is not back yet")
    refused |= dict.fromkeys(unwilling, "it refused several times to begin this job")
    refused |= {m.id: "said no to this job" for m in machines if m.factory_id in declined}
    refused |= dict.fromkeys(failed_on, "this job failed there before")
    rows = [
        _weigh(need, to, last, machine, today, hotend_c, refused.get(machine.id, ""), nearest)
        for machine in machines
    ]
    return sorted(rows, key=lambda c: (not c.able, c.cost_cents if c.able else c.km, c.machine_id))


def _weigh(
    need: JobNeed,
    to: tuple[float, float],
    last: dt.date,
    machine: MachineView,
    today: dt.date,
    hotend_c: float,
    refused: str,
    nearest_km: float,
) -> Candidate:
    km = distance_km(to, (machine.lat, machine.lon))
    base = Candidate(
        machine.id,
        machine.name,
        machine.factory_id,
        machine.factory,
        machine.city,
        round(km, 1),
        suited=not _unsuited(need, machine, hotend_c),
    )
    plan = allot(need.minutes, machine.free, last)
    reason = refused or _why_not(need, machine, hotend_c)
    if not reason and plan is None:
        reason = f"has no {duration(need.minutes * 60)} free before {last:%a} {last.day} {last:%b}"
    if reason or plan is None:
        return replace(base, why_not=reason)
    ready = plan[-1][0].day
    # Of two machines alike the one with less before it: otherwise all work stands at the first.
    days = (ready - today).days + plan[-1][0].sold_share
    # Neighbours' expected work is only held back from those who are not neighbours.
    held = 0 if km <= nearest_km + 1 else _held_back(need.minutes, machine, last, today)
    cost = (
        PARCEL_CENTS
        + PARCEL_CENTS_PER_KM * km
        + WAIT_CENTS_PER_DAY * days
        + HOLDBACK_CENTS_PER_MIN * held
        + (SILENT_CENTS if machine.status == "offline" else 0.0)
    )
    return replace(base, ready=ready, cost_cents=round(cost, 2), held_back_min=held)


def _why_not(need: JobNeed, machine: MachineView, hotend_c: float) -> str:
    """The first reason why a machine cannot make this at all, or ""."""
    if not machine.accepting:
        return "takes no new work at the moment"
    if machine.status in ("error", "maintenance", "retired"):
        return {"error": "has a fault", "maintenance": "is being serviced"}.get(
            machine.status, "is out of service"
        )
    if reason := _unsuited(need, machine, hotend_c):
        return reason
    grams = machine.grams.get(need.shelf, 0)
    if grams < need.grams:
        return f"has {grams} g on the shelf of {stock_name(need)}; {need.grams} g are needed"
    second = machine.grams.get(shelf(need.material, need.second_colour), 0)
    if second < need.second_colour_grams:
        name = material(need.material).in_colour(need.second_colour)
        return f"has {second} g on the shelf of {name}; {need.second_colour_grams} g are needed"
    return ""


def _unsuited(need: JobNeed, machine: MachineView, hotend_c: float) -> str:
    """Why its kind of machine can never make this, whatever lies on its shelf, or ""."""
    if machine.process != need.process:
        made, asked = PROCESSES[machine.process], PROCESSES[need.process]
        return f"is a {made.machine}, this needs a {asked.machine}"
    if not fits(need.size_mm, machine.bed_mm):
        return f"is too small: it holds {_room(need, machine)}, this is {size(need.size_mm)}"
    if not machine.holds(need.boxes_mm or (need.size_mm,), need.quantity):
        return _too_many(need, machine)
    if machine.tolerance_mm > need.tolerance_mm + 1e-9:
        return f"holds ±{machine.tolerance_mm:g} mm, this needs ±{need.tolerance_mm:g} mm"
    if machine.max_hotend_c < hotend_c:
        return f"reaches {machine.max_hotend_c:g} °C, {need.material.upper()} needs {hotend_c:g} °C"
    return machine.cannot(need)


def _too_many(need: JobNeed, machine: MachineView) -> str:
    """How many pieces its plate does hold, found by halving."""
    boxes = need.boxes_mm or (need.size_mm,)
    low, high = 0, need.quantity
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if machine.holds(boxes, middle) else (low, middle)
    bed = PROCESSES[need.process].bed
    if low == 0:
        return f"holds {_room(need, machine)}: too little for all parts of one piece side by side"
    return f"holds {low} of these on its {bed} at once, not {need.quantity}"


def _room(need: JobNeed, machine: MachineView) -> str:
    """Its bed; of what is flat, the height says nothing."""
    flat = need.thickness_mm and need.size_mm[2] <= machine.bed_mm[2]
    return size(machine.bed_mm[:2] if flat else machine.bed_mm)


def stock_name(need: JobNeed) -> str:
    """``PETG, kiln orange``; ``birch plywood, walnut face, 3 mm``."""
    name = material(need.material).in_colour(need.colour)
    return f"{name}, {need.thickness_mm:g} mm" if need.thickness_mm else name


def fits(size_mm: Sequence[float], bed_mm: Sequence[float]) -> bool:
    """Whether a part fits on a bed, turned by a quarter about z if need be.

    >>> fits((200, 100, 50), (180, 220, 250))
    True
    """
    (x, y, z), (width, depth, height) = size_mm, bed_mm
    flat = (x <= width and y <= depth) or (y <= width and x <= depth)
    return flat and z <= height


def _held_back(minutes: int, machine: MachineView, last: dt.date, today: dt.date) -> int:
    """Minutes of this job that would eat into what the forecast expects nearby."""
    free = sum(slot.free_min for slot in machine.free if slot.day <= last)
    expected = machine.expected_min * ((last - today).days + 1)
    return int(max(0.0, min(float(minutes), expected - (free - minutes))))
