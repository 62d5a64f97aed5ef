"""The addresses of dispatching."""

from django.urls import path

from jingwei.surfaces.desk.dispatching import views

urlpatterns = [
    path("dispatch/", views.dispatch, name="dispatch"),
    path("dispatch/certain/", views.certain, name="dispatch_certain"),
]
