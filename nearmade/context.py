from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from manufacturing.selectors import factories_of


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may show: who is signed in where, and whether money is real."""
    user = getattr(request, "user", None)
    return {
        "my_factories": factories_of(user) if user is not None and user.is_authenticated else [],
        "payments_are_standin": settings.STRIPE_IS_STANDIN,
    }
