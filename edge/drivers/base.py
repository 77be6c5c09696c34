"""What every kind of machine must offer, and the table of kinds.

A driver tells the truth or raises ``MachineSilent``; it never guesses. It is used by one
thread at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from edge.errors import WrongSetUp
from edge.protocol import Manifest


class Activity(StrEnum):
    """What a machine does at this moment, whoever asked for it."""

    IDLE = "idle"
    PRINTING = "printing"
    PAUSED = "paused"
    ERROR = "error"


WORKING = frozenset({Activity.PRINTING, Activity.PAUSED})


class Fate(StrEnum):
    """What became of one job, as far as the machine itself can say."""

    NEVER = "never"  # proved: not begun, and nothing on its way that could begin it
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # the machine does not remember


OVER = frozenset({Fate.FINISHED, Fate.FAILED, Fate.CANCELLED})


@dataclass(frozen=True)
class View:
    """One look at a machine. ``fate`` is of the job that was asked about."""

    activity: Activity
    fate: Fate = Fate.UNKNOWN
    percent: float | None = None
    seconds_left: float | None = None
    hotend_c: float | None = None
    bed_c: float | None = None
    in_use: bool = False  # somebody works at its own screen, though it may print nothing yet
    detail: str = ""


class Driver(ABC):
    """One machine."""

    def __init__(self, machine: str, options: dict[str, Any], folder: Path) -> None:
        self.machine = machine
        self.folder = folder

    @abstractmethod
    def look(self, job: str | None) -> View:
        """What the machine does, and what became of ``job``.

        Raises:
            MachineSilent: no answer.
        """

    @abstractmethod
    def start(self, manifest: Manifest, program: Path) -> None:
        """Begin a job.

        Raises:
            StartRefused: it did certainly not begin, neither now nor before.
            BegunBefore: it knows the job from before.
            MachineSilent: nobody knows; look again.
        """

    @abstractmethod
    def cancel(self, job: str) -> None:
        """Stop this job if it is running; another job is left alone.

        Raises:
            MachineSilent: no answer.
        """

    def untouched(self) -> bool:
        """Whether it certainly never made anything: then nothing can lie on its plate."""
        return False

    def history(self) -> str:
        """A text that is another one once anything was printed since, by whomever.

        "" for a machine that keeps no such memory: its plate is unknown after every silence.

        Raises:
            MachineSilent: no answer.
        """
        return ""

    def tidy(self, job: str) -> bool:
        """Delete what the machine keeps of a job that has ended; ``history`` stays the same.

        Returns False when that cannot be done just now.

        Raises:
            MachineSilent: no answer.
        """
        return True

    def close(self) -> None:  # noqa: B027 - most drivers hold nothing open
        """Let go of what is held; a running job goes on."""


Make = Callable[[str, dict[str, Any], Path], Driver]
_DRIVERS: dict[str, Make] = {}


def register(name: str) -> Callable[[type[Driver]], type[Driver]]:
    """Class decorator: make a driver known by a name for ``edge.toml``."""

    def keep(kind: type[Driver]) -> type[Driver]:
        _DRIVERS[name] = kind
        return kind

    return keep


def make_driver(name: str, machine: str, options: dict[str, Any], folder: Path) -> Driver:
    """A driver by name.

    Raises:
        WrongSetUp: no such driver, or options it cannot use.
    """
    if name not in _DRIVERS:
        raise WrongSetUp(f"no driver {name!r}; there are {', '.join(sorted(_DRIVERS))}")
    folder.mkdir(parents=True, exist_ok=True)
    return _DRIVERS[name](machine, options, folder)
