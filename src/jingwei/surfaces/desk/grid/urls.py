"""Addresses of the grid's pages."""

from django.urls import path

from jingwei.surfaces.desk.grid import dividing, from_excel, pages, redraw, splitting

urlpatterns = [
    path("matters/<str:number>/place/", pages.place, name="place"),
    path("grid/", pages.grid, name="grid"),
    path("grid/sheet/", from_excel.from_excel, name="grid_sheet"),
    path("grid/handover/", pages.handover, name="grid_handover"),
    path("grid/redraw/", redraw.redraw, name="redraw"),
    path("grid/redraw/<str:area>/", redraw.redraw, name="redraw_area"),
    path("grid/redraw/<str:area>/divide/", dividing.divide, name="divide"),
    path("grid/redraw/<str:area>/split/", splitting.split, name="split"),
    path("grid/areas/<str:area>/", pages.grid, name="grid_area"),
]
