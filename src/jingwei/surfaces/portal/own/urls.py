"""The addresses of one's own matters. What proves them comes by POST, so that it enters no address, log or history."""

from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.portal.own import views

urlpatterns = [
    path("mine/", public("everybody may ask for their own matters")(views.page), name="own"),
    path("mine/code/", public("the code goes to the telephone alone")(views.send_code), name="own_code"),
    path("mine/matters/", public("telephone, name and code are the proof")(views.matters), name="own_matters"),
    path("mine/erase/", public("telephone, name and code are the proof")(views.erase), name="own_erase"),
    path("mine/file/", public("telephone, name and code are the proof")(views.file), name="own_file"),
]
