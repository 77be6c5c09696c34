"""Kills processes with SIGKILL, whole groups, at seeded random moments."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading

from nearmade.run.supervisor import Supervisor

SHORTEST_S, LONGEST_S = 0.6, 2.4


class Killer(threading.Thread):
    def __init__(self, supervisor: Supervisor, chance: random.Random, kills: int) -> None:
        super().__init__(daemon=True)
        self._supervisor = supervisor
        self._chance = chance
        self._wanted = kills
        self._quit = threading.Event()
        self.done = 0

    @property
    def finished(self) -> bool:
        return self.done >= self._wanted

    def run(self) -> None:
        victims = [name for name in self._supervisor.names() if name != "stripe-standin"]
        while not self.finished:
            if self._quit.wait(self._chance.uniform(SHORTEST_S, LONGEST_S)):
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._supervisor.pid(self._chance.choice(victims)), signal.SIGKILL)
                self.done += 1

    def stop(self) -> None:
        self._quit.set()
