"""SQLite with a fair queue before the write lock.

SQLite lets writers wait by sleeping and trying again, so an unlucky one can wait for seconds
while others pass it. Here every ``BEGIN IMMEDIATE`` first takes an advisory lock on a file
beside the database: the kernel wakes the waiters at once, so nobody sleeps past a free lock.
Killing a process releases its lock. Statements outside a transaction do not queue; SQLite's
own timeout still guards them.
"""

from __future__ import annotations

import fcntl
import os
import threading
from typing import IO, Any

from django.db.backends.sqlite3 import base


class _WriteQueue:
    """A lock among threads (held first) and among processes (held second)."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: IO[bytes] | None = None
        self._pid = 0

    def acquire(self) -> None:
        self._threads.acquire()
        if self._file is None or self._pid != os.getpid():
            self._file, self._pid = open(self._path, "ab"), os.getpid()  # noqa: SIM115, PTH123
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


_queues: dict[str, _WriteQueue] = {}


def _queue_for(name: str) -> _WriteQueue | None:
    if name == ":memory:" or name.startswith("file:"):
        return None
    return _queues.setdefault(name, _WriteQueue(f"{name}.queue"))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite backend, queueing before each write transaction."""

    _queued: _WriteQueue | None = None

    def _start_transaction_under_autocommit(self) -> None:
        queue = _queue_for(str(self.settings_dict["NAME"]))
        if queue is not None and self._queued is None:
            queue.acquire()
            self._queued = queue
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_queue_if_ended()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_queue_if_ended()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_queue()

    def _leave_queue_if_ended(self) -> None:
        if self.connection is None or not self.connection.in_transaction:
            self._leave_queue()

    def _leave_queue(self) -> None:
        queue, self._queued = self._queued, None
        if queue is not None:
            queue.release()
