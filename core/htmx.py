"""Whether a page or only a part of it is asked for."""

from __future__ import annotations

from django.http import HttpRequest


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks, which puts the answer into a page that is there.

    ``request.htmx`` is set by django-htmx's middleware, which type checkers do not know of; what
    did not come through it asks for a page.
    """
    return bool(getattr(request, "htmx", False))
