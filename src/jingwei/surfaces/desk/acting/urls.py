"""The address of acts on several matters."""

from django.urls import path

from jingwei.surfaces.desk.acting import views

urlpatterns = [path("work/act/", views.act_on_many, name="act_on_many")]
