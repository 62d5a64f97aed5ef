"""The addresses of the brief."""

from django.urls import path

from jingwei.surfaces.desk.brief import views

urlpatterns = [
    path("brief/", views.brief, name="brief"),
    path("brief/document/", views.document, name="brief_document"),
]
