"""Remembering a browser that has no account, by a signed cookie that says nothing else."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "designs"
_SALT = "configurator.browsers"


def browser_of(request: HttpRequest) -> str:
    """The browser's own name; "" for one that has kept nothing, or whose cookie was changed."""
    found = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_max_age())
    return str(found or "")


def new_browser() -> str:
    return secrets.token_hex(16)


def remember(response: HttpResponse, browser: str) -> None:
    """Let the browser keep its name for as long as its designs are kept."""
    response.set_signed_cookie(
        COOKIE,
        browser,
        salt=_SALT,
        max_age=_max_age(),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _max_age() -> int:
    return int(settings.SAVED_DAYS) * 86_400
