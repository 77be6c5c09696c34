from django.urls import path

from configurator import compare_views, saved_views, shared_views, suggest_views, views

app_name = "configurator"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("design/<slug:slug>/", views.design, name="design"),
    path("design/<slug:slug>/checks/", views.checks, name="checks"),
    path("design/<slug:slug>/file.<slug:extension>", views.take_away, name="file"),
    path("design/<slug:slug>/<str:quality>.glb", views.solid, name="solid"),
    path("design/<slug:slug>/picture.png", views.drawn, name="drawn"),
    path("design/<slug:slug>/preset/<int:number>.png", views.preset_picture, name="preset"),
    path("design/<slug:slug>/suggestions/", suggest_views.suggest, name="suggest"),
    path("suggestions/<uuid:uid>/", suggest_views.suggestion, name="suggestion"),
    path("suggestions/<uuid:uid>/cancel/", suggest_views.stop, name="suggestion_stop"),
    path("uploads/<str:name>.png", views.thumb, name="thumb"),
    path("design/<slug:slug>/origin/", shared_views.origin, name="origin"),
    path("design/<slug:slug>/compare/", compare_views.choice, name="compare_choice"),
    path("design/<slug:slug>/compare/with/", compare_views.compare_with, name="compare_with"),
    path("compare/", compare_views.compare, name="compare"),
    path("designs/", saved_views.mine, name="mine"),
    path("designs/save/", saved_views.save, name="save"),
    path("designs/mine/<slug:ref>/", saved_views.again, name="saved"),
    path("designs/mine/<slug:ref>/rename/", saved_views.rename, name="rename"),
    path("designs/mine/<slug:ref>/remove/", saved_views.remove, name="remove"),
    path("designs/mine/<slug:ref>/restore/", saved_views.restore, name="restore"),
    path("designs/<str:key>/", shared_views.shared, name="shared"),
    path("designs/<str:key>/solid.glb", shared_views.solid, name="kept_solid"),
    path("designs/<str:key>/picture/<slug:colour>.png", shared_views.picture, name="picture"),
]
