"""The addresses of retention."""

from django.urls import path

from jingwei.surfaces.desk.keeping import views

urlpatterns = [
    path("matters/<str:number>/keeping/", views.keeping, name="keeping"),
]
