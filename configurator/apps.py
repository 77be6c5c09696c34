from django.apps import AppConfig


class ConfiguratorConfig(AppConfig):
    name = "configurator"

    def ready(self) -> None:
        from pathlib import Path

        from django.conf import settings

        from configurator import (
            blobs,
            signing_in,  # noqa: F401  (what a browser kept goes along)
            suggestion_tasks,  # noqa: F401  (registers its work handlers)
            tasks,  # noqa: F401  (registers the work handlers)
        )

        blobs.set_root(Path(settings.MEDIA_ROOT) / "uploads")
