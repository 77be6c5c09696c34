"""What several hosts must share, looked at from this one: ``manage.py check --database default``.

``manage.py migrate`` asks, too. They are warnings: a host that is set up wrongly must still be
able to bring its database up to date.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from manufacturing.models import Job, Node, Program
from manufacturing.nodes import hub_key_name
from manufacturing.program_files import ProgramNotNow, is_there

LOOK_AT = 50


@register(Tags.database)
def what_hosts_share(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The programs of waiting jobs are here, and the hub's key is the one that nodes pinned."""
    if not databases:
        return []
    try:
        return [*_programs(), *_key()]
    except DatabaseError:
        return []  # no tables yet, or not of this version: there is nothing to share


def _programs() -> list[CheckMessage]:
    waiting = Job.objects.filter(status__in=("planned", "leased"), program__lost_at=None)
    rows = Program.objects.filter(pk__in=waiting.values("program"))[:LOOK_AT]
    try:
        missing = [row.sha256[:12] for row in rows if not is_there(row)]
    except ProgramNotNow as fault:
        return [Warning(fault.sentence, id="manufacturing.W003")]
    if not missing:
        return []
    return [
        Warning(
            f"{len(missing)} programs of waiting jobs are not in {settings.PROGRAM_DIR}, "
            f"{missing[0]} among them.",
            hint="PROGRAM_DIR must be one folder that web and worker hosts share.",
            id="manufacturing.W001",
        )
    ]


def _key() -> list[CheckMessage]:
    paired = Node.objects.filter(revoked_at=None, paired_at__isnull=False).exclude(hub_key="")
    if not paired.exists():
        return []
    if not Path(settings.HUB_KEY_FILE).exists():
        problem = f"{settings.HUB_KEY_FILE} is not there, but workshops trust its public half."
    elif strangers := paired.exclude(hub_key=hub_key_name()).count():
        problem = f"{strangers} workshop computers trust another key than {settings.HUB_KEY_FILE}."
    else:
        return []
    hint = "All web hosts must share one HUB_KEY_FILE; a new key means pairing all again."
    return [Warning(problem, hint=hint, id="manufacturing.W002")]
