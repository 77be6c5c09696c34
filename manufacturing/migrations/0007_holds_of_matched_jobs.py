"""What a matched job holds is its own, also when it was reserved before reservations knew jobs.

Left without a job, such a hold would be given back with the reference: with the rest of an
heir's hold, or not at all.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

MATCHED = ("offered", "accepted", "planned", "leased", "running", "paused", "made", "passed")
"""With a machine, and not ended; the database allows one such job a reference."""


def give_to_jobs(apps: Any, schema_editor: Any) -> None:
    Job = apps.get_model("manufacturing", "Job")
    Reservation = apps.get_model("manufacturing", "Reservation")
    free = Reservation.objects.filter(job=None)
    jobs = Job.objects.filter(
        status__in=MATCHED, machine__isnull=False, ref__in=free.values("ref").distinct()
    ).exclude(pk__in=Reservation.objects.exclude(job=None).values("job"))
    for pk, ref in list(jobs.values_list("pk", "ref")):
        free.filter(ref=ref).update(job=pk)


class Migration(migrations.Migration):
    dependencies = [("manufacturing", "0006_reservations_of_jobs")]
    operations = [migrations.RunPython(give_to_jobs, migrations.RunPython.noop)]
