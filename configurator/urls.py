from django.urls import path

from configurator import views

app_name = "configurator"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("design/<slug:slug>/", views.design, name="design"),
    path("design/<slug:slug>/checks/", views.checks, name="checks"),
    path("design/<slug:slug>/<str:quality>.glb", views.solid, name="solid"),
    path("design/<slug:slug>/picture.png", views.drawn, name="drawn"),
    path("design/<slug:slug>/preset/<int:number>.png", views.preset_picture, name="preset"),
    path("designs/<str:key>/", views.shared, name="shared"),
    path("designs/<str:key>/picture/<slug:colour>.png", views.picture, name="picture"),
]
