"""A worker that lives says so, and one that was killed is replaced within half a minute.

A claim is leased for ``LEASE_S`` only. While its handler runs, a thread renews the lease, until
the handler has had the longest time its kind may take: then somebody else may try.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from core.clock import database_now
from core.models import Work

log = logging.getLogger("nearmade.work")

LEASE_S = 30.0
BEAT_S = 8.0
"""Three beats may be late or lost before somebody else takes the work."""


@contextmanager
def renewed(work_id: int, token: uuid.UUID, limit_s: float) -> Iterator[None]:
    """Keep the lease of a claim while the body runs, for ``limit_s`` at most."""
    if limit_s <= LEASE_S:
        yield
        return
    done = threading.Event()
    arguments = (work_id, token, limit_s, done)
    beats = threading.Thread(target=_beat, args=arguments, name="heartbeat", daemon=True)
    beats.start()
    try:
        yield
    finally:
        done.set()
        beats.join()


def _beat(work_id: int, token: uuid.UUID, limit_s: float, done: threading.Event) -> None:
    until = time.monotonic() + limit_s
    try:
        while not done.wait(BEAT_S):
            left = until - time.monotonic()
            if left <= 0 or not _renew(work_id, token, min(LEASE_S, left)):
                return
    finally:
        connection.close()


def _renew(work_id: int, token: uuid.UUID, seconds: float) -> bool:
    """Whether it was still ours. A database that is away now may be back at the next beat."""
    mine = Work.objects.filter(pk=work_id, token=token, state=Work.LEASED)
    try:
        with transaction.atomic():
            lease = database_now() + dt.timedelta(seconds=seconds)
            return mine.update(lease_until=lease) == 1
    except DatabaseError:
        log.warning("could not renew the lease of work %s", work_id, exc_info=True)
        return True
