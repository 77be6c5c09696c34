"""A real hub on a port, and real agents as processes that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.agent import Agent
from edge.client import HubClient, pair
from edge.config import AgentConfig
from edge.drivers.virtual import Faults, VirtualMachine
from tests.edge.hub import CODE, Hub

ROOT = Path(__file__).parents[2]


class Node:
    """One workshop: a state folder and, most of the time, a running agent."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self.state = folder / "state"
        self.log = folder / "agent.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str, speed: float = 60.0) -> Node:
        arguments = ["run", "--hub", self.hub.url, "--state", str(self.state), "--code", CODE]
        arguments += ["--default-driver", "virtual"]
        arguments += ["--speed", str(speed), "--tick", "0.05", *more]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "edge", *arguments], cwd=ROOT, stdout=log, stderr=log
            )
        return self

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, as a supervisor would."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=10)

    def machine(self, machine: str = "m1") -> VirtualMachine:
        return VirtualMachine(self.state / "virtual" / machine)

    def made(self, event: str, machine: str = "m1") -> list[str]:
        """Jobs of one kind of event in the machine's own log: the independent witness."""
        return [e["job"] for e in self.machine(machine).events() if e["event"] == event]

    def set_faults(self, machine: str = "m1", **faults: Any) -> None:
        self.machine(machine).set_faults(Faults(**faults))


@pytest.fixture
def hub() -> Iterator[Hub]:
    one = Hub("m1", "m2").up()
    yield one
    one.down()
    assert one.wrong == []


@pytest.fixture
def node(hub: Hub, tmp_path: Path) -> Iterator[Node]:
    one = Node(hub, tmp_path)
    yield one
    if one.process is not None and one.process.poll() is None:
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()


class Inside(Node):
    """The same agent in a thread of this process: quicker to start, cannot be killed."""

    agent: Agent

    def start(self, *more: str, speed: float = 60.0) -> Node:
        client = HubClient(self.hub.url)
        identity = pair(client, CODE, self.state)
        client.close()
        config = AgentConfig(
            hub=self.hub.url,
            state=self.state,
            default_driver="virtual",
            speed=speed,
            tick_s=0.05,
        )
        self.agent = Agent(config, identity)
        self.thread = threading.Thread(target=self.agent.run)
        self.thread.start()
        return self

    def stop(self) -> int:
        self.agent.stop()
        self.thread.join(10)
        return int(self.thread.is_alive())


@pytest.fixture
def running(hub: Hub, tmp_path: Path) -> Iterator[Node]:
    """A paired agent whose machines have been seen."""
    node = Inside(hub, tmp_path)
    node.start()
    hub.wait(lambda: hub.state("m1") == "idle" and hub.state("m2") == "idle")
    yield node
    node.stop()


@pytest.fixture
def process(hub: Hub, node: Node) -> Node:
    """The same as a process of its own, which can be killed."""
    node.start()
    hub.wait(lambda: hub.state("m1") == "idle" and hub.state("m2") == "idle")
    return node
