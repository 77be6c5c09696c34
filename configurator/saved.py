"""Designs under names of one's own: in an account, or for one browser without one."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from configurator import kept_shapes, lineage
from configurator.browsers import browser_of
from configurator.models import Design
from configurator.saved_models import SavedDesign
from core.errors import BadInput, Conflict, NotFound
from core.locks import alone, locked

MOST_IN_A_BROWSER = 60
MOST_IN_AN_ACCOUNT = 300
LONGEST_NAME = 60
UNDO = dt.timedelta(days=1)
"""How long a deleted one can be put back."""
LOOKED_AT_TO = dt.timedelta(days=1)


@dataclass(frozen=True)
class Keeper:
    """Whose list it is: an account's or one browser's, never both."""

    user_id: int | None
    browser: str

    @property
    def most(self) -> int:
        return MOST_IN_A_BROWSER if self.user_id is None else MOST_IN_AN_ACCOUNT

    def rows(self) -> QuerySet[SavedDesign]:
        """Everything of theirs, the deleted as well; nothing of anybody else's."""
        if self.user_id is not None:
            return SavedDesign.objects.filter(owner_id=self.user_id)
        return SavedDesign.objects.filter(owner=None, browser=self.browser).exclude(browser="")

    def kept(self) -> QuerySet[SavedDesign]:
        return self.rows().filter(removed_at=None).select_related("design", "remixed_from")


@dataclass(frozen=True)
class Wanted:
    """What is to be saved, beside its name."""

    design: Design
    material: str
    colour: str
    quantity: int
    came_from: str = ""


def keeper_of(request: HttpRequest) -> Keeper:
    """Who is asking."""
    if request.user.is_authenticated:
        return Keeper(request.user.pk, "")
    return Keeper(None, browser_of(request))


def save(keeper: Keeper, name: str, wanted: Wanted, now: dt.datetime) -> SavedDesign:
    """Keep a design under a new name of theirs.

    Raises:
        BadInput: the name cannot be used.
        Conflict: the list is full.
    """
    said = clean_name(name)
    row = SavedDesign(owner_id=keeper.user_id, browser=keeper.browser, name=said)
    with transaction.atomic():
        _check_room(keeper)
        _fill(row, wanted, now)
        row.save()
    kept_shapes.ask_to_keep(wanted.design, wanted.colour)
    return row


def change(row: SavedDesign, name: str, wanted: Wanted, now: dt.datetime) -> SavedDesign:
    """Put another design in the place of the one that was saved."""
    row.name = clean_name(name)
    with transaction.atomic():
        _fill(row, wanted, now)
        row.save()
    kept_shapes.ask_to_keep(wanted.design, wanted.colour)
    return row


def rename(row: SavedDesign, name: str, now: dt.datetime) -> None:
    row.name, row.changed_at = clean_name(name), now
    row.save(update_fields=["name", "changed_at"])


def remove(row: SavedDesign, now: dt.datetime) -> None:
    """Take it off the list; it can be put back for ``UNDO``."""
    row.removed_at = now
    row.save(update_fields=["removed_at"])


def restore(keeper: Keeper, row: SavedDesign) -> None:
    """Raises Conflict when its place was taken meanwhile."""
    with transaction.atomic():
        if row.removed_at is None:
            return
        _check_room(keeper)
        row.removed_at = None
        row.save(update_fields=["removed_at"])


def one_of(keeper: Keeper, ref: str) -> SavedDesign:
    """A saved design of theirs. Raises NotFound for anybody else's."""
    row = keeper.rows().select_related("design", "remixed_from").filter(ref=ref).first()
    if row is None:
        raise NotFound("This design is not on your list (any more).")
    return row


def looked_at(keeper: Keeper, now: dt.datetime) -> None:
    """The list is wanted: what is kept for this browser stays as long again."""
    old = keeper.rows().filter(wanted_at__lt=now - LOOKED_AT_TO)
    if old.exists():
        with transaction.atomic():
            old.update(wanted_at=now)


def merge(browser: str, user: AbstractBaseUser) -> int:
    """What this browser kept belongs to the account that signs in. Returns how many it was.

    Nothing is left out for being too many; what the account has already is not kept twice.
    """
    mine = Keeper(None, browser).rows()
    with transaction.atomic():
        moved = list(locked(mine))
        theirs = {_same(row) for row in SavedDesign.objects.filter(owner_id=user.pk)}
        twice = [row.pk for row in moved if _same(row) in theirs]
        mine.filter(pk__in=twice).delete()
        return mine.update(owner_id=user.pk, browser="")


def forget(now: dt.datetime) -> int:
    """Delete what is past being put back, and lists without an account that nobody looks at."""
    unseen = now - dt.timedelta(days=settings.SAVED_DAYS)
    old = SavedDesign.objects.filter(owner=None, wanted_at__lt=unseen)
    removed = SavedDesign.objects.filter(removed_at__lt=now - UNDO)
    return sum(rows.delete()[0] for rows in (removed, old))


def clean_name(text: str) -> str:
    """A name as it is kept: one line that can be seen. Raises BadInput with what to do."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in name):
        raise BadInput("The name holds a character that cannot be seen. Please type it plainly.")
    if not name:
        raise BadInput("Give the design a name, so that you find it again.")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"The name has {len(name)} characters; there is room for {LONGEST_NAME}.")
    return name


def _fill(row: SavedDesign, wanted: Wanted, now: dt.datetime) -> None:
    row.design, row.material, row.colour = wanted.design, wanted.material, wanted.colour
    row.quantity, row.changed_at, row.wanted_at = wanted.quantity, now, now
    row.remixed_from = lineage.note(wanted.design, wanted.came_from)
    row.removed_at = None


def _check_room(keeper: Keeper) -> None:
    """Two that save at once are counted one after the other. Raises Conflict: the list is full."""
    alone(f"saved:{keeper.user_id}:{keeper.browser}")
    if keeper.kept().count() >= keeper.most:
        raise Conflict(_full(keeper))


def _full(keeper: Keeper) -> str:
    if keeper.user_id is None:
        return (
            f"This browser keeps {MOST_IN_A_BROWSER} designs. Delete one under Your designs, or "
            f"sign in: an account keeps {MOST_IN_AN_ACCOUNT}."
        )
    return f"Your account keeps {MOST_IN_AN_ACCOUNT} designs. Delete one under Your designs first."


def _same(row: SavedDesign) -> tuple[str, str, str, str, bool]:
    return (row.name, row.design_id, row.material, row.colour, row.removed_at is None)
