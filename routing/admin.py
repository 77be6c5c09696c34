from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from core.admin import ReadOnlyAdmin
from core.money import cents, euros
from routing.models import Decision, Demand, Forecast, Offer


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ["pk", "job", "factory", "status", "payout", "expires_at", "reason"]
    list_filter = ["status", "factory"]
    exclude = ["payout_cents"]
    readonly_fields = ["payout"]

    @admin.display(description="payout", ordering="payout_cents")
    def payout(self, row: Offer) -> str:
        return euros(row.payout_cents)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "job", "outcome", "batch", "cost", "bound"]
    search_fields = ["job__uid"]
    exclude = ["cost_cents", "bound_cents"]
    readonly_fields = ["cost", "bound"]

    def view_on_site(self, row: Decision) -> str:
        """Its page shows the candidates as a table, and leads to the order."""
        return reverse("routing:decision", args=[row.pk])

    @admin.display(description="cost", ordering="cost_cents")
    def cost(self, row: Decision) -> str:
        return euros(cents(row.cost_cents))

    @admin.display(description="proven bound", ordering="bound_cents")
    def bound(self, row: Decision) -> str:
        return euros(cents(row.bound_cents))


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["region", "family", "week", "mean", "naive", "used"]
    list_filter = ["region", "family", "used"]


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    list_display = ["day", "region", "family", "units"]
    list_filter = ["region", "family"]
