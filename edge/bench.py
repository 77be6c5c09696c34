"""One machine with all that is needed to work on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.checks import Proven
from edge.client import HubClient
from edge.drivers import Activity, Driver
from edge.errors import JobRefused, MachineSilent
from edge.plates import Plates
from edge.protocol import ENDS, LAST, PairedMachine
from edge.spool import ON_MACHINE, Entry, News, Spool

log = logging.getLogger("edge.machine")


@dataclass(frozen=True)
class Bench:
    """A machine, its driver, and the node's memory, hub and folder.

    ``wake`` asks for a poll soon, because there is news. A machine that answers
    may not remember a job for ``lost_after_s`` before the job counts as failed.
    """

    machine: PairedMachine
    proven: Proven
    driver: Driver
    spool: Spool
    plates: Plates
    hub: HubClient
    hub_key: bytes
    programs: Path
    wake: Callable[[], None]
    lost_after_s: float

    def path(self, job: str) -> Path:
        """Where the program of a job is kept while it is needed."""
        return self.programs / f"{job}.gcode"

    def tell(self, entry: Entry, news: News) -> None:
        """Write down and report one step of a job."""
        leaves_a_plate = news.kind in ENDS and entry.phase in ON_MACHINE
        self.spool.tell(entry, news, self.plates.history() if leaves_a_plate else "")
        if news.kind in LAST:
            self.path(entry.job).unlink(missing_ok=True)
        log.info("job %s: %s %s %s", entry.job, news.kind, news.reason, news.detail)
        self.wake()

    def check_plate(self) -> None:
        """Whether somebody has said that the plate is clear, and nothing was printed since.

        Raises:
            JobRefused: ``dirty_plate``, or ``offline`` when the machine cannot say.
        """
        try:
            clean = self.plates.is_clean()
        except MachineSilent as silence:
            raise JobRefused("offline", str(silence)) from silence
        if not clean:
            raise JobRefused("dirty_plate", "nobody has said yet that the plate is clear")

    def check_idle(self) -> None:
        """Whether the machine could begin now, with nobody at work at its own screen.

        What somebody does there also soils the plate, seen or not before (after a restart this
        may be the first look). Ask for the plate after this, not before.

        Raises:
            JobRefused: ``offline`` or ``not_idle``.
        """
        try:
            view = self.driver.look(None)
            self.plates.look(view)
        except MachineSilent as silence:
            raise JobRefused("offline", str(silence)) from silence
        if view.activity is not Activity.IDLE:
            raise JobRefused("not_idle", f"the machine is {view.activity}: {view.detail}")
        if view.in_use:
            raise JobRefused("not_idle", view.detail or "somebody is using the machine")
