"""Every status moves through move(), once, by a legal step, and leaves a trace."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from core.errors import StaleState
from core.models import Transition, Work
from core.states import IllegalMove, born, move
from manufacturing.models import Machine
from tests.worlds import a_machine

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_a_move_writes_status_fields_and_one_transition() -> None:
    machine = a_machine()
    move(machine, "idle", by="remy", reason="switched on", note="new nozzle")
    machine.refresh_from_db()
    assert (machine.status, machine.note) == ("idle", "new nozzle")
    row = machine.history().get()
    assert (row.old, row.new, row.by, row.reason) == ("offline", "idle", "remy", "switched on")


@pytest.mark.django_db
def test_an_illegal_move_changes_nothing() -> None:
    machine = a_machine()
    with pytest.raises(IllegalMove):
        move(machine, "no_such_state", by="x")
    machine.refresh_from_db()
    assert machine.status == "offline"
    assert not machine.history().exists()


@pytest.mark.django_db
def test_a_stale_object_cannot_move() -> None:
    machine = a_machine()
    stale = Machine.objects.get(pk=machine.pk)
    move(machine, "idle", by="x")
    with pytest.raises(StaleState), transaction.atomic():
        move(stale, "busy", by="y")
    assert machine.history().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_that_move_at_once_exactly_one_wins() -> None:
    machine = a_machine()
    start, won, lost = threading.Barrier(8), [], []

    def attempt(number: int) -> None:
        mine = Machine.objects.get(pk=machine.pk)
        start.wait()
        try:
            move(mine, "idle", by=f"thread {number}")
            won.append(number)
        except StaleState:
            lost.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert Transition.objects.filter(object_type="manufacturing.machine").count() == 1


@pytest.mark.django_db
def test_news_of_a_move_is_enqueued_once_in_the_same_transaction() -> None:
    from tests.worlds import a_job

    job = a_job()
    assert Work.objects.filter(kind="routing.match").count() == 1
    move(job, "cancelled", by="x")
    assert Work.objects.filter(kind="manufacturing.settle_capacity").count() == 1


@pytest.mark.django_db
def test_a_transition_is_append_only() -> None:
    machine = a_machine()
    row = born(machine, by="x")
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_no_code_assigns_a_status_outside_move() -> None:
    """``.status =`` or ``update(status=…)`` of a stateful model stands in core/states.py only."""
    assigns = re.compile(
        r"\.status\s*=[^=]|update\([^)]*\bstatus\s*=|setattr\([^)]*[\"']status[\"']"
    )
    found = []
    for app in ("core", "configurator", "manufacturing", "routing", "orders", "nearmade"):
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" in path.parts or path == ROOT / "core" / "states.py":
                continue
            if "standin" in path.parts:  # no Django in it: Stripe's own objects
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if assigns.search(line) and "response.status" not in line:
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_the_status_scan_sees_what_it_must_see() -> None:
    """The scan above is only worth something if it would find an offence."""
    assigns = re.compile(
        r"\.status\s*=[^=]|update\([^)]*\bstatus\s*=|setattr\([^)]*[\"']status[\"']"
    )
    for offence in ("job.status = 'made'", "rows.update(status='x')", "setattr(job, 'status', 1)"):
        assert assigns.search(offence)
    assert not assigns.search("if job.status == 'made':")
