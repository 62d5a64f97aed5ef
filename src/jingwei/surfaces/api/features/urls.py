"""The addresses of OGC API Features."""

from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.api.features import views

_everybody = public("网格和公开统计，任何人都可以取用；不含任何单件事项")

urlpatterns = [
    path("", _everybody(views.landing), name="features_landing"),
    path("api", _everybody(views.describe), name="features_description"),
    path("conformance", _everybody(views.conformance), name="features_conformance"),
    path("collections", _everybody(views.collections), name="features_collections"),
    path("collections/<str:collection>", _everybody(views.collection), name="features_collection"),
    path("collections/<str:collection>/queryables", _everybody(views.queryables), name="features_queryables"),
    path("collections/<str:collection>/items", _everybody(views.items), name="features_items"),
    path("collections/<str:collection>/items/<str:feature>", _everybody(views.item), name="features_item"),
]
