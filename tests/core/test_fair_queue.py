"""Writers on SQLite wait in a queue: nobody is locked out, nobody sleeps past a free lock."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from core.db.sqlite.base import _queues
from core.models import Work

sqlite_only = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="this queue is SQLite's alone"
)


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_read_then_write_from_many_threads_loses_no_update() -> None:
    row = Work.objects.create(kind="x", key="counter", payload={"n": 0})
    start, failed = threading.Barrier(6), []

    def add_ten() -> None:
        start.wait()
        try:
            for _ in range(10):
                with transaction.atomic():
                    mine = Work.objects.get(pk=row.pk)
                    mine.payload["n"] += 1
                    mine.save(update_fields=["payload"])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add_ten) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert failed == []
    assert row.payload["n"] == 60


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_the_queue_is_left_after_commit_rollback_and_error() -> None:
    queue = _queues[str(connection.settings_dict["NAME"])]
    with transaction.atomic():
        assert queue._threads.locked()
    assert not queue._threads.locked()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Work.objects.count()
        _ = 1 / 0
    assert not queue._threads.locked()
