"""Orders that must not reach a machine, each answered with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge.protocol import Start, new_keys
from tests.edge.conftest import Node
from tests.edge.gcode import program, with_line
from tests.edge.hub import Hub

LONG_AGO = datetime.now(UTC) - timedelta(minutes=1)
STRANGER, _ = new_keys()


def _other_signature(hub: Hub) -> Start:
    start = hub.order("j1")
    changed = start.signed.manifest.model_copy(update={"grams": 4.0})
    return start.model_copy(
        update={"signed": start.signed.model_copy(update={"manifest": changed})}
    )


def _other_file(hub: Hub) -> Start:
    start = hub.order("j1")
    good = program()
    hub.programs[start.signed.manifest.sha256] = good.replace(b"X80", b"X81")
    return start


ORDERS = {
    "signed by a stranger": ("bad_signature", lambda hub: hub.order("j1", key=STRANGER)),
    "changed after it was signed": ("bad_signature", _other_signature),
    "too late": ("expired", lambda hub: hub.order("j1", expires_at=LONG_AGO)),
    "for another machine": (
        "wrong_machine",
        lambda hub: hub.order("j1", machine="m2").model_copy(update={"machine": "m1"}),
    ),
    "for another set-up": ("wrong_profile", lambda hub: hub.order("j1", profile_digest="0" * 64)),
    "another file under its name": ("wrong_sha256", _other_file),
    "a file of another size": ("wrong_size", lambda hub: hub.order("j1", size_bytes=7)),
    "no file": ("no_program", lambda hub: hub.order("j1", sha256="a" * 64)),
    "a dangerous file": ("unsafe", lambda hub: hub.order("j1", gcode=with_line("M500"))),
    "too hot for its material": ("unsafe", lambda hub: hub.order("j1", hotend_c=200.0)),
}


@pytest.mark.parametrize(("reason", "make"), ORDERS.values(), ids=ORDERS.keys())
def test_it_is_refused_once_with_its_reason_and_nothing_starts(
    hub: Hub, running: Node, reason: str, make: object
) -> None:
    hub.say(make(hub))
    hub.wait(lambda: "refused" in hub.story())
    polls = hub.polls
    hub.wait(lambda: hub.polls > polls + 3)
    assert hub.story() == ["refused"]
    assert hub.last("refused", "j1").reason == reason
    assert running.made("start") == []
    assert hub.state() == "idle"


def test_a_refused_job_may_come_again_in_order_and_is_then_made(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", expires_at=LONG_AGO))
    hub.wait(lambda: "refused" in hub.story())
    hub.say(hub.order("j1", epoch=2, seconds=10))
    hub.wait(lambda: "finished" in hub.story())


def test_a_forged_order_for_a_running_job_changes_nothing(hub: Hub, running: Node) -> None:
    hub.say(hub.order("j1", seconds=90))
    hub.wait(lambda: "started" in hub.story())
    hub.say(hub.order("j1", seconds=90, epoch=9, key=STRANGER))
    hub.wait(lambda: "finished" in hub.story())
    assert hub.story() == ["accepted", "started", "finished"]


def test_a_machine_that_does_not_want_to_start_is_reported_as_not_begun(
    hub: Hub, running: Node
) -> None:
    running.set_faults("m1", refuse_start=True)
    hub.say(hub.order("j1"))
    hub.wait(lambda: "refused" in hub.story())
    assert hub.last("refused", "j1").reason == "not_idle"
    hub.wait(lambda: hub.state() == "idle")
