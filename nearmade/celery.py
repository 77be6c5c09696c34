"""Celery carries doorbells: the id of a work row, nothing else.

Every broker loses and doubles messages; ``core.work`` makes that harmless.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearmade.settings")

app = Celery("nearmade")


def _configure() -> None:
    from django.conf import settings

    from nearmade.broker import disk_broker

    config: dict[str, object] = {
        "task_ignore_result": True,
        "task_default_queue": "default",
        "task_acks_late": False,  # the row is what is acknowledged, not the message
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {"socket_timeout": 2, "socket_connect_timeout": 2},
        "task_publish_retry": False,
        "worker_hijack_root_logger": False,
    }
    if settings.CELERY_BROKER_URL:
        config["broker_url"] = settings.CELERY_BROKER_URL
    else:
        config |= disk_broker(settings.BROKER_DIR)
    app.conf.update(config)


_configure()


@app.task(name="core.work.run")
def run_work(work_id: int) -> bool:
    from django.db import close_old_connections

    from core import work

    close_old_connections()
    try:
        return work.run(work_id)
    finally:
        close_old_connections()


def ring(work_id: int, queue: str) -> None:
    """The doorbell: tell a worker of this queue that a row waits."""
    run_work.apply_async((work_id,), queue=queue, expires=60)


@worker_process_init.connect
def _fresh_connections(**_: object) -> None:
    from django.db import connections

    connections.close_all()
