"""Who signs in takes along what this browser has kept without an account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="configurator.take_along")
def take_along(sender: Any, request: HttpRequest | None, user: AbstractBaseUser, **_: Any) -> None:
    from configurator.browsers import browser_of
    from configurator.saved import merge

    browser = browser_of(request) if request is not None else ""
    if browser:
        merge(browser, user)
