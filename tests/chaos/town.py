"""The town of the storm: a database of its own, four workshops, agents that are not paired yet."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from core.models import Work
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


def open_orders() -> bool:
    """Whether an order is not at its end yet."""
    try:
        return (
            Order.objects.filter(status__in=["placed", "paid", "in_production"]).exists()
            or Job.objects.filter(status__in=Job.LIVE).exists()
        )
    finally:
        connection.close()
