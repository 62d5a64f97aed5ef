"""The addresses of the protection of personal data."""

from django.urls import path

from jingwei.surfaces.desk.protection import erasures

urlpatterns = [
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/decide/", erasures.decide, name="decide_erasure"),
]
