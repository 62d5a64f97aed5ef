"""The addresses of the audit."""

from django.urls import path

from jingwei.surfaces.desk.audit import readings, sign_ins

urlpatterns = [
    path("audit/readings/", readings.readings, name="readings"),
    path("audit/sign-ins/", sign_ins.sign_ins, name="sign_ins"),
]
