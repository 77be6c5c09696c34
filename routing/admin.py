from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from routing.models import Decision, Demand, Forecast, Offer


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ["pk", "job", "factory", "status", "payout_cents", "expires_at", "reason"]
    list_filter = ["status", "factory"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "job", "outcome", "batch", "cost_cents", "bound_cents"]
    search_fields = ["job__uid"]


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["region", "family", "week", "mean", "naive", "used"]
    list_filter = ["region", "family", "used"]


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    list_display = ["day", "region", "family", "units"]
    list_filter = ["region", "family"]
