"""The addresses of duty."""

from django.urls import path

from jingwei.surfaces.desk.duty import drafting, files, views

urlpatterns = [
    path("duty/", views.duty, name="duty"),
    path("duty/import/", files.import_, name="import_shifts"),
    path("duty/<str:roster>/", views.roster, name="roster"),
    path("duty/<str:roster>/draft/", drafting.draft, name="roster_draft"),
]
