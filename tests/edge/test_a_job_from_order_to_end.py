"""The agent as a process, a hub on a port, and a virtual machine: one job's whole life."""

from __future__ import annotations

import re

from edge.protocol import Cancel, Clear
from tests.edge.conftest import Node
from tests.edge.hub import Hub


def test_a_paired_node_makes_an_ordered_job_and_reports_each_step(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=60))  # one second at speed 60
    hub.wait(lambda: "finished" in hub.story())
    assert hub.story() == ["accepted", "started", "finished"]
    assert running.made("start") == running.made("finish") == ["j1"]
    assert hub.last("finished", "j1").percent == 100
    progress = [r.percent for r in hub.reports if r.kind == "progress"]
    assert progress == sorted(progress)
    hub.wait(lambda: hub.state() == "needs_clearing")
    assert hub.statuses["m1"].plate_job == "j1"


def test_reports_are_numbered_upwards_and_are_repeated_until_acknowledged(
    hub: Hub, running: Node
) -> None:
    hub.lose_acks = True
    hub.say(hub.order("j1", seconds=10))
    hub.wait(lambda: "finished" in hub.story())
    polls = hub.polls
    hub.wait(lambda: hub.polls > polls + 3)  # the same reports came again and again
    numbers = [r.sequence for r in hub.reports]
    assert numbers == sorted(set(numbers))
    hub.lose_acks = False
    hub.say(hub.order("j1", seconds=10))
    hub.wait(lambda: hub.polls > polls + 8)
    assert hub.story() == ["accepted", "started", "finished"]


def test_the_same_order_many_times_and_under_newer_epochs_is_one_start(
    hub: Hub, running: Node
) -> None:
    hub.say(hub.order("j1", seconds=60))
    hub.wait(lambda: "started" in hub.story())
    hub.say(hub.order("j1", seconds=60, epoch=2), hub.order("j1", seconds=60, epoch=3))
    hub.wait(lambda: "finished" in hub.story())
    polls = hub.polls
    hub.say(hub.order("j1", seconds=60, epoch=4), Clear(machine="m1", number=1, job="j1"))
    hub.wait(lambda: hub.polls > polls + 5 and hub.last("finished", "j1").epoch == 4)
    assert running.made("start") == ["j1"]


def test_two_machines_work_side_by_side(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=90), hub.order("j2", machine="m2", seconds=90))
    hub.wait(lambda: hub.state("m1") == hub.state("m2") == "busy")
    hub.wait(lambda: hub.story().count("finished") == 2)


def test_a_second_job_waits_until_a_person_has_cleared_the_plate(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=10))
    hub.wait(lambda: hub.state() == "needs_clearing")
    hub.say(hub.order("j2", seconds=10))
    hub.wait(lambda: "refused" in hub.story("j2"))
    assert hub.last("refused", "j2").reason == "dirty_plate"
    hub.say(Clear(machine="m1", number=1, job="j1"), hub.order("j2", seconds=10, epoch=2))
    hub.wait(lambda: "finished" in hub.story("j2"))
    assert running.made("start") == ["j1", "j2"]


def test_an_old_sign_off_does_not_clear_a_newer_print(hub: Hub, running: Node) -> None:
    first = Clear(machine="m1", number=1, job="j1")
    hub.say(hub.order("j1", seconds=10), first)
    hub.wait(lambda: "finished" in hub.story("j1"))
    hub.say(Clear(machine="m1", number=2, job="j1"))
    hub.wait(lambda: hub.state() == "idle" and hub.statuses["m1"].clear_number == 2)
    late = Clear(machine="m1", number=3, job="j1")  # pressed twice, arrives late
    hub.say(hub.order("j2", seconds=10))
    hub.wait(lambda: "finished" in hub.story("j2"))
    hub.say(first, late)
    hub.wait(lambda: hub.statuses["m1"].clear_number == 3)
    assert hub.state() == "needs_clearing"
    hub.say(Clear(machine="m1", number=4, job="j2"))
    hub.wait(lambda: hub.state() == "idle")


def test_a_cancelled_print_stops_and_leaves_a_plate_to_clear(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=3600))
    hub.wait(lambda: "started" in hub.story())
    hub.say(Cancel(machine="m1", job="j1", reason="the customer thought again"))
    hub.wait(lambda: "cancelled" in hub.story())
    hub.wait(lambda: hub.state() == "needs_clearing")
    assert running.made("cancelled") == ["j1"]


def test_a_job_cancelled_before_it_came_is_never_started(hub: Hub, running: Node) -> None:
    hub.say(Cancel(machine="m1", job="j1"))
    hub.wait(lambda: "cancelled" in hub.story())
    polls = hub.polls
    hub.say(hub.order("j1", epoch=7))
    hub.wait(lambda: hub.polls > polls + 5)
    assert hub.last("cancelled", "j1").reason == "never_started"
    assert running.made("start") == []
    assert hub.state() == "idle"  # nothing lies on the plate


def test_a_pause_at_the_machine_is_told_and_ends_only_by_a_person(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=120))
    hub.wait(lambda: "started" in hub.story())
    running.machine().pause()
    hub.wait(lambda: hub.state() == "paused")
    polls = hub.polls
    hub.wait(lambda: hub.polls > polls + 5)
    assert hub.state() == "paused"
    running.machine().resume()
    hub.wait(lambda: "finished" in hub.story())
    assert hub.story() == ["accepted", "started", "paused", "resumed", "finished"]


def test_the_agent_stops_when_asked_and_the_machine_goes_on(hub: Hub, process: Node) -> None:
    hub.say(hub.order("j1", seconds=90))
    hub.wait(lambda: "started" in hub.story())
    assert process.stop() == 0
    process.start()
    hub.wait(lambda: "finished" in hub.story())
    assert process.made("start") == ["j1"]
    assert not re.search("Traceback", process.log.read_text())
