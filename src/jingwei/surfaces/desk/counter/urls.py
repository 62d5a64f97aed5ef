"""The addresses of the counter."""

from django.urls import path

from jingwei.surfaces.desk.counter import slips

urlpatterns = [path("counter/slip/", slips.slip, name="slip")]
