"""Starts the processes of one machine, starts them again when they die, stops them together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_S = 8.0


@dataclass(frozen=True)
class Service:
    """One process: its name, command, and extra environment."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0


class Supervisor:
    """Keeps services running until it is told to stop. Each has a process group of its own."""

    def __init__(self, services: Sequence[Service], log_dir: Path) -> None:
        self._services = services
        self._log_dir = log_dir
        self._running: dict[str, _Running] = {}
        self._stop = threading.Event()

    def start(self, ready: Callable[[], object] = lambda: None) -> None:
        """The first service, then, when ``ready`` returns, all others.

        A dozen processes that load their libraries at once would keep the page from everybody.
        """
        self._log_dir.mkdir(parents=True, exist_ok=True)
        for number, service in enumerate(self._services):
            self._running[service.name] = _Running(service, self._spawn(service), time.monotonic())
            if number == 0:
                ready()

    def names(self) -> list[str]:
        return [service.name for service in self._services]

    def pid(self, name: str) -> int:
        """The process number of a service as it runs now."""
        return self._running[name].process.pid

    def watch(self) -> None:
        """Start again whatever dies, a little later each time; returns after ``ask_to_stop``."""
        while not self._stop.wait(0.2):
            for running in self._running.values():
                if running.process.poll() is not None:
                    self._again(running)

    def ask_to_stop(self) -> None:
        self._stop.set()

    def stop(self) -> None:
        """Ask all to end, then kill what is left, with all their children."""
        self._stop.set()
        for running in self._running.values():
            _signal(running.process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for running in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(max(0.1, deadline - time.monotonic()))
            _signal(running.process, signal.SIGKILL)
            running.process.wait()

    def _again(self, running: _Running) -> None:
        lived = time.monotonic() - running.started
        running.failures = 0 if lived > 10 else running.failures + 1
        if self._stop.wait(min(5.0, 0.2 * 2**running.failures) if running.failures else 0.0):
            return
        _signal(running.process, signal.SIGKILL)  # children it may have left behind
        running.process = self._spawn(running.service)
        running.started = time.monotonic()

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        with (self._log_dir / f"{service.name}.log").open("ab") as log:
            return subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **service.environment},
                start_new_session=True,
            )


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
