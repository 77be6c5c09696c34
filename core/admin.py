from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import Transition, Work
from core.states import Stateful, born
from core.work import retry_dead


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows to read: what moves them is a service, not a form."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChangedFieldsAdmin(admin.ModelAdmin[Any]):
    """Saves what the form changed and nothing else.

    A form shows a row as it was minutes ago; what services moved meanwhile (a status, a
    reservation) must not be written back.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            columns = {field.name for field in obj._meta.concrete_fields}
            obj.save(update_fields=columns.intersection(form.changed_data))
        else:
            obj.save()
            if isinstance(obj, Stateful):
                born(obj, by=request.user.get_username(), reason="added")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for row, changed in formset.changed_objects:
            row.save(update_fields=changed)
        for row in formset.new_objects:
            row.save()
            if isinstance(row, Stateful):
                born(row, by=request.user.get_username(), reason="added")
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ["at", "object_type", "object_id", "old", "new", "by", "reason"]
    list_filter = ["object_type", "new"]
    search_fields = ["object_id", "reason", "by"]


@admin.register(Work)
class WorkAdmin(ReadOnlyAdmin):
    """Dead letters are the rows in state ``dead``: read the error, mend the cause, ring again."""

    list_display = ["key", "kind", "state", "attempts", "run_after", "error"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "error"]
    actions = ["ring_again"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    def has_ring_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.change_work"))

    @admin.action(description="Try the chosen dead rows again", permissions=["ring"])
    def ring_again(self, request: HttpRequest, rows: QuerySet[Work]) -> None:
        dead = list(rows.filter(state=Work.DEAD))
        for work in dead:
            retry_dead(work)
        messages.success(request, f"{len(dead)} dead rows will be tried again.")
