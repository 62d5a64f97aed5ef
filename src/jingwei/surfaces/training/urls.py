"""The addresses of the training city."""

from django.urls import path

from jingwei.kit.permission import public, signed_in
from jingwei.surfaces.training import views

app_name = "training"

_WHY = "a training city holds invented things alone; in every other city these pages are absent"

urlpatterns = [
    path("training/", public(_WHY)(views.home), name="home"),
    path("training/role/", public(_WHY)(views.take_role), name="role"),
    path("training/start/", signed_in(views.start), name="start"),
    path("training/step/", signed_in(views.step), name="step"),
    path("training/check/", signed_in(views.check), name="check"),
    path("training/leave/", signed_in(views.leave), name="leave"),
]
