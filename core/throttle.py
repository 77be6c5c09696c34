"""How often one address may ask for what costs processor time.

The counting is REST framework's; the answer is a sentence like every other of ours. Behind a
proxy set ``NUM_PROXIES``: otherwise the proxy's own address is the one that is counted.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import SimpleRateThrottle

from core.errors import TooMany

View = Callable[..., HttpResponseBase]


_asking: ContextVar[str] = ContextVar("asking", default="")


def asking() -> str:
    """The address whose request is being served in this thread; "" for work of our own."""
    return _asking.get()


class ByAddress(SimpleRateThrottle):
    """Counts what comes from one address under one scope of ``DEFAULT_THROTTLE_RATES``."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"throttle:{self.scope}:{self.get_ident(request)}"

    def get_ident(self, request: Any) -> str:
        """An IPv6 visitor has a whole /64 to choose addresses from: it counts as one."""
        address = super().get_ident(request)
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return str(address)
        if found.version == 4:
            return str(found)
        return str(ipaddress.ip_network((found, 64), strict=False))


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
            before = _asking.set(throttle.get_ident(request))
            try:
                return view(request, *args, **kwargs)
            finally:
                _asking.reset(before)

        return counted

    return decorate
