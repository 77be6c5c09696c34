from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from nearmade import views

admin.site.site_header = "Nearmade administration"
admin.site.site_title = "Nearmade"
admin.site.index_title = "What is going on"

handler400 = "nearmade.views.bad_request"
handler404 = "nearmade.views.not_found"
handler403 = "nearmade.views.forbidden"
handler500 = "nearmade.views.broken"

urlpatterns = [
    path("", include("configurator.urls")),
    path("", include("orders.urls")),
    path("factory/", include("manufacturing.urls")),
    path("", include("routing.urls")),
    path("node/v1/", include("manufacturing.nodeapi")),
    path("api/v1/", include("configurator.api")),
    path("api/v1/", include("orders.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api-docs"),
    path("home/", views.home, name="home"),
    path("how/", views.how, name="how"),
    path("healthz/", views.healthy, name="healthz"),
    path("accounts/login/", auth_views.LoginView.as_view(), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
]
