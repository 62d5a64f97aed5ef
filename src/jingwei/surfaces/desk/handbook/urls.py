"""The addresses of the handbook."""

from django.urls import path

from jingwei.surfaces.desk.handbook import views

urlpatterns = [
    path("handbook/", views.handbook, name="handbook"),
    path("handbook/<str:matter_type>/", views.of_type, name="handbook_of"),
]
