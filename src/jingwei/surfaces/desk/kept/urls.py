"""The address at which views of the work list are kept."""

from django.urls import path

from jingwei.surfaces.desk.kept import views

urlpatterns = [path("work/views/", views.keep, name="keep_view")]
