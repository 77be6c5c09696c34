"""Starts what was accepted, and follows it to its end.

What is true of a job is read from the journal and from the machine, never from memory, so the
same code runs after a restart. Nothing here resumes or restarts a machine by itself.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from edge.bench import Bench
from edge.drivers import Activity, Fate, View
from edge.drivers.base import OVER, WORKING
from edge.errors import BegunBefore, JobRefused, StartRefused
from edge.protocol import ReportKind
from edge.spool import Entry, News, Phase

log = logging.getLogger("edge.watch")

TIDY_AGAIN_S = 60.0
"""After a file that could not be deleted just now."""

_ENDS = {
    Fate.FINISHED: ReportKind.FINISHED,
    Fate.FAILED: ReportKind.FAILED,
    Fate.CANCELLED: ReportKind.CANCELLED,
}


class Watch:
    """Follows the one job of one machine."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._unknown_since: float | None = None
        self._told: tuple[float, float] = (-1.0, 0.0)
        self._tidy_at = 0.0

    def step(self) -> tuple[Entry | None, View]:
        """Look at the machine once and write down what has changed.

        Raises:
            MachineSilent: it did not answer; nothing is concluded from that.
        """
        machine = self._bench.machine.id
        entry = self._bench.spool.active(machine)
        if entry is not None and entry.phase is Phase.ACCEPTED:
            self._start(entry)
            entry = self._bench.spool.active(machine)
        view = self._bench.driver.look(entry.job if entry else None)
        if entry is not None:
            self._follow(entry, view)
        else:
            self._bench.plates.look(view)  # somebody else's work leaves a part, too
            self._tidy(view)
        return self._bench.spool.active(machine), view

    def _tidy(self, view: View) -> None:
        """Files of ended jobs would fill the machine's card until it takes no more."""
        if view.activity is not Activity.IDLE or view.in_use or time.monotonic() < self._tidy_at:
            return
        job = self._bench.spool.to_tidy(self._bench.machine.id)
        if job is None:
            return
        if self._bench.driver.tidy(job):
            self._bench.spool.tidied(job)
        else:
            self._tidy_at = time.monotonic() + TIDY_AGAIN_S

    def _start(self, entry: Entry) -> None:
        """Start an accepted job, after the last checks; the only place that starts anything."""
        manifest, path = entry.manifest, self._bench.path(entry.job)
        try:
            if datetime.now(UTC) >= manifest.expires_at:
                raise JobRefused("expired", "its time ran out before it could begin")
            self._bench.check_idle()
            self._bench.check_plate()
            self._bench.proven.check(_read(path), manifest)
        except JobRefused as refusal:
            self._bench.tell(
                entry, News(ReportKind.REFUSED, reason=refusal.reason, detail=str(refusal))
            )
            return
        self._bench.spool.intend(entry.job)
        self._begin(entry, path)

    def _begin(self, entry: Entry, path: Path) -> None:
        """Tell the machine. Being killed in here leaves the intent; the machine knows the rest."""
        try:
            self._bench.driver.start(entry.manifest, path)
        except StartRefused as refusal:
            news = News(ReportKind.REFUSED, reason="not_idle", detail=str(refusal))
            self._bench.tell(entry, news)
        except BegunBefore as surprise:
            log.warning("job %s: %s", entry.job, surprise)  # the next look says what became of it

    def _follow(self, entry: Entry, view: View) -> None:
        """Bring the journal to where the machine says the job is."""
        if view.fate is not Fate.UNKNOWN:
            self._unknown_since = None
        if view.fate is Fate.NEVER:
            self._never_began(entry)
        elif view.fate is Fate.UNKNOWN:
            self._maybe_lost(entry, view)
        elif view.fate in OVER:
            self._over(entry, view)
        else:
            self._going(entry, view)

    def _never_began(self, entry: Entry) -> None:
        """The machine proves that it never began: the job may be ordered again."""
        if entry.phase is Phase.STARTING:
            news = News(ReportKind.REFUSED, reason="not_idle", detail="the machine never began it")
        else:
            news = News(ReportKind.FAILED, reason="lost", detail="the machine forgot this job")
        self._bench.tell(entry, news)

    def _maybe_lost(self, entry: Entry, view: View) -> None:
        """A machine that is idle and remembers nothing: wait a little, then give the job up."""
        at_other_work = view.activity in WORKING
        detail = "the machine " + ("is at other work" if at_other_work else "forgot this job")
        self._unknown_since = self._unknown_since or time.monotonic()
        if time.monotonic() - self._unknown_since >= self._bench.lost_after_s:
            self._unknown_since = None
            self._bench.tell(entry, News(ReportKind.FAILED, reason="lost", detail=detail))

    def _over(self, entry: Entry, view: View) -> None:
        if entry.phase is Phase.STARTING:
            self._bench.tell(entry, News(ReportKind.STARTED))
        kind = _ENDS[view.fate]
        if kind is ReportKind.FAILED and entry.cancel_asked:
            kind = ReportKind.CANCELLED
        self._bench.tell(entry, _news(kind, view))

    def _going(self, entry: Entry, view: View) -> None:
        if entry.phase is Phase.STARTING:
            self._bench.tell(entry, _news(ReportKind.STARTED, view))
            entry = self._bench.spool.active(self._bench.machine.id) or entry
        if view.fate is Fate.PAUSED and entry.phase is not Phase.PAUSED:
            self._bench.tell(entry, _news(ReportKind.PAUSED, view))
        elif view.fate is Fate.RUNNING and entry.phase is Phase.PAUSED:
            self._bench.tell(entry, _news(ReportKind.RESUMED, view))
        elif view.fate is Fate.RUNNING:
            self._progress(entry, view)
        if entry.cancel_asked:
            self._bench.driver.cancel(entry.job)

    def _progress(self, entry: Entry, view: View) -> None:
        """Tell a percentage when it has grown by one, or after ten seconds."""
        percent, now = view.percent or 0.0, time.monotonic()
        if abs(percent - self._told[0]) >= 1.0 or now - self._told[1] >= 10.0:
            self._told = (percent, now)
            self._bench.spool.tell(entry, _news(ReportKind.PROGRESS, view))


def _news(kind: ReportKind, view: View) -> News:
    return News(kind, view.percent, view.seconds_left, detail=view.detail)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise JobRefused("no_program", f"the program is not here any more: {error}") from error
