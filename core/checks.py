"""What a wrong set-up would break later is said at start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from core.states import Stateful


@register()
def moves_are_closed(**_: Any) -> list[CheckMessage]:
    """Every status that a table of moves names must be a row of that table."""
    from django.apps import apps

    found: list[CheckMessage] = []
    for model in apps.get_models():
        if issubclass(model, Stateful):
            targets = {new for row in model.MOVES.values() for new in row}
            if missing := targets - set(model.MOVES):
                found.append(Error(f"{model.__name__}.MOVES lacks {missing}", id="core.E001"))
    return found


@register(deploy=True)
def secrets_come_from_outside(**_: Any) -> list[CheckMessage]:
    if settings.DEVELOPMENT_SECRETS and not settings.DEBUG:
        return [
            Warning(
                "SECRET_KEY was made on this machine's first run; set it in the environment "
                "so that all web processes share it.",
                id="core.W001",
            )
        ]
    return []
