"""What became of the questions that were asked for one line of work already.

A *no* is for good, and so is giving a job back. A *silence* puts a workshop at the end of the
queue: it is asked again once all others that can have been silent as often. A machine that a
job was taken back from is asked again when it is back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from core.models import Transition
from manufacturing.models import Job
from routing.models import Offer

NO = ("declined", "given_back")
AWAY = ("offline", "error", "maintenance", "retired")


NOT_ASKED_FOR = dt.timedelta(days=1)
"""After a machine would not begin a job: by then somebody may have mended what was in its way."""


@dataclass(frozen=True)
class Asked:
    """Factories that said no; how often factories were silent; machines where it failed or left.

    ``unwilling``: machines that refused to begin it again and again, within the last day.
    """

    declined: frozenset[int]
    silences: Mapping[int, int]
    failed_on: frozenset[int]
    left: frozenset[int]
    unwilling: frozenset[int]

    @property
    def rounds(self) -> list[int]:
        """How many silences may be forgiven, fewest first."""
        return sorted({0, *self.silences.values()})

    def silent(self, forgiven: int) -> frozenset[int]:
        """Factories that were silent more often than is forgiven in this round."""
        return frozenset(f for f, times in self.silences.items() if times > forgiven)


def asked(job: Job) -> Asked:
    """All that was said to this job and to those that it replaces."""
    rows = Offer.objects.filter(job__ref=job.ref).values_list(
        "status", "factory_id", "machine_id", "machine__status"
    )
    said = list(rows)
    declined = {factory for status, factory, _, _ in said if status in NO}
    if job.replaces is not None and job.replaces.factory_id is not None and job.replaces.remake:
        declined.add(job.replaces.factory_id)
    failed = Job.objects.filter(ref=job.ref, status="failed").values_list("machine", flat=True)
    return Asked(
        declined=frozenset(declined),
        silences=Counter(factory for status, factory, _, _ in said if status == "expired"),
        failed_on=frozenset(pk for pk in failed if pk is not None),
        unwilling=frozenset(_unwilling(job)),
        left=frozenset(m for status, _, m, now in said if status == "taken_back" and now in AWAY),
    )


def _unwilling(job: Job) -> list[int]:
    """Machines that would not begin it, and that are not to be asked for it again yet."""
    rows = dict(
        Offer.objects.filter(job__ref=job.ref, status="not_begun").values_list("pk", "machine")
    )
    if not rows:
        return []
    lately = Transition.objects.filter(
        object_type="routing.offer",
        object_id__in=[str(pk) for pk in rows],
        new="not_begun",
        at__gte=timezone.now() - NOT_ASKED_FOR,
    )
    return [rows[int(pk)] for pk in lately.values_list("object_id", flat=True)]
