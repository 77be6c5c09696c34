"""The project's addresses and one that breaks."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from nearmade.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a defect")


def denies(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("not what a browser sends")


urlpatterns = [
    path("breaks/", breaks),
    path("denies/", denies),
    path("suspects/", suspects),
    path("", include("nearmade.urls")),
]
