"""All addresses of the site, and the pages of its errors."""

from django.urls import include, path

from jingwei.kit import language
from jingwei.kit.frame import look
from jingwei.kit.maps import views as maps
from jingwei.kit.parts import showroom

urlpatterns = [
    path("", include("jingwei.surfaces.api.urls")),  # first, because others have many addresses that are tried before
    path("", include("jingwei.surfaces.portal.urls")),
    path("", include("jingwei.surfaces.desk.urls")),
    path("", include("jingwei.surfaces.command_map.urls")),
    path("", include("jingwei.surfaces.training.urls")),
    path("shapes/", maps.shapes, name="shapes"),
    path("language/", language.switch, name="language"),
    path("kit/", showroom.showroom, name="kit"),
    path("look/", look.switch, name="look"),
]

handler400 = "jingwei.kit.answers.bad_request"
handler403 = "jingwei.kit.answers.permission_denied"
handler404 = "jingwei.kit.answers.page_not_found"
handler500 = "jingwei.kit.answers.server_error"
