"""The addresses of the audit."""

from django.urls import path

from jingwei.surfaces.desk.audit import readings

urlpatterns = [path("audit/readings/", readings.readings, name="readings")]
