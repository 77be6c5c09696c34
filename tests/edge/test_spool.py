"""The node's memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.protocol import ReportKind
from edge.spool import News, Phase, Plate, Spool
from tests.edge.hub import Hub

ACCEPTED = News(ReportKind.ACCEPTED)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.sqlite3")


@pytest.fixture
def orders() -> Hub:
    """A hub that only signs; it never listens."""
    return Hub("m1", "m2")


def test_a_job_is_taken_once_whatever_its_epoch(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    with pytest.raises(AssertionError, match="taken before"):
        spool.take(orders.order("j1", epoch=2).signed, ACCEPTED)
    assert len(spool.pending(10)) == 1


def test_only_a_refused_job_may_be_taken_again(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, News(ReportKind.REFUSED, reason="busy"))
    spool.take(orders.order("j1", epoch=2).signed, ACCEPTED)
    entry = spool.find("j1")
    assert (entry.phase, entry.epoch) == (Phase.ACCEPTED, 2)


def test_a_machine_has_one_job_at_a_time_by_the_database(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    with pytest.raises(Exception, match="UNIQUE"):
        spool.take(orders.order("j2").signed, ACCEPTED)
    assert spool.find("j2") is None
    spool.take(orders.order("j3", machine="m2").signed, ACCEPTED)


def test_numbers_are_not_used_again_after_an_acknowledgement(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    first = spool.pending(10)[0].sequence
    spool.acknowledge(first)
    assert spool.pending(10) == ()
    spool.tell(spool.find("j1"), News(ReportKind.STARTED))
    assert spool.pending(10)[0].sequence > first


def test_only_the_newest_percentage_waits_while_the_hub_is_away(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    for percent in range(50):
        spool.tell(spool.find("j1"), News(ReportKind.PROGRESS, percent=percent))
    assert [r.percent for r in spool.pending(100)] == [None, 49]


@pytest.mark.parametrize("end", [ReportKind.FINISHED, ReportKind.FAILED, ReportKind.CANCELLED])
def test_every_end_of_a_begun_job_leaves_a_dirty_plate_over_a_restart(
    spool: Spool, orders: Hub, tmp_path: Path, end: ReportKind
) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    spool.intend("j1")
    spool.tell(spool.find("j1"), News(end))
    spool.close()
    assert Spool(tmp_path / "spool.sqlite3").plate("m1") == Plate(dirty=True, job="j1")


def test_a_sign_off_counts_once_and_for_its_own_plate(spool: Spool) -> None:
    spool.soil("m1", "j1")
    assert spool.clear("m1", 1, "j1")
    spool.soil("m1", "j2")
    assert not spool.clear("m1", 1, "j2")  # the number is used up
    assert not spool.clear("m1", 2, "j1")  # it was for the plate before
    assert spool.plate("m1") == Plate(dirty=True, job="j2", clear_number=2)
    assert spool.clear("m1", 3, "j2")
    assert spool.plate("m1") == Plate(clear_number=3)


def test_a_job_is_tidied_once_after_its_end_is_acknowledged(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, ACCEPTED)
    spool.acknowledge(spool.pending(1)[0].sequence)
    assert spool.to_tidy("m1") is None, "it has not ended"
    entry = spool.find("j1")
    assert entry is not None
    spool.tell(entry, News(ReportKind.CANCELLED))
    assert spool.to_tidy("m1") is None, "the hub does not know yet"
    spool.acknowledge(spool.pending(1)[0].sequence)
    assert (spool.to_tidy("m1"), spool.to_tidy("m2")) == ("j1", None)
    spool.tidied("j1")
    assert spool.to_tidy("m1") is None


def test_a_refused_job_that_comes_again_is_tidied_again(spool: Spool, orders: Hub) -> None:
    spool.take(orders.order("j1").signed, News(ReportKind.REFUSED, reason="busy"))
    spool.tidied("j1")
    spool.take(orders.order("j1", epoch=2).signed, News(ReportKind.REFUSED, reason="busy"))
    spool.acknowledge(spool.pending(9)[-1].sequence)
    assert spool.to_tidy("m1") == "j1"
