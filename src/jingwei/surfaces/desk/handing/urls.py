"""The addresses of handing over."""

from django.urls import path

from jingwei.surfaces.desk.handing import views

urlpatterns = [
    path("handover/", views.sheet, name="sheet"),
    path("handover/<str:receipt>/", views.receipt, name="receipt"),
]
