"""The addresses of the figures."""

from django.urls import path

from jingwei.surfaces.desk.measures import views

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/<str:measure>/", views.measure, name="measure"),
]
