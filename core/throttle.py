"""How often one address may ask for what costs processor time.

The counting is REST framework's; the answer is a sentence like every other of ours. Behind a
proxy set ``NUM_PROXIES``: otherwise the proxy's own address is the one that is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import SimpleRateThrottle

from core.errors import TooMany

View = Callable[..., HttpResponseBase]


class ByAddress(SimpleRateThrottle):
    """Counts what comes from one address under one scope of ``DEFAULT_THROTTLE_RATES``."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"throttle:{self.scope}:{self.get_ident(request)}"


def at_most(scope: str) -> Callable[[View], View]:
    """A view that one address may call as often as the scope's rate allows.

    Raises:
        TooMany: it was called more often, with the seconds to wait.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            throttle = ByAddress(scope)
            if not throttle.allow_request(request, None):  # type: ignore[arg-type]  # reads META only
                raise TooMany(throttle.wait() or 1.0)
            return view(request, *args, **kwargs)

        return counted

    return decorate
