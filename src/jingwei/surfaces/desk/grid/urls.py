"""Addresses of the grid's pages."""

from django.urls import path

from jingwei.surfaces.desk.grid import pages

urlpatterns = [
    path("matters/<str:number>/place/", pages.place, name="place"),
    path("grid/", pages.grid, name="grid"),
    path("grid/handover/", pages.handover, name="grid_handover"),
    path("grid/areas/<str:area>/", pages.grid, name="grid_area"),
]
