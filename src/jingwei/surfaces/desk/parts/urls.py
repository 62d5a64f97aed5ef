"""The addresses of the parts of a matter's page."""

from django.urls import path

from jingwei.surfaces.desk.parts import around, replay

urlpatterns = [
    path("matters/<str:number>/around/", around.around, name="around"),
    path("matters/<str:number>/replay/<str:clock>/", replay.replay, name="replay"),
]
