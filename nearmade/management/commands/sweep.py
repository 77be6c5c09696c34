"""``manage.py sweep``: ring for what is due, and enqueue what recurs."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from core import work
from core.clock import database_now

log = logging.getLogger("nearmade.sweep")


class Command(BaseCommand):
    help = "Rings again for work that is due or whose worker was lost, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def leave(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        rung: dict[int, float] = {}
        while not stop.is_set():
            try:
                sweep_once(rung)
            except DatabaseError:
                log.warning("the database cannot be reached; trying again", exc_info=True)
            close_old_connections()
            stop.wait(settings.SWEEP_SECONDS)


def sweep_once(rung: dict[int, float]) -> int:
    """Enqueue recurring work for this period, then ring for all rows that are due.

    ``rung`` remembers when a row was last rung for, so that a long queue is not rung for again
    each second: the broker's own backlog would only grow.
    """
    now = database_now().timestamp()
    work.enqueue_recurring(now)
    due = list(work.due())
    for work_id, queue in due:
        if now - rung.get(work_id, 0.0) >= RING_AGAIN_S:
            rung[work_id] = now
            work.ring(work_id, queue)
    for work_id in rung.keys() - {work_id for work_id, _ in due}:
        del rung[work_id]
    return len(due)


RING_AGAIN_S = 5.0
