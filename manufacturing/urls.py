from django.urls import path

from manufacturing import views

app_name = "manufacturing"
urlpatterns = [
    path("<int:pk>/jobs/", views.jobs, name="jobs"),
    path("<int:pk>/machines/", views.machines, name="machines"),
    path("<int:pk>/machines/live/", views.machines_live, name="machines-live"),
    path("<int:pk>/pair/", views.pair, name="pair"),
    path("<int:pk>/nodes/<str:uid>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/nodes/<str:uid>/drives/", views.drives, name="drives"),
    path("<int:pk>/stock/", views.stock, name="stock"),
    path("machine/<str:uid>/<slug:action>/", views.machine_action, name="machine-action"),
    path("job/<str:uid>/", views.job, name="job"),
    path("job/<str:uid>/live/", views.job_live, name="job-live"),
    path("job/<str:uid>/inspect/", views.inspect, name="inspect"),
    path("job/<str:uid>/<slug:action>/", views.job_action, name="job-action"),
]
