"""The agent: one poll loop to the hub, one thread for each machine.

The hub may be down for days: machines go on, reports wait in the spool. The agent may be killed
at any instruction: the journal and the machines know what was begun.
"""

from __future__ import annotations

import base64
import fcntl
import logging
import random
import threading
from pathlib import Path
from typing import TextIO

from edge.bench import Bench
from edge.checks import Proven
from edge.client import AGENT, HubClient
from edge.config import AgentConfig
from edge.drivers import make_driver
from edge.errors import HubRefused, HubUnreachable, WrongSetUp
from edge.machine import MachineLoop
from edge.plates import Plates
from edge.protocol import MAX_REPORTS, PairReply, PollReply, PollRequest
from edge.spool import SPOOL, Spool

log = logging.getLogger("edge.agent")

MIN_GAP_S = 0.05
"""Between two polls, however much news there is."""
MAX_BACKOFF_S = 15.0
REVOKED_S = 30.0
"""Between polls after the hub has said no; a person has to act first."""


class Agent:
    """Everything of one node."""

    def __init__(self, config: AgentConfig, identity: PairReply) -> None:
        self._lock = only_one(config.state)
        self._spool = Spool(config.state / SPOOL)
        self._hub = HubClient(config.hub, identity.token)
        self._bell = threading.Event()
        self._stop = threading.Event()
        self._failures = 0
        self._poll_after_s = PollReply().poll_after_s
        key = base64.b64decode(identity.hub_public_key)
        self._machines: dict[str, MachineLoop] = {}
        for machine in identity.machines:
            local = config.machine(machine.id)
            folder = config.state / local.driver / machine.id
            driver = make_driver(local.driver, machine.id, local.options, folder)
            bench = Bench(
                machine=machine,
                proven=Proven(local.limits.tighten(machine.profile.envelope)),
                driver=driver,
                spool=self._spool,
                plates=Plates(machine.id, driver, self._spool),
                hub=self._hub,
                hub_key=key,
                programs=config.state / "programs",
                wake=self._bell.set,
                lost_after_s=local.lost_after_s,
            )
            self._machines[machine.id] = MachineLoop(bench, tick_s=config.tick_s)

    def run(self) -> None:
        """Work until ``stop()``; machines that are printing go on printing after that."""
        for machine in self._machines.values():
            machine.begin()
        while not self._stop.is_set():
            wait_s = self._poll()
            self._stop.wait(MIN_GAP_S)
            if self._failures:
                self._stop.wait(wait_s)  # news does not make a dead hub answer sooner
            else:
                self._bell.wait(wait_s)
            self._bell.clear()
        for machine in self._machines.values():
            machine.end(timeout_s=5.0)
        self._hub.close()
        self._spool.close()
        self._lock.close()

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stop.set()
        self._bell.set()

    def _poll(self) -> float:
        """Talk to the hub once. Returns the seconds to wait before the next time."""
        request = PollRequest(
            agent=AGENT,
            statuses=tuple(machine.status for machine in self._machines.values()),
            reports=self._spool.pending(MAX_REPORTS),
        )
        try:
            reply = self._hub.poll(request)
        except HubRefused as error:
            self._failures += 1
            log.error("the hub refuses this node: %s", error)
            return REVOKED_S
        except HubUnreachable as error:
            self._failures += 1
            if self._failures == 1:
                log.warning("hub not reached, machines go on: %s", error)
            longest = min(MAX_BACKOFF_S, 0.5 * (1 << min(self._failures, 10)))
            spread: float = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, no secret
            return longest * spread
        if self._failures:
            log.info("hub reached again")
        self._failures = 0
        if reply is not None:  # else the hub has nothing to say, and its last pace holds
            self._poll_after_s = reply.poll_after_s
            self._take(reply)
        if len(request.reports) == MAX_REPORTS:
            self._bell.set()  # there are more
        if reply is not None and reply.soon_s is not None:
            return reply.soon_s
        return self._poll_after_s

    def _take(self, reply: PollReply) -> None:
        if reply.acks:
            self._spool.acknowledge(reply.acks)
        for command in reply.commands:
            machine = self._machines.get(command.machine)
            if machine is None:
                log.warning("a command for a machine that is not ours: %s", command.machine)
            else:
                machine.put(command)


def only_one(state: Path) -> TextIO:
    """Hold the state folder; two agents on it would start things twice.

    Raises:
        WrongSetUp: another agent is running on it.
    """
    state.mkdir(parents=True, exist_ok=True)
    lock = (state / "agent.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise WrongSetUp(f"another agent is running on {state}") from error
    return lock
