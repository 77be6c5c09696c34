from django.apps import AppConfig


class ManufacturingConfig(AppConfig):
    name = "manufacturing"

    def ready(self) -> None:
        from configurator.network import set_machine_volumes
        from manufacturing import checks, tasks  # noqa: F401  (they register themselves)
        from manufacturing.volumes import machine_volumes

        set_machine_volumes(machine_volumes)
