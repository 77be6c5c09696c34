"""SIGKILL, a hub that is away, machines that fall silent: nothing starts twice or is lost."""

from __future__ import annotations

import random

import pytest

from edge.protocol import Clear, ReportKind
from edge.spool import News, Phase, Spool
from tests.edge.conftest import Node
from tests.edge.hub import Hub
from tests.edge.until import until


def test_a_kill_in_the_middle_of_a_print_does_not_start_it_again(hub: Hub, process: Node) -> None:
    hub.say(hub.order("j1", seconds=300))
    hub.wait(lambda: "started" in hub.story())
    process.kill()
    process.start()
    hub.wait(lambda: "finished" in hub.story())
    assert process.made("start") == process.made("finish") == ["j1"]
    assert hub.story() == ["accepted", "started", "finished"]
    hub.wait(lambda: hub.state() == "needs_clearing")


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(2))
def test_kills_at_random_moments_make_each_job_exactly_once(
    hub: Hub, node: Node, seed: int
) -> None:
    rng = random.Random(seed)
    epoch = 0
    for number in range(1, 4):
        job = f"j{number}"
        clears = (
            [Clear(machine="m1", number=number - 1, job=f"j{number - 1}")] if number > 1 else []
        )
        refusals, lives = -1, 0
        while "finished" not in hub.story(job):
            if hub.story(job).count("refused") > refusals:
                # Killed between the intent and the start it says so, and the hub asks once more.
                refusals, epoch = hub.story(job).count("refused"), epoch + 1
                hub.say(*clears, hub.order(job, seconds=20, epoch=epoch))
            lives += 1
            assert lives < 60, f"{job} is never done: {hub.story(job)}"
            # Each life of the agent is a little longer, so that the first kills come anywhere
            # between import and the last report, and the job still gets done.
            node.start()
            polls, more = hub.polls, rng.randint(0, 4 + number + lives // 4)
            hub.wait(lambda polls=polls, more=more: hub.polls >= polls + more)
            node.kill()
    assert node.made("start") == node.made("finish") == ["j1", "j2", "j3"]


def test_a_kill_between_the_intent_and_the_start_is_not_taken_for_a_start(
    hub: Hub, node: Node
) -> None:
    node.start()
    hub.wait(lambda: hub.state() == "idle")
    node.kill()
    spool = Spool(node.state / "spool.sqlite3")
    spool.take(hub.order("j1", seconds=10).signed, News(ReportKind.ACCEPTED))
    spool.intend("j1")
    spool.close()
    hub.say()
    node.start()
    hub.wait(lambda: "refused" in hub.story())
    assert node.made("start") == []
    hub.say(hub.order("j1", seconds=10, epoch=2))
    hub.wait(lambda: "finished" in hub.story())
    assert node.made("start") == ["j1"]


def test_a_kill_after_the_start_but_before_it_was_written_down_is_found_out(
    hub: Hub, node: Node
) -> None:
    node.start()
    hub.wait(lambda: hub.state() == "idle")
    node.kill()
    order = hub.order("j1", seconds=10)
    spool = Spool(node.state / "spool.sqlite3")
    spool.take(order.signed, News(ReportKind.ACCEPTED))
    spool.intend("j1")
    node.machine().start(order.signed.manifest, 0.2)
    assert spool.find("j1").phase is Phase.STARTING
    spool.close()
    hub.say(order)
    node.start()
    hub.wait(lambda: "finished" in hub.story())
    assert hub.story() == ["accepted", "started", "finished"]
    assert node.made("start") == ["j1"]


def test_reports_of_a_print_made_while_the_hub_was_down_arrive_later_in_order(
    hub: Hub, running: Node
) -> None:
    hub.say(hub.order("j1", seconds=60))
    hub.wait(lambda: "started" in hub.story())
    hub.down()
    until(lambda: running.made("finish") == ["j1"])
    assert "finished" not in hub.story()
    hub.up()
    hub.wait(lambda: "finished" in hub.story(), 40)
    numbers = [r.sequence for r in hub.reports]
    assert numbers == sorted(numbers)
    assert hub.story() == ["accepted", "started", "finished"]


def test_a_silent_machine_does_not_hold_up_the_other(hub: Hub, running: Node) -> None:
    running.set_faults("m1", silent=True)
    hub.wait(lambda: hub.state("m1") == "offline")
    hub.say(hub.order("j2", machine="m2", seconds=20), hub.order("j1", seconds=20))
    hub.wait(lambda: "finished" in hub.story("j2"))
    running.set_faults("m1")
    hub.wait(lambda: "refused" in hub.story("j1") or "finished" in hub.story("j1"))
    assert set(running.made("start")) <= {"j1"}


def test_a_machine_that_falls_silent_in_a_print_is_neither_failed_nor_started_again(
    hub: Hub, running: Node
) -> None:
    hub.say(hub.order("j1", seconds=120))
    hub.wait(lambda: "started" in hub.story())
    running.set_faults("m1", refuse_connect=True)
    hub.wait(lambda: hub.state("m1") == "offline")
    assert hub.statuses["m1"].job == "j1"
    running.set_faults("m1")
    hub.wait(lambda: "finished" in hub.story())
    assert hub.story() == ["accepted", "started", "finished"]


def test_a_print_that_fails_is_reported_with_its_percentage(hub: Hub, running: Node) -> None:
    running.set_faults("m1", fail_at_percent=40)
    hub.say(hub.order("j1", seconds=60))
    hub.wait(lambda: "failed" in hub.story())
    assert hub.last("failed", "j1").percent == 40
    hub.wait(lambda: hub.state() == "needs_clearing")


def test_a_second_agent_on_the_same_folder_does_not_run(hub: Hub, running: Node) -> None:
    second = Node(hub, running.state.parent).start()
    assert second.process.wait(20) == 2
    assert "another agent" in second.log.read_text()
