"""The addresses of duty."""

from django.urls import path

from jingwei.surfaces.desk.duty import views

urlpatterns = [
    path("duty/", views.duty, name="duty"),
    path("duty/<str:roster>/", views.roster, name="roster"),
]
