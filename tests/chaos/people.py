"""The people of the workshops: they clear plates, inspect and hand over whatever is ready."""

from __future__ import annotations

import logging
import threading

from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from core.errors import NearmadeError
from core.states import IllegalMove
from manufacturing import jobs, machines
from manufacturing.models import Job, Machine

log = logging.getLogger("chaos")


class Workshops(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._quit = threading.Event()

    def run(self) -> None:
        owner = User.objects.get(username="remy")
        while not self._quit.wait(0.3):
            try:
                self._round(owner)
            except (NearmadeError, IllegalMove, DatabaseError):
                log.info("a person was too late", exc_info=True)
        connection.close()

    def _round(self, owner: User) -> None:
        for machine in Machine.objects.filter(status="needs_clearing"):
            machines.sign_off_plate(machine, by="people")
        for job in Job.objects.filter(status="made"):
            jobs.inspect(job, by=owner, passed=True, measured_mm=list(job.wanted.inspected_mm))
        for job in Job.objects.filter(status="passed"):
            jobs.hand_over(job, by="people")

    def stop(self) -> None:
        self._quit.set()
        self.join(10)
