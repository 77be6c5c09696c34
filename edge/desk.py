"""Where orders from the hub are taken or refused; nothing is started here."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime

from edge.bench import Bench
from edge.checks import check_order
from edge.errors import HubRefused, HubUnreachable, JobRefused
from edge.protocol import Cancel, Clear, Command, ReportKind, Start
from edge.spool import ACTIVE, Entry, News, Phase

log = logging.getLogger("edge.desk")

REPEAT_S = 30.0
"""Between repeats of the last word on a job that the hub keeps asking about."""


class Desk:
    """Takes the hub's commands for one machine. All of them may come any number of times."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._refused: set[tuple[str, int, str]] = set()
        self._repeated: dict[str, float] = {}

    def obey(self, command: Command) -> None:
        """Do what the hub asks, or queue the reason why not.

        Raises:
            MachineSilent: the machine did not answer; the hub will ask again.
        """
        if isinstance(command, Clear):
            self._bench.plates.clear(command.number, command.job)
        elif isinstance(command, Cancel):
            self._cancel(command)
        else:
            self._order(command)

    def _order(self, start: Start) -> None:
        """Take an order, or say why not. The same order again changes nothing."""
        wanted = start.signed.manifest
        known = self._bench.spool.find(wanted.job)
        try:
            check_order(start, self._bench.machine, self._bench.hub_key, datetime.now(UTC))
        except JobRefused as refusal:
            if known is None or known.phase is Phase.REFUSED:
                self._note_refusal(start, refusal)
            return
        if known is not None and (known.phase is not Phase.REFUSED or known.epoch >= wanted.epoch):
            self._again(known, wanted.epoch)
            return
        try:
            self._check_ready()
            self._fetch(start)
        except JobRefused as refusal:
            news = News(ReportKind.REFUSED, reason=refusal.reason, detail=str(refusal))
        except HubUnreachable as error:
            log.info("job %s waits for its program: %s", wanted.job, error)
            return  # the hub repeats the order until it is answered
        else:
            news = News(ReportKind.ACCEPTED)
        self._bench.spool.take(start.signed, news)
        self._bench.wake()

    def _again(self, known: Entry, epoch: int) -> None:
        """The hub asks for a job we know: never start it, but repeat where it stands."""
        now = time.monotonic()
        last = self._repeated.setdefault(known.job, now)
        if epoch > known.epoch or now - last >= REPEAT_S:
            self._repeated[known.job] = now
            self._bench.spool.repeat(known.job, epoch)
            self._bench.wake()

    def _note_refusal(self, start: Start, refusal: JobRefused) -> None:
        """Answer an order that proves nothing, once; it must not mark the job in the journal."""
        wanted = start.signed.manifest
        key = (wanted.job, wanted.epoch, refusal.reason)
        if key in self._refused:
            return
        self._refused.add(key)
        news = News(ReportKind.REFUSED, reason=refusal.reason, detail=str(refusal))
        self._bench.spool.note(self._bench.machine.id, wanted.job, wanted.epoch, news)
        self._bench.wake()

    def _check_ready(self) -> None:
        """Whether a job may begin here now.

        Raises:
            JobRefused: at work, plate not cleared, or the machine is not ready.
        """
        active = self._bench.spool.active(self._bench.machine.id)
        if active is not None:
            raise JobRefused("busy", f"this machine is at job {active.job}")
        self._bench.check_idle()
        self._bench.check_plate()

    def _fetch(self, start: Start) -> None:
        """Have the program on disk, checked; it is checked again before the start."""
        manifest = start.signed.manifest
        try:
            gcode = self._bench.hub.fetch(manifest.sha256, manifest.size_bytes)
        except HubRefused as error:
            raise JobRefused("no_program", str(error)) from error
        self._bench.proven.check(gcode, manifest)
        path = self._bench.path(manifest.job)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".new").write_bytes(gcode)
        path.with_suffix(".new").rename(path)

    def _cancel(self, cancel: Cancel) -> None:
        entry = self._bench.spool.find(cancel.job)
        if entry is not None and entry.machine != self._bench.machine.id:
            return
        if entry is None or entry.phase is Phase.REFUSED:
            detail = cancel.reason or "cancelled before it began"
            self._bench.spool.never(
                cancel.job,
                self._bench.machine.id,
                News(ReportKind.CANCELLED, reason="never_started", detail=detail),
            )
            self._bench.wake()
        elif entry.phase not in ACTIVE:
            self._again(entry, entry.epoch)
        elif entry.phase is Phase.ACCEPTED:
            self._bench.tell(entry, News(ReportKind.CANCELLED, reason="never_started"))
        else:
            self._bench.spool.ask_cancel(entry.job)
            self._bench.driver.cancel(entry.job)
