from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save


class ManufacturingConfig(AppConfig):
    name = "manufacturing"

    def ready(self) -> None:
        from configurator.network import set_machine_volumes
        from manufacturing import checks, tasks  # noqa: F401  (they register themselves)
        from manufacturing.volumes import machine_volumes

        set_machine_volumes(machine_volumes)
        post_save.connect(_days_follow, sender="manufacturing.Machine", dispatch_uid="days")


def _days_follow(sender: Any, instance: Any, raw: bool = False, **_: Any) -> None:
    """A machine that is added, or whose hours somebody changes, has its calendar at once."""
    from django.utils import timezone

    from manufacturing import capacity

    if not raw:
        now = timezone.now()
        capacity.ensure_days(now, [instance])
        capacity.follow_machines(now, [instance])
