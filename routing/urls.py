from django.urls import path

from routing import views

app_name = "routing"
urlpatterns = [
    path("factory/<int:pk>/", views.inbox, name="inbox"),
    path("factory/<int:pk>/offers/", views.inbox_live, name="inbox-live"),
    path("factory/<int:pk>/accepting/", views.accepting, name="accepting"),
    path("offer/<int:pk>/answer/", views.answer, name="answer"),
    path("offer/<int:pk>/undo/", views.undo, name="undo"),
    path("job/<str:uid>/give-back/", views.give_back, name="give-back"),
    path("operations/job/<str:uid>/again/", views.make_again, name="make-again"),
    path("operations/", views.operations, name="operations"),
    path("operations/forecast/", views.forecast, name="forecast"),
    path("operations/decision/<int:pk>/", views.decision, name="decision"),
]
