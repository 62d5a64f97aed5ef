"""The addresses of the command map."""

from django.urls import path

from jingwei.surfaces.command_map import instructing, views

app_name = "command_map"

urlpatterns = [
    path("command/", views.home, name="home"),
    path("command/live/", views.live, name="live"),
    path("command/marks/", views.marks, name="marks"),
    path("command/instruct/", instructing.instruct, name="instruct"),
    path("command/behind/", views.behind, name="behind"),
]
