"""The one way to change a status.

A model that has a life declares it as data: a ``status`` field and ``MOVES``, a mapping
from each status to the statuses that may follow. ``move()`` is the only code that writes
``status``: one transaction, an ``UPDATE … WHERE status = old`` that must touch exactly one
row, and a ``Transition`` row that says who, why and when. Upper layers hear of it through
``on_move``: their work row is inserted in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models

from core.errors import StaleState
from core.locks import together
from core.models import Transition

Moves = Mapping[str, frozenset[str]]


class IllegalMove(Exception):
    """The code asked for a move that the table of moves does not have: a defect, not bad luck."""


class Stateful(models.Model):
    """A model whose ``status`` only ``move()`` changes."""

    MOVES: ClassVar[Moves]
    START: ClassVar[str] = ""
    status = models.CharField(max_length=24, db_index=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new row without a status (made by a form, say) begins where its life begins."""
        if self._state.adding and not self.status:
            self.status = self.START
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        return self._meta.label_lower

    def history(self) -> models.QuerySet[Transition]:
        return Transition.objects.filter(object_type=self.label, object_id=str(self.pk))


@dataclass(frozen=True)
class _Subscription:
    model: str
    new: str
    kind: str
    payload: Callable[[Any], dict[str, Any]]


_subscriptions: list[_Subscription] = []


def moves(table: Mapping[str, str]) -> Moves:
    """Read a table of moves written as ``{"draft": "placed", "placed": "paid expired"}``.

    >>> sorted(moves({"a": "b c", "b": "c"})["c"])
    []
    """
    names = set(table) | {name for row in table.values() for name in row.split()}
    return {name: frozenset(table.get(name, "").split()) for name in names}


def on_move(
    model: str,
    new: str,
    *,
    kind: str,
    payload: Callable[[Any], dict[str, Any]] | None = None,
) -> None:
    """Enqueue work of ``kind`` whenever a ``model`` ("app.model") moves to ``new``.

    The row is written in the moving transaction, so the news cannot be lost, and its key
    holds the transition's number, so it cannot come twice.
    """
    make = payload or (lambda obj: {"id": str(obj.pk)})
    _subscriptions.append(_Subscription(model.lower(), new, kind, make))


def move(obj: Stateful, new: str, *, by: str, reason: str = "", **fields: Any) -> Transition:
    """Move ``obj`` from the status it was read with to ``new``, with ``fields`` beside it.

    ``by`` names who did it ("customer", "system", "node:12", a user's name).

    Raises:
        IllegalMove: the table of moves does not allow it.
        StaleState: the row no longer has the status that ``obj`` was read with.
    """
    old = obj.status
    if new not in obj.MOVES.get(old, frozenset()):
        raise IllegalMove(f"{obj.label} {obj.pk}: {old} → {new}")
    with together():
        rows = type(obj)._base_manager.filter(pk=obj.pk, status=old)
        if rows.update(status=new, **fields) != 1:
            raise StaleState(
                "This has changed in the meantime. Please look again.",
                detail=f"{obj.label} {obj.pk} is no longer {old}; wanted {new}",
            )
        row = record(obj, old, new, by=by, reason=reason)
        for name, value in {"status": new, **fields}.items():
            setattr(obj, name, value)
        _tell_subscribers(obj, row)
    return row


def record(obj: Stateful, old: str, new: str, *, by: str, reason: str = "") -> Transition:
    """Append a Transition: part of a move, or the birth of an object (``old`` is "")."""
    return Transition.objects.create(
        object_type=obj.label, object_id=str(obj.pk), old=old, new=new, by=by, reason=reason[:500]
    )


def born(obj: Stateful, *, by: str, reason: str = "") -> Transition:
    """Write down the first status of a row that was just created, and tell subscribers."""
    with together():
        row = record(obj, "", obj.status, by=by, reason=reason)
        _tell_subscribers(obj, row)
    return row


def _tell_subscribers(obj: Stateful, row: Transition) -> None:
    from core.work import insert

    for sub in _subscriptions:
        if sub.model == row.object_type and sub.new == row.new:
            insert(sub.kind, key=f"{sub.kind}:{row.pk}", payload=sub.payload(obj))
