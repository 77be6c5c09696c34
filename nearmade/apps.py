from django.apps import AppConfig


class NearmadeConfig(AppConfig):
    name = "nearmade"

    def ready(self) -> None:
        from core.work import set_doorbell
        from nearmade.celery import ring

        set_doorbell(ring)
