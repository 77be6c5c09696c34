"""What can be sold of a machine's days follows its hours and its status."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from core import work
from core.states import move
from manufacturing import capacity, machines
from manufacturing.models import Machine, MachineDay
from tests.worlds import a_machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Machine:
    """600 minutes a day, 300 of tomorrow's sold."""
    machine = a_machine(opens_min=480, closes_min=1080)
    MachineDay.objects.filter(machine=machine, day=tomorrow()).update(used_min=300)
    return machine


def tomorrow() -> dt.date:
    return timezone.now().date() + dt.timedelta(days=1)


def days(machine: Machine) -> set[int]:
    """Capacities of the days on which nothing is sold."""
    rows = MachineDay.objects.filter(machine=machine, used_min=0)
    return set(rows.values_list("capacity_min", flat=True))


def of_tomorrow(machine: Machine) -> int:
    return MachineDay.objects.get(machine=machine, day=tomorrow()).capacity_min


def test_shorter_and_longer_hours_change_the_days_but_not_below_what_is_sold(
    machine: Machine,
) -> None:
    machine.closes_min = 600  # 120 minutes a day, as in the administrator's form
    machine.save()
    assert (days(machine), of_tomorrow(machine)) == ({120}, 300)
    machine.closes_min = 1440
    machine.save()
    assert (days(machine), of_tomorrow(machine)) == ({960}, 960)


def test_days_that_are_past_are_not_rewritten(machine: Machine) -> None:
    past = timezone.now().date() - dt.timedelta(days=1)
    MachineDay.objects.create(machine=machine, day=past, capacity_min=600, used_min=10)
    machine.closes_min = 600
    machine.save()
    assert MachineDay.objects.get(machine=machine, day=past).capacity_min == 600


def test_a_machine_in_service_has_nothing_to_sell_until_it_is_back(machine: Machine) -> None:
    machines.into_service(machine, by="remy", reason="nozzle")
    work.run_due()
    assert (days(machine), of_tomorrow(machine)) == ({0}, 300)
    machine.refresh_from_db()
    machines.back_from_service(machine, by="remy")
    assert (days(machine), of_tomorrow(machine)) == ({600}, 600)


@pytest.mark.parametrize("status", ["error", "retired"])
def test_a_machine_that_fails_or_retires_has_nothing_to_sell(machine: Machine, status: str) -> None:
    move(machine, status, by="t")
    work.run_due()
    assert (days(machine), of_tomorrow(machine)) == ({0}, 300)


def test_other_machines_keep_their_days(machine: Machine) -> None:
    other = a_machine()
    move(machine, "retired", by="t")
    work.run_due()
    assert days(other) == {1440}


def test_a_new_machine_can_be_sold_at_once() -> None:
    machine = Machine.objects.create(
        factory=a_machine().factory, name="new", profile="prusa-mk4", closes_min=600
    )
    rows = MachineDay.objects.filter(machine=machine, capacity_min=600)
    assert rows.count() == capacity.HORIZON_DAYS


def test_the_hourly_look_mends_what_nobody_told(machine: Machine) -> None:
    Machine.objects.filter(pk=machine.pk).update(closes_min=540)
    assert capacity.follow_machines(timezone.now()) == capacity.HORIZON_DAYS
    assert (days(machine), of_tomorrow(machine)) == ({60}, 300)
    assert capacity.follow_machines(timezone.now()) == 0
