"""The addresses of the command map."""

from django.urls import path

from jingwei.surfaces.command_map import views

app_name = "command_map"

urlpatterns = [
    path("command/", views.home, name="home"),
    path("command/live/", views.live, name="live"),
    path("command/marks/", views.marks, name="marks"),
    path("command/behind/", views.behind, name="behind"),
]
