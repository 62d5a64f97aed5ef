"""The addresses of the command map."""

from django.urls import path

from jingwei.surfaces.command_map import instructing, views, walled

app_name = "command_map"

urlpatterns = [
    path("command/", views.home, name="home"),
    path("command/live/", views.live, name="live"),
    path("command/marks/", views.marks, name="marks"),
    path("command/replay/", views.replay, name="replay"),
    path("command/replay/frames/", views.frames, name="frames"),
    path("command/instruct/", instructing.instruct, name="instruct"),
    path("wall/map/", walled.wall, name="wall"),
    path("wall/map/live/", walled.wall_live, name="wall_live"),
    path("wall/map/marks/", walled.wall_marks, name="wall_marks"),
    path("command/behind/", views.behind, name="behind"),
]
