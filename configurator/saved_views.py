"""Your designs: save, look, rename, delete and put back; each person sees only their own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from configurator import browsers, comparing, saved, services
from configurator.kept_shapes import is_redrawn
from configurator.saved import Keeper, Wanted
from configurator.saved_models import SavedDesign
from configurator.views import chosen_from
from core.htmx import asks_for_part
from core.throttle import at_most


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The list of this account, or of this browser."""
    keeper = saved.keeper_of(request)
    saved.looked_at(keeper, timezone.now())
    taken_out = request.session.pop("design_removed", None)
    undo = keeper.rows().filter(ref=taken_out).exclude(removed_at=None).first()
    context = {
        "cards": [card(row) for row in keeper.kept()],
        "undo": undo,
        "days": settings.SAVED_DAYS,
        "most": keeper.most,
        "ours": LIMITS,
        "site": request.build_absolute_uri("/")[:-1],
    }
    response = render(request, "configurator/mine.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return _remembered(response, keeper)


LIMITS = {"browser": saved.MOST_IN_A_BROWSER, "account": saved.MOST_IN_AN_ACCOUNT}


def card(row: SavedDesign) -> dict[str, object]:
    """A saved design as the list and the choice of a comparison show it."""
    pick = comparing.picked(row.design, row.material, row.colour, str(row.quantity))
    return {
        "row": row,
        "kind": pick.kind,
        "pick": pick,
        "colour": next(c for c in pick.material.colours if c.slug == pick.colour),
        "redrawn": is_redrawn(row.design),
    }


@require_POST
@at_most("geometry")
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the form shows under a name; ``saved`` says in whose place, unless ``as_new``."""
    post = request.POST.dict()
    pick = chosen_from(post, str(post.get("family", "")))
    design = services.keep_design(pick.family.slug, pick.raw)
    wanted = Wanted(
        design, pick.material.slug, pick.colour, pick.quantity, str(post.get("from", ""))
    )
    keeper = _named(saved.keeper_of(request))
    name, now = str(post.get("saved_name", "")), timezone.now()
    old = keeper.kept().filter(ref=post.get("saved", "-")).first()
    if old is not None and "as_new" not in post:
        row = saved.change(old, name, wanted, now)
    else:
        row = saved.save(keeper, name, wanted, now)
    if not asks_for_part(request):
        return _remembered(redirect("configurator:mine"), keeper)
    response = render(request, "configurator/_saved.html", {"row": row, "new": row is not old})
    told = {"ref": row.ref, "name": row.name}
    return _remembered(trigger_client_event(response, "design-saved", told), keeper)


@require_GET
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a saved design to go on with it; a redrawn one shows what was kept first."""
    row = saved.one_of(saved.keeper_of(request), ref)
    if is_redrawn(row.design):
        return redirect(card_link(row))
    pick = comparing.picked(row.design, row.material, row.colour, str(row.quantity))
    query = {**pick.query, "saved": row.ref}
    if row.remixed_from_id:
        query["from"] = row.remixed_from_id
    return redirect(f"{reverse('configurator:design', args=[pick.kind.slug])}?{urlencode(query)}")


def card_link(row: SavedDesign) -> str:
    """The design's own link, in what it was saved in."""
    return comparing.picked(row.design, row.material, row.colour, str(row.quantity)).page


@require_POST
def rename(request: HttpRequest, ref: str) -> HttpResponse:
    row = saved.one_of(saved.keeper_of(request), ref)
    saved.rename(row, request.POST.get("name", ""), timezone.now())
    return redirect("configurator:mine")


@require_POST
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    saved.remove(saved.one_of(saved.keeper_of(request), ref), timezone.now())
    request.session["design_removed"] = ref
    return redirect("configurator:mine")


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    keeper = saved.keeper_of(request)
    saved.restore(keeper, saved.one_of(keeper, ref))
    return redirect("configurator:mine")


def _named(keeper: Keeper) -> Keeper:
    """A browser that keeps its first design gets a name of its own."""
    if keeper.user_id is None and not keeper.browser:
        return Keeper(None, browsers.new_browser())
    return keeper


def _remembered(response: HttpResponse, keeper: Keeper) -> HttpResponse:
    if keeper.browser:
        browsers.remember(response, keeper.browser)
    return response
