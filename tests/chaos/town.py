"""The town of the storm: a database of its own, four workshops, agents that are not paired yet."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from core.models import Work
from core.work import KINDS
from manufacturing.models import Factory, Job
from nearmade.run import demo
from orders.models import Order
from routing.models import Demand


def build() -> None:
    """A fresh database with the demo network; every workshop says yes by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)
    demo.ensure_demo()
    Factory.objects.update(auto_accept=True)
    # Three agents are enough processes for two cores; the other workshops take no work.
    keep = list(Factory.objects.order_by("pk").values_list("pk", flat=True)[:3])
    Factory.objects.exclude(pk__in=keep).update(accepting=False)
    for factory in Factory.objects.exclude(pk__in=keep):
        folder = demo.edge_folder(factory)
        (folder / "code").unlink(missing_ok=True)
        folder.rmdir()
    # Nobody looks at pictures or forecasts here, and the processors are needed for the storm.
    Work.objects.filter(kind="configurator.preset_pictures").delete()
    Demand.objects.all().delete()
    connection.close()


def unsettled() -> bool:
    """Whether an order is not at its end yet, or what follows from an end is still to be done.

    Letters do not count: a reminder waits ten minutes whether the order is paid.
    """
    try:
        return (
            Order.objects.filter(status__in=["placed", "paid", "in_production"]).exists()
            or Job.objects.filter(status__in=Job.LIVE).exists()
            or Work.objects.filter(state__in=[Work.WAITING, Work.LEASED])
            .exclude(kind__in=[spec.name for spec in KINDS.values() if spec.every_s])
            .exclude(kind="orders.letter")
            .exists()
        )
    finally:
        connection.close()
