"""What the stand-in remembers: one SQLite file, one writer at a time."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS object (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, number);
CREATE TABLE IF NOT EXISTS replay (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL,
  twist TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE TABLE IF NOT EXISTS fault (name TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""


class Store:
    """Objects by id, replies by idempotency key, deliveries by due time, faults by name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            folder / "standin.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.executescript("PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;" + _TABLES)
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and alone: a request's effect and its kept reply belong together."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # --- objects ------------------------------------------------------------------------------
    def get(self, kind: str, object_id: str) -> Body | None:
        rows = self._run("SELECT body FROM object WHERE id=? AND kind=?", object_id, kind)
        return json.loads(rows[0][0]) if rows else None

    def put(self, body: Body) -> Body:
        """Insert or replace. A new object gets the next number, which orders the lists."""
        self._run(
            "INSERT INTO object (id, kind, number, body) VALUES"
            " (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM object), ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            body["id"], body["object"], json.dumps(body),
        )  # fmt: skip
        return body

    def all(self, kind: str) -> list[Body]:
        """Newest first, as Stripe lists them."""
        rows = self._run("SELECT body FROM object WHERE kind=? ORDER BY number DESC", kind)
        return [json.loads(row[0]) for row in rows]

    # --- idempotent replies ---------------------------------------------------------------------
    def reply_to(self, key: str) -> tuple[str, int, Body] | None:
        rows = self._run("SELECT fingerprint, status, body FROM replay WHERE key=?", key)
        return (rows[0][0], rows[0][1], json.loads(rows[0][2])) if rows else None

    def keep_reply(self, key: str, fingerprint: str, status: int, body: Body) -> None:
        self._run("INSERT INTO replay VALUES (?, ?, ?, ?)", key, fingerprint, status,
                  json.dumps(body))  # fmt: skip

    # --- deliveries -----------------------------------------------------------------------------
    def deliver_later(self, event_id: str, delay_s: float = 0.0, twist: str = "") -> None:
        self._run(
            "INSERT INTO delivery (event, due, attempts, twist, state) VALUES (?, ?, 0, ?, 'due')",
            event_id, time.time() + delay_s, twist,
        )  # fmt: skip

    def due_deliveries(self) -> list[tuple[int, str, int, str]]:
        return self._run(
            "SELECT id, event, attempts, twist FROM delivery WHERE state='due' AND due<=?"
            " ORDER BY due, id LIMIT 20",
            time.time(),
        )

    def delivered(self, delivery_id: int) -> None:
        self._run("UPDATE delivery SET state='done' WHERE id=?", delivery_id)

    def try_again(self, delivery_id: int, attempts: int, delay_s: float) -> None:
        self._run(
            "UPDATE delivery SET attempts=?, due=?, twist='' WHERE id=?",
            attempts, time.time() + delay_s, delivery_id,
        )  # fmt: skip

    def waiting_deliveries(self) -> int:
        return int(self._run("SELECT COUNT(*) FROM delivery WHERE state='due'")[0][0])

    # --- faults ---------------------------------------------------------------------------------
    def set_faults(self, faults: dict[str, int]) -> None:
        with self.transaction():
            self._run("DELETE FROM fault")
            for name, times in faults.items():
                self._run("INSERT INTO fault VALUES (?, ?)", name, times)

    def faults(self) -> dict[str, int]:
        return dict(self._run("SELECT name, times FROM fault"))

    def strikes(self, name: str) -> bool:
        """Whether a fault strikes now. A positive count goes down; −1 strikes for ever."""
        with self.transaction():
            times = self.faults().get(name, 0)
            if times > 0:
                self._run("UPDATE fault SET times = times - 1 WHERE name=?", name)
            return times != 0


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
