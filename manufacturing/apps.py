from django.apps import AppConfig


class ManufacturingConfig(AppConfig):
    name = "manufacturing"

    def ready(self) -> None:
        from configurator.network import set_machine_volumes
        from manufacturing import tasks  # noqa: F401  (registers the work handlers)
        from manufacturing.volumes import machine_volumes

        set_machine_volumes(machine_volumes)
