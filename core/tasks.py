"""Work of the core itself: what is done and over is forgotten."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings
from django.db import transaction

from core.clock import database_now
from core.models import Work
from core.work import Claim, handles

AT_ONCE = 500
"""Rows in one transaction: others write in between."""


@handles("core.tidy", limit_s=300, every_s=6 * 3600)
def tidy(claim: Claim) -> None:
    """Forget work done long ago and sessions that ended. Dead letters stay until somebody acts."""
    past = database_now() - dt.timedelta(days=settings.KEEP_DAYS)
    old = Work.objects.filter(state=Work.DONE, done_at__lt=past).order_by("pk")
    while some := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            Work.objects.filter(pk__in=some).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
