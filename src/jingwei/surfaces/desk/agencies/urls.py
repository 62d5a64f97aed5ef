"""The addresses of units, posts and people."""

from django.urls import path

from jingwei.surfaces.desk.agencies import files, keys, units, views

urlpatterns = [
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/import/", files.import_, name="import_people"),
    path("agencies/export/", files.export, name="export_people"),
    path("agencies/keys/", keys.keys, name="keys"),
    path("agencies/units/<str:unit>/", units.unit, name="unit"),
    path("agencies/posts/<str:post>/", views.post, name="post"),
    path("agencies/people/<str:login>/", views.person, name="person"),
]
