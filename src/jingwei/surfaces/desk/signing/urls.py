"""The addresses of the second factor and of the own login."""

from django.urls import path

from jingwei.surfaces.desk.signing import means, passkeys, second

urlpatterns = [
    path("login/second/", second.second, name="second"),
    path("login/passkey/", passkeys.proving, name="passkey"),
    path("me/sign-in/", means.means, name="means"),
    path("me/sign-in/app/", means.app, name="means_app"),
    path("me/sign-in/codes/", means.codes, name="means_codes"),
    path("me/sign-in/end/", means.end, name="means_end"),
    path("me/sign-in/passkey/", passkeys.making, name="means_passkey"),
]
