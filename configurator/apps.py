from django.apps import AppConfig


class ConfiguratorConfig(AppConfig):
    name = "configurator"

    def ready(self) -> None:
        from configurator import tasks  # noqa: F401  (registers the work handlers)
