"""A machine without hardware: it works by the clock, also while nobody looks at it.

Its log *is* the machine. A start is one appended line, so there can be neither a start without
a line nor a line without a start; what it does now follows from the log and the clock. A line
cut short by a kill has no line break: it never happened, and is cut off before the next one.
The log is therefore also the independent witness of what was made, and how often.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.drivers.base import Activity, Driver, Fate, View, register
from edge.errors import BegunBefore, MachineSilent, StartRefused, WrongSetUp
from edge.protocol import Manifest

LOG = "made.log"
FAULTS = "faults.json"
ROOM_C = 22.0
_ENDS = {"finish": Fate.FINISHED, "failed": Fate.FAILED, "cancelled": Fate.CANCELLED}


class Faults(BaseModel):
    """What goes wrong; written to ``faults.json`` beside the log, it counts from the next look."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fail_at_percent: float | None = Field(default=None, ge=0, le=100)
    silent: bool = False
    slow: float = Field(default=1.0, gt=0)
    refuse_connect: bool = False
    refuse_start: bool = False


class Options(BaseModel):
    """Options of the driver in ``edge.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speed: float = Field(default=1.0, gt=0, description="1: real time, 60: an hour in a minute")
    answer_timeout_s: float = Field(default=3.0, gt=0)


@dataclass
class Run:
    """One job as the log tells it. Times are seconds since 1970."""

    job: str
    began: float
    seconds: float
    hotend_c: float
    bed_c: float
    paused_at: float | None = None
    paused_s: float = 0.0
    end: str = ""
    percent: float = 0.0
    events: list[str] = field(default_factory=list)

    def worked_s(self, now: float) -> float:
        until = now if self.paused_at is None else self.paused_at
        return max(until - self.began - self.paused_s, 0.0)


class VirtualMachine:
    """A machine that lives in a folder; any process may look at it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = folder / LOG

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process and thread at a time; the kernel lets go of it when we are killed."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def faults(self) -> Faults:
        try:
            return Faults.model_validate_json((self.folder / FAULTS).read_text("utf-8"))
        except FileNotFoundError:
            return Faults()
        except ValidationError as error:
            raise WrongSetUp(f"{self.folder / FAULTS}: {error}") from error

    def set_faults(self, faults: Faults) -> None:
        """Switch faults on or off; whole or not at all."""
        path = self.folder / FAULTS
        path.with_suffix(".new").write_text(faults.model_dump_json(), "utf-8")
        path.with_suffix(".new").rename(path)

    def events(self) -> list[dict[str, Any]]:
        """All that ever happened, oldest first."""
        try:
            lines = self.log.read_bytes().split(b"\n")[:-1]  # the last has no line break
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines if line]

    def _append(self, event: str, job: str, at: float, **more: Any) -> None:
        line = json.dumps({"event": event, "job": job, "at": at, **more}).encode() + b"\n"
        descriptor = os.open(self.log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            if data and not data.endswith(b"\n"):
                os.ftruncate(descriptor, data.rfind(b"\n") + 1)
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _runs(self) -> dict[str, Run]:
        runs: dict[str, Run] = {}
        for e in self.events():
            name, job = e["event"], e["job"]
            if name == "start":
                runs[job] = Run(job, e["at"], e["seconds"], e["hotend_c"], e["bed_c"])
                continue
            run = runs[job]
            if name == "pause":
                run.paused_at = e["at"]
            elif name == "resume" and run.paused_at is not None:
                run.paused_s += e["at"] - run.paused_at
                run.paused_at = None
            elif name in _ENDS:
                run.end, run.percent = name, e["percent"]
        return runs

    def _now(self) -> tuple[dict[str, Run], Run | None]:
        """All runs and the one at work, after writing down an end that the clock has brought."""
        runs, faults, now = self._runs(), self.faults(), time.time()
        current = next((run for run in runs.values() if not run.end), None)
        if current is None:
            return runs, None
        percent = 100.0 * current.worked_s(now) / (current.seconds * faults.slow)
        fail_at = faults.fail_at_percent
        if fail_at is not None and percent >= fail_at:
            self._end(current, "failed", now, min(fail_at, 100.0))
        elif percent >= 100:
            self._end(current, "finish", now, 100.0)
        else:
            current.percent = percent
        return runs, None if current.end else current

    def _end(self, run: Run, how: str, at: float, percent: float) -> None:
        self._append(how, run.job, at, percent=round(percent, 2))
        run.end, run.percent = how, percent

    def look(self, job: str | None) -> View:
        """What it does now, and what became of ``job``."""
        with self._alone():
            runs, current = self._now()
        asked = runs.get(job) if job else None
        activity = Activity.IDLE
        if current is not None:
            activity = Activity.PRINTING if current.paused_at is None else Activity.PAUSED
        left = None
        if asked is not None:
            length = asked.seconds * self.faults().slow
            left = 0.0 if asked.end == "finish" else length * (1 - asked.percent / 100)
        return View(
            activity=activity,
            fate=_fate(asked),
            percent=None if asked is None else asked.percent,
            seconds_left=left,
            hotend_c=ROOM_C if current is None else current.hotend_c,
            bed_c=ROOM_C if current is None else current.bed_c,
            detail="a fault that was switched on" if asked and asked.end == "failed" else "",
        )

    def start(
        self, manifest: Manifest, seconds: float, heat: tuple[float, float] | None = None
    ) -> None:
        """Begin, once for ever. ``heat``: °C of nozzle and bed; without it, what the job may reach.

        Raises:
            BegunBefore: whatever became of it.
            StartRefused: something else is at work.
        """
        with self._alone():
            runs, current = self._now()
            if manifest.job in runs:
                raise BegunBefore("this machine has begun this job before")
            if current is not None:
                raise StartRefused("this machine is at work")
            self._append(
                "start",
                manifest.job,
                time.time(),
                seconds=seconds,
                sha256=manifest.sha256,
                epoch=manifest.epoch,
                hotend_c=heat[0] if heat else manifest.hotend_c,
                bed_c=heat[1] if heat else manifest.bed_c,
            )

    def cancel(self, job: str) -> None:
        """Stop, if this job is at work."""
        with self._alone():
            _, current = self._now()
            if current is not None and current.job == job:
                self._end(current, "cancelled", time.time(), current.percent)

    def pause(self) -> None:
        """Somebody presses pause at the machine."""
        with self._alone():
            _, current = self._now()
            if current is not None and current.paused_at is None:
                self._append("pause", current.job, time.time())

    def resume(self) -> None:
        """Somebody presses resume at the machine."""
        with self._alone():
            _, current = self._now()
            if current is not None and current.paused_at is not None:
                self._append("resume", current.job, time.time())


def _set(program: Path, command: bytes) -> float:
    """The °C that a program waits for first; that of the room where it heats nothing."""
    found = re.search(rb"^%s S([\d.]+)" % command, program.read_bytes(), re.MULTILINE)
    return float(found.group(1)) if found else ROOM_C


def _fate(run: Run | None) -> Fate:
    if run is None:
        return Fate.NEVER  # the log is complete: what is not in it was not begun
    if run.end:
        return _ENDS[run.end]
    return Fate.RUNNING if run.paused_at is None else Fate.PAUSED


@register("virtual")
class VirtualDriver(Driver):
    """Drives a virtual machine in the agent's own folder, with its faults."""

    def __init__(self, machine: str, options: dict[str, Any], folder: Path) -> None:
        super().__init__(machine, options, folder)
        try:
            self._options = Options.model_validate(options)
        except ValidationError as error:
            raise WrongSetUp(f"machine {machine}: {error}") from error
        self._machine = VirtualMachine(folder)
        self._closed = threading.Event()

    def _reach(self) -> Faults:
        faults = self._machine.faults()
        if faults.refuse_connect:
            raise MachineSilent("the machine refuses the connection")
        if faults.silent:
            self._closed.wait(self._options.answer_timeout_s)
            raise MachineSilent("the machine does not answer")
        return faults

    def look(self, job: str | None) -> View:
        self._reach()
        return self._machine.look(job)

    def untouched(self) -> bool:
        return not self._machine.events()

    def history(self) -> str:
        self._reach()
        return f"{sum(e['event'] == 'start' for e in self._machine.events())} starts"

    def start(self, manifest: Manifest, program: Path) -> None:
        if self._reach().refuse_start:
            raise StartRefused("the machine does not want to start")
        seconds = manifest.seconds / self._options.speed
        self._machine.start(manifest, seconds, (_set(program, b"M109"), _set(program, b"M190")))

    def cancel(self, job: str) -> None:
        self._reach()
        self._machine.cancel(job)

    def close(self) -> None:
        self._closed.set()
