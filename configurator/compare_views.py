"""Two designs side by side, and the choice of what to compare with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from configurator import comparing, saved, services
from configurator.comparing import Pick
from configurator.products.base import Family, Preset
from configurator.products.fields import parse
from configurator.saved import Keeper
from configurator.saved_views import card
from configurator.views import Chosen, chosen
from core.errors import BadInput, NotFound
from core.throttle import at_most
from core.whole import whole_number

SHOWN = 12
"""Saved designs in the choice; the page of them all is linked."""


@require_GET
@at_most("geometry")
def compare(request: HttpRequest) -> HttpResponse:
    """``a`` and ``b`` name the two; two ``of`` come from the list of saved ones."""
    keeper, refs = saved.keeper_of(request), request.GET.getlist("of")
    if refs or not (request.GET.get("a") and request.GET.get("b")):
        return _of_the_list(keeper, refs)
    left, right = (comparing.pick_of(request.GET[side]) for side in ("a", "b"))
    names = [_name(keeper, pick) for pick in (left, right)]
    if names[0] == names[1]:
        names = [f"{name} ({number})" for number, name in enumerate(names, 1)]
    sides = [comparing.side_of(pick, name) for pick, name in zip((left, right), names, strict=True)]
    rows = comparing.rows_of(left, right)
    context = {
        "sides": sides,
        "rows": rows,
        "differing": sum(row.differs for row in rows),
        "swapped": urlencode({"a": str(right), "b": str(left)}),
    }
    return render(request, "configurator/compare.html", context)


@require_GET
def choice(request: HttpRequest, slug: str) -> HttpResponse:
    """What the design on the page can be compared with: where it began, saved ones, presets."""
    pick = chosen(request, slug)
    rows = saved.keeper_of(request).kept().filter(design__family=slug)
    first = whole_number(request.GET.get("started", ""))
    presets = [{"number": n, "preset": p} for n, p in enumerate(pick.family.presets)]
    context = {
        "kind": pick.family,
        "query": urlencode({**pick.raw, **_choice(pick)}),
        "presets": sorted(presets, key=lambda row: row["number"] != first),
        "started": first,
        "cards": [card(row) for row in rows[:SHOWN]],
    }
    return render(request, "configurator/_compare_choice.html", context)


@require_GET
@at_most("geometry")
def compare_with(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the design on the page and its counterpart, then show both."""
    pick = chosen(request, slug)
    here = comparing.picked(
        services.keep_design(slug, _params(pick)),
        pick.material.slug,
        pick.colour,
        str(pick.quantity),
    )
    kind, _, which = request.GET.get("with", "").partition("-")
    if kind == "saved":
        row = saved.one_of(saved.keeper_of(request), which)
        other = comparing.picked(row.design, row.material, row.colour, str(row.quantity))
    elif kind == "preset" and whole_number(which) in range(len(pick.family.presets)):
        other = _preset(pick, pick.family.presets[int(which)])
    else:
        raise NotFound("There is no such design to compare with. Please choose one of the list.")
    return redirect(_address(here, other))


def _of_the_list(keeper: Keeper, refs: list[str]) -> HttpResponse:
    if len(set(refs)) != 2:
        raise BadInput("Choose two designs of your list; then they are shown side by side.")
    left, right = (card(saved.one_of(keeper, ref))["pick"] for ref in refs)
    return redirect(_address(left, right))


def _address(left: object, right: object) -> str:
    query = urlencode({"a": str(left), "b": str(right)}, safe=":")
    return f"{reverse('configurator:compare')}?{query}"


def _preset(pick: Chosen, preset: Preset) -> Pick:
    design = services.keep_design(pick.family.slug, dict(preset.params))
    return comparing.picked(design, pick.material.slug, preset.colour, str(pick.quantity))


def _params(pick: Chosen) -> dict[str, Any]:
    return parse(pick.family, pick.raw).model_dump(mode="json")


def _choice(pick: Chosen) -> dict[str, str]:
    return {
        "material": pick.material.slug,
        "colour": pick.colour,
        "quantity": str(pick.quantity),
    }


def _name(keeper: Keeper, pick: Pick) -> str:
    """What the visitor calls it; else the preset's name; else what it is."""
    mine = keeper.kept().filter(design=pick.design).first()
    if mine is not None:
        return mine.name
    return _preset_name(pick.kind, pick.design.params) or f"Your {pick.kind.noun}"


def _preset_name(kind: Family, params: dict[str, Any]) -> str:
    for preset in kind.presets:
        if parse(kind, preset.params).model_dump(mode="json") == params:
            return preset.name
    return ""
