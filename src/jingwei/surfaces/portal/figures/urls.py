"""The addresses of what is public of all matters together."""

from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.portal.figures import views

urlpatterns = [
    path("map/", public("counts of areas under the rule of small counts")(views.public_map), name="map"),
    path("figures/", public("declared figures under the same rule")(views.public_figures), name="figures"),
    path("feed/", public("as above, a week an entry")(views.feed), name="feed"),
]
