"""The addresses of retention."""

from django.urls import path

from jingwei.surfaces.desk.keeping import destruction, views

urlpatterns = [
    path("matters/<str:number>/keeping/", views.keeping, name="keeping"),
    path("destruction/", destruction.lists, name="destruction"),
    path("destruction/<str:key>/", destruction.one_list, name="destruction_list"),
]
