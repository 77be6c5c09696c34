"""What the node must not forget: reports until acknowledged, jobs for ever, plates.

One SQLite file in WAL mode. Every step of a job changes its row and queues its report in one
transaction, so that a kill at any instruction leaves both or neither.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from edge.protocol import ENDS, Manifest, Report, ReportKind, SignedManifest

SPOOL = "spool.sqlite3"
"""Its file in the node's folder."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number is never used twice
    job TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    job TEXT PRIMARY KEY, machine TEXT NOT NULL, epoch INTEGER NOT NULL, phase TEXT NOT NULL,
    signed TEXT NOT NULL, cancel_asked INTEGER NOT NULL DEFAULT 0,
    last_report TEXT NOT NULL DEFAULT '', tidied INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS one_job_a_machine ON jobs (machine)
    WHERE phase IN ('accepted', 'starting', 'running', 'paused');
CREATE TABLE IF NOT EXISTS plates (
    machine TEXT PRIMARY KEY, dirty INTEGER NOT NULL DEFAULT 0, job TEXT,
    clear_number INTEGER NOT NULL DEFAULT 0, history TEXT NOT NULL DEFAULT '');
"""
# A file from before gets the columns that came later when it is opened.
_ADDED = {
    ("plates", "history"): "ALTER TABLE plates ADD COLUMN history TEXT NOT NULL DEFAULT ''",
    ("jobs", "tidied"): "ALTER TABLE jobs ADD COLUMN tidied INTEGER NOT NULL DEFAULT 0",
}


class Phase(StrEnum):
    """Where a job stands on this node."""

    REFUSED = "refused"
    ACCEPTED = "accepted"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = frozenset({Phase.ACCEPTED, Phase.STARTING, Phase.RUNNING, Phase.PAUSED})
ON_MACHINE = ACTIVE - {Phase.ACCEPTED}
"""The machine may have moved for the job."""
_PHASE_OF = {
    ReportKind.REFUSED: Phase.REFUSED,
    ReportKind.ACCEPTED: Phase.ACCEPTED,
    ReportKind.STARTED: Phase.RUNNING,
    ReportKind.PROGRESS: Phase.RUNNING,
    ReportKind.PAUSED: Phase.PAUSED,
    ReportKind.RESUMED: Phase.RUNNING,
    ReportKind.FINISHED: Phase.FINISHED,
    ReportKind.FAILED: Phase.FAILED,
    ReportKind.CANCELLED: Phase.CANCELLED,
}


@dataclass(frozen=True)
class Entry:
    """One job in the journal. ``signed`` is None when it was cancelled before it ever came."""

    job: str
    machine: str
    epoch: int
    phase: Phase
    signed: SignedManifest | None
    cancel_asked: bool

    @property
    def manifest(self) -> Manifest:
        assert self.signed is not None, "only a job that was never sent has no manifest"
        return self.signed.manifest


@dataclass(frozen=True)
class Plate:
    """Whether something lies on the bed.

    ``job`` names what lies there: the job whose end left it, or a name of its own for what is
    not ours; None while nothing was ever written down. ``history`` is what the machine
    remembered of its prints when this was written.
    """

    dirty: bool = False
    job: str | None = None
    clear_number: int = 0
    history: str = ""


UNKNOWN = Plate(dirty=True)
"""What may lie on a plate that nothing is written down of."""


@dataclass(frozen=True)
class News:
    """What a report says, before it has a number."""

    kind: ReportKind
    percent: float | None = None
    seconds_left: float | None = None
    reason: str = ""
    detail: str = ""


class Spool:
    """The node's memory. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA busy_timeout = 10000")
        self._db.executescript(_SCHEMA)
        for (table, column), statement in _ADDED.items():
            rows = self._db.execute(f"PRAGMA table_info({table})")
            if column not in {row["name"] for row in rows}:
                self._db.execute(statement)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # -- reports

    def pending(self, limit: int) -> tuple[Report, ...]:
        """Reports not yet acknowledged, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT sequence, body FROM reports ORDER BY sequence LIMIT ?", (limit,)
            ).fetchall()
        return tuple(
            Report.model_validate_json(row["body"]).model_copy(update={"sequence": row["sequence"]})
            for row in rows
        )

    def acknowledge(self, sequence: int) -> None:
        """Forget reports up to and including this number."""
        with self._write() as db:
            db.execute("DELETE FROM reports WHERE sequence <= ?", (sequence,))

    def _report(self, db: sqlite3.Connection, machine: str, job: str, epoch: int, n: News) -> None:
        report = Report(
            sequence=1,
            machine=machine,
            job=job,
            epoch=epoch,
            kind=n.kind,
            percent=n.percent,
            seconds_left=n.seconds_left,
            reason=n.reason,
            detail=n.detail[:2000],
            at=datetime.now(UTC),
        )
        if n.kind is ReportKind.PROGRESS:  # an older percentage is of no use to anybody
            db.execute("DELETE FROM reports WHERE job = ? AND kind = 'progress'", (job,))
        body = report.model_dump_json()
        db.execute(
            "INSERT INTO reports (job, kind, body) VALUES (?, ?, ?)", (job, n.kind.value, body)
        )
        if n.kind is not ReportKind.PROGRESS:
            db.execute("UPDATE jobs SET last_report = ? WHERE job = ?", (body, job))

    def note(self, machine: str, job: str, epoch: int, news: News) -> None:
        """Queue a report without touching the journal (an order that proves nothing)."""
        with self._write() as db:
            self._report(db, machine, job, epoch, news)

    def repeat(self, job: str, epoch: int) -> None:
        """Say the last word on a job again, under a newer epoch, unless one still waits."""
        with self._write() as db:
            row = db.execute("SELECT * FROM jobs WHERE job = ?", (job,)).fetchone()
            db.execute("UPDATE jobs SET epoch = MAX(epoch, ?) WHERE job = ?", (epoch, job))
            waiting = db.execute("SELECT 1 FROM reports WHERE job = ?", (job,)).fetchone()
            if waiting or not row["last_report"]:
                return
            last = Report.model_validate_json(row["last_report"])
            news = News(last.kind, last.percent, last.seconds_left, last.reason, last.detail)
            self._report(db, row["machine"], job, max(epoch, row["epoch"]), news)

    # -- journal

    def find(self, job: str) -> Entry | None:
        """What this node ever did with a job."""
        return self._one("SELECT * FROM jobs WHERE job = ?", job)

    def active(self, machine: str) -> Entry | None:
        """The job a machine is at; at most one, by a unique index."""
        return self._one(
            "SELECT * FROM jobs WHERE machine = ?"
            " AND phase IN ('accepted', 'starting', 'running', 'paused')",
            machine,
        )

    def _one(self, query: str, key: str) -> Entry | None:
        with self._lock:
            row = self._db.execute(query, (key,)).fetchone()
        if row is None:
            return None
        signed = SignedManifest.model_validate_json(row["signed"]) if row["signed"] else None
        phase, asked = Phase(row["phase"]), bool(row["cancel_asked"])
        return Entry(row["job"], row["machine"], row["epoch"], phase, signed, asked)

    def take(self, signed: SignedManifest, news: News) -> None:
        """Write a job down as accepted or refused; only a refused one may come again."""
        manifest = signed.manifest
        with self._write() as db:
            changed = db.execute(
                "INSERT INTO jobs (job, machine, epoch, phase, signed) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (job) DO UPDATE SET machine = excluded.machine,"
                " epoch = excluded.epoch, phase = excluded.phase, signed = excluded.signed,"
                " tidied = 0"
                " WHERE jobs.phase = 'refused'",
                (
                    manifest.job,
                    manifest.machine,
                    manifest.epoch,
                    _PHASE_OF[news.kind].value,
                    signed.model_dump_json(),
                ),
            ).rowcount
            if changed != 1:
                raise AssertionError(f"job {manifest.job} was taken before")
            self._report(db, manifest.machine, manifest.job, manifest.epoch, news)

    def never(self, job: str, machine: str, news: News) -> None:
        """Write down that a job, cancelled before it came, must never be started."""
        with self._write() as db:
            db.execute(
                "INSERT INTO jobs (job, machine, epoch, phase, signed) VALUES (?, ?, 0, ?, '')"
                " ON CONFLICT (job) DO UPDATE SET phase = excluded.phase",
                (job, machine, Phase.CANCELLED.value),
            )
            self._report(db, machine, job, 0, news)

    def intend(self, job: str) -> None:
        """The last thing written before a machine is told to start."""
        self._set(job, Phase.ACCEPTED, Phase.STARTING)

    def _set(self, job: str, old: Phase, new: Phase) -> None:
        with self._write() as db:
            changed = db.execute(
                "UPDATE jobs SET phase = ? WHERE job = ? AND phase = ?", (new, job, old)
            ).rowcount
            if changed != 1:
                raise AssertionError(f"job {job} is not {old}")

    def ask_cancel(self, job: str) -> None:
        """Remember that we wanted the end that will come."""
        with self._write() as db:
            db.execute("UPDATE jobs SET cancel_asked = 1 WHERE job = ?", (job,))

    def tell(self, entry: Entry, news: News, history: str = "") -> None:
        """One step of an active job: its phase, its report and, at an end, the plate."""
        phase = _PHASE_OF[news.kind]
        with self._write() as db:
            row = db.execute("SELECT epoch FROM jobs WHERE job = ?", (entry.job,)).fetchone()
            db.execute("UPDATE jobs SET phase = ? WHERE job = ?", (phase.value, entry.job))
            self._report(db, entry.machine, entry.job, row["epoch"], news)
            if news.kind in ENDS and entry.phase in ON_MACHINE:
                self._soil(db, entry.machine, entry.job, history)

    def to_tidy(self, machine: str) -> str | None:
        """A job whose end the hub has acknowledged, and whose file the machine may still have."""
        with self._lock:
            row = self._db.execute(
                "SELECT job FROM jobs WHERE machine = ? AND tidied = 0"
                " AND phase IN ('refused', 'finished', 'failed', 'cancelled')"
                " AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.job = jobs.job)"
                " ORDER BY RANDOM() LIMIT 1",  # one that cannot go yet holds up no other
                (machine,),
            ).fetchone()
        return None if row is None else str(row["job"])

    def tidied(self, job: str) -> None:
        """The machine has no file of this job any more."""
        with self._write() as db:
            db.execute("UPDATE jobs SET tidied = 1 WHERE job = ?", (job,))

    # -- plates

    def plate(self, machine: str) -> Plate:
        with self._lock:
            row = self._db.execute("SELECT * FROM plates WHERE machine = ?", (machine,)).fetchone()
        if row is None:
            return UNKNOWN
        return Plate(bool(row["dirty"]), row["job"], row["clear_number"], row["history"])

    def presume_clean(self, machine: str, history: str) -> None:
        """Write down a plate that nothing can lie on, unless something is written down."""
        with self._write() as db:
            db.execute(
                "INSERT INTO plates (machine, dirty, history) VALUES (?, 0, ?)"
                " ON CONFLICT (machine) DO NOTHING",
                (machine, history),
            )

    def soil(self, machine: str, job: str, history: str = "") -> None:
        """Something lies on the bed now."""
        with self._write() as db:
            self._soil(db, machine, job, history)

    @staticmethod
    def _soil(db: sqlite3.Connection, machine: str, job: str, history: str) -> None:
        db.execute(
            "INSERT INTO plates (machine, dirty, job, history) VALUES (?, 1, ?, ?)"
            " ON CONFLICT (machine) DO UPDATE SET dirty = 1, job = excluded.job,"
            " history = excluded.history",
            (machine, job, history),
        )

    def clear(self, machine: str, number: int, job: str | None) -> bool:
        """Take a sign-off once. Returns whether the plate is now known to be clean.

        A number that was taken before does nothing; one for another plate, or for none that it
        names, is used up without clearing this one.
        """
        plate = self.plate(machine)
        if number <= plate.clear_number:
            return not plate.dirty
        clean = not plate.dirty or (job is not None and job == plate.job)
        with self._write() as db:
            db.execute(
                "INSERT INTO plates (machine, dirty, clear_number) VALUES (?, 1, ?)"
                " ON CONFLICT (machine) DO UPDATE SET clear_number = excluded.clear_number,"
                " dirty = CASE WHEN ? THEN 0 ELSE dirty END,"
                " job = CASE WHEN ? THEN NULL ELSE job END",
                (machine, number, clean, clean),
            )
        return clean
