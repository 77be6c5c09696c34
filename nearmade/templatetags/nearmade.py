"""How quantities and states read on a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from configurator.materials import in_colour, material
from configurator.products import family
from core import money, units
from core.errors import NotFound
from manufacturing.processes import WORKS

register = template.Library()
register.filter("euros", money.euros)
register.filter("duration", units.duration)
register.filter("time_left", units.time_left)
register.filter("size", units.size)
register.filter("weight", units.weight)
register.filter("parts_in_words", units.parts_in_words)
register.filter("in_colour", in_colour)


@register.filter
def in_minutes(minutes: float) -> str:
    """'62 min' reads as '1 h 02'."""
    return units.duration(minutes * 60)


@register.filter
def about_euros(amount_cents: float | None) -> str:
    """A figure that is not whole cents: ``434.55`` is ``€4.35``; "–" where there is none."""
    return "–" if amount_cents is None else money.euros(money.cents(amount_cents))


STATES: dict[str, tuple[str, str, str]] = {
    # status: (tone, sign, words)
    "waiting": ("info", "…", "looking for a maker"),
    "offered": ("info", "?", "a maker is asked"),
    "accepted": ("info", "✓", "maker found"),
    "planned": ("info", "✓", "program proven"),
    "leased": ("info", "→", "at the machine"),
    "running": ("info", "▶", "being made"),
    "paused": ("warn", "‖", "paused"),
    "made": ("warn", "◎", "to be inspected"),
    "passed": ("good", "✓", "inspected"),
    "handed_over": ("good", "✓", "sent"),
    "failed": ("bad", "✕", "failed"),
    "cancelled": ("bad", "✕", "cancelled"),
    "scrapped": ("bad", "✕", "scrapped"),
    "offline": ("bad", "✕", "silent"),
    "idle": ("good", "●", "idle"),
    "busy": ("info", "▶", "at work"),
    "needs_clearing": ("warn", "⬚", "clear plate"),
    "error": ("bad", "✕", "fault"),
    "maintenance": ("warn", "⚒", "in service"),
    "retired": ("info", "–", "retired"),
    "draft": ("info", "…", "basket"),
    "placed": ("warn", "…", "to be paid"),
    "paid": ("good", "✓", "paid"),
    "in_production": ("info", "▶", "being made"),
    "shipped": ("good", "→", "on its way"),
    "delivered": ("good", "✓", "delivered"),
    "expired": ("bad", "✕", "expired"),
    "open": ("info", "?", "open"),
    "declined": ("bad", "✕", "declined"),
    "withdrawn": ("info", "–", "withdrawn"),
}


@register.filter
def chip(status: str) -> SafeString:
    """A state by word, sign and colour."""
    tone, sign, words = STATES.get(status, ("info", "·", status.replace("_", " ")))
    return format_html(
        '<span class="chip {}"><span aria-hidden="true">{}</span> {}</span>', tone, sign, words
    )


@register.filter
def words(status: str) -> str:
    """The state in words alone."""
    return STATES.get(status, ("", "", status.replace("_", " ")))[2]


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """'12 s ago', '3 min ago', '2 h ago', 'never'."""
    if moment is None:
        return "never"
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


@register.filter
def until(moment: dt.datetime | None) -> str:
    """'1 h 52', '4 min' from now; 'now' when it is past."""
    if moment is None:
        return ""
    seconds = (moment - timezone.now()).total_seconds()
    return units.duration(seconds) if seconds > 0 else "now"


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """'Thu 26 Nov'."""
    return f"{value:%a} {value.day} {value:%b}" if value else ""


@register.filter
def family_name(slug: str) -> str:
    try:
        return family(slug).name
    except NotFound:
        return slug


@register.filter
def material_name(slug: str) -> str:
    try:
        return material(slug).name
    except NotFound:
        return slug.upper()


@register.filter
def program_steps(process: str) -> str:
    """What a program of a process is made of: ``layers``, ``cuts``."""
    return WORKS[process].steps


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping|get:key`` for a dict; empty when it is not there."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""
