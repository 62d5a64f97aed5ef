"""The addresses of the second factor and of the own login."""

from django.urls import path

from jingwei.surfaces.desk.signing import (
    elsewhere,
    means,
    passkeys,
    passwords,
    second,
    sessions,
    stations,
    switching,
    wall,
)

urlpatterns = [
    path("login/second/", second.second, name="second"),
    path("login/provider/", elsewhere.leave, name="elsewhere"),
    path("login/provider/done/", elsewhere.done, name="elsewhere_done"),
    path("login/passkey/", passkeys.proving, name="passkey"),
    path("me/sign-in/", means.means, name="means"),
    path("me/sign-in/app/", means.app, name="means_app"),
    path("me/sign-in/codes/", means.codes, name="means_codes"),
    path("me/sign-in/end/", means.end, name="means_end"),
    path("me/sign-in/passkey/", passkeys.making, name="means_passkey"),
    path("me/sign-in/password/", passwords.change, name="means_password"),
    path("me/sign-in/pin/", switching.pin, name="means_pin"),
    path("me/sign-in/sessions/", sessions.end, name="sessions_end"),
    path("switch/", switching.switch, name="switch"),
    path("switch/held/", switching.held, name="held"),
    path("switch/lock/", switching.lock, name="lock"),
    path("workstation/", stations.enrol, name="enrol"),
    path("agencies/workstations/", stations.stations, name="stations"),
    path("wall/", wall.wall, name="wall"),
]
