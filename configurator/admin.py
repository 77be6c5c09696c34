from __future__ import annotations

from django.contrib import admin

from configurator.models import Design, Product
from core.admin import ReadOnlyAdmin


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    """Whether a family is sold; its geometry is code."""

    list_display = ["slug", "version", "active"]
    list_editable = ["active"]
    readonly_fields = ["slug", "version"]


@admin.register(Design)
class DesignAdmin(ReadOnlyAdmin):
    list_display = ["key", "family", "version", "created_at"]
    list_filter = ["family"]
    search_fields = ["key"]
