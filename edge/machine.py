"""One machine and its thread, so that one dead machine never holds up another."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from edge.bench import Bench
from edge.desk import Desk
from edge.drivers import Activity, View
from edge.errors import MachineSilent
from edge.protocol import Cancel, Command, MachineState, MachineStatus, Start
from edge.spool import Entry
from edge.watch import Watch

log = logging.getLogger("edge.machine")


class MachineLoop:
    """Drives one machine from its own thread; ``status`` may be read from any."""

    def __init__(self, bench: Bench, *, tick_s: float) -> None:
        self._bench = bench
        self._desk = Desk(bench)
        self._watch = Watch(bench)
        self._tick_s = tick_s
        self._inbox: dict[tuple[str, str], Command] = {}
        self._lock = threading.Lock()
        self._bell = threading.Event()
        self._stop = threading.Event()
        name = f"machine-{bench.machine.id}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._heard = datetime.now(UTC)
        self.status = self._status(MachineState.OFFLINE, None, "not yet seen")

    def begin(self) -> None:
        self._thread.start()

    def end(self, timeout_s: float) -> None:
        """Stop watching; what the machine does goes on."""
        self._stop.set()
        self._bell.set()
        self._bench.driver.close()
        self._thread.join(timeout_s)

    def put(self, command: Command) -> None:
        """Hand over a command; the same one again replaces the first."""
        with self._lock:
            self._inbox[_key(command)] = command
        self._bell.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._turn()
            self._bell.wait(self._tick_s)
            self._bell.clear()

    def _turn(self) -> None:
        try:
            for command in self._take_all():
                self._obey(command)
            entry, view = self._watch.step()
            self._heard = datetime.now(UTC)
            self._show(self._status(self._state(entry, view), entry, view.detail, view))
        except MachineSilent as silence:
            self._bench.plates.lost_sight()
            entry = self._bench.spool.active(self._bench.machine.id)
            self._show(self._status(MachineState.OFFLINE, entry, str(silence)))
        except Exception as error:
            if self._stop.is_set():
                return
            # One machine's trouble must not end its thread, nor touch the others.
            log.exception("machine %s", self._bench.machine.id)
            self.status = self._status(MachineState.ERROR, None, f"agent: {error}")

    def _show(self, status: MachineStatus) -> None:
        changed = status.state is not self.status.state
        self.status = status
        if changed:
            self._bench.wake()

    def _obey(self, command: Command) -> None:
        """A command that a silent machine cannot take comes again; the next one may need none."""
        try:
            self._desk.obey(command)
        except MachineSilent as silence:
            log.info("machine %s: %s waits: %s", self._bench.machine.id, command.kind, silence)

    def _take_all(self) -> list[Command]:
        with self._lock:
            commands = list(self._inbox.values())
            self._inbox.clear()
        return commands

    def _state(self, entry: Entry | None, view: View) -> MachineState:
        if view.activity is Activity.ERROR:
            return MachineState.ERROR
        if view.activity is Activity.PAUSED:
            return MachineState.PAUSED
        if entry is not None or view.activity is Activity.PRINTING:
            return MachineState.BUSY
        dirty = self._bench.spool.plate(self._bench.machine.id).dirty
        return MachineState.NEEDS_CLEARING if dirty else MachineState.IDLE

    def _status(
        self, state: MachineState, entry: Entry | None, detail: str, view: View | None = None
    ) -> MachineStatus:
        plate = self._bench.spool.plate(self._bench.machine.id)
        return MachineStatus(
            machine=self._bench.machine.id,
            state=state,
            job=entry.job if entry else None,
            epoch=entry.epoch if entry else None,
            percent=view.percent if view and entry else None,
            seconds_left=view.seconds_left if view and entry else None,
            hotend_c=view.hotend_c if view else None,
            bed_c=view.bed_c if view else None,
            detail=detail[:500],
            clear_number=plate.clear_number,
            plate_job=plate.job if plate.dirty else None,
            at=self._heard,
        )


def _key(command: Command) -> tuple[str, str]:
    if isinstance(command, Start):
        return "start", command.signed.manifest.job
    return command.kind, command.job or "" if isinstance(command, Cancel) else ""
