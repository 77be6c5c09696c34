"""``manage.py sweep``: ring for what is due, and enqueue what recurs."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import Any, NamedTuple

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
        rung: dict[int, Rung] = {}
        while not stop.is_set():
            try:
                sweep_once(rung)
            except DatabaseError:
                log.warning("the database cannot be reached; trying again", exc_info=True)
            close_old_connections()
            stop.wait(settings.SWEEP_SECONDS)


class Rung(NamedTuple):
    """When a row is to be rung for again, in seconds, and how long after that once more."""

    next_s: float
    pause_s: float


def sweep_once(rung: dict[int, Rung]) -> int:
    """Enqueue recurring work for this period, then ring for the oldest rows that are due.

    ``rung`` remembers what was rung for: of a long queue most messages wait as their rows do, and
    to ring each second would only make the broker's backlog grow. So the pauses grow instead.
    """
    now = database_now().timestamp()
    work.enqueue_recurring(now)
    due = list(work.due())
    for work_id, queue in due:
        known = rung.get(work_id, Rung(now, RING_AGAIN_S))
        if now >= known.next_s:
            rung[work_id] = Rung(now + known.pause_s, min(2 * known.pause_s, MOST_PAUSE_S))
            work.ring(work_id, queue)
    for work_id in rung.keys() - {work_id for work_id, _ in due}:
        del rung[work_id]
    return len(due)


RING_AGAIN_S, MOST_PAUSE_S = 5.0, 20.0
"""Between two rings for one row: at first, and at most. A message that nobody reads is dropped
after a minute (``nearmade.celery``), so that a row that waits for hours has three in the broker;
and one whose message was lost is found again within the latter."""
