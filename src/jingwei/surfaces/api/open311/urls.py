"""The addresses of Open311, below one base that discovery names."""

from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.api.open311 import views

_everybody = public("任何人可以上报，并按编号查询自己的事项；列表由合作系统的密钥决定范围")

urlpatterns = [
    path("discovery.<str:format>", _everybody(views.discovery), name="open311_discovery"),
    path("v2/services.<str:format>", _everybody(views.service_list), name="open311_services"),
    path("v2/services/<str:service>.<str:format>", _everybody(views.definition), name="open311_definition"),
    path("v2/requests.<str:format>", _everybody(views.request_list), name="open311_requests"),
    path("v2/requests/<str:number>.<str:format>", _everybody(views.request), name="open311_request"),
    path("v2/tokens/<str:token>.<str:format>", _everybody(views.token), name="open311_token"),
    path("v2/bulk/requests.<str:format>", _everybody(views.bulk), name="open311_bulk"),
]
