"""The addresses of the interface, its schema, and the two pages for those who run the city."""

from django.urls import include, path
from dmr.openapi import OpenAPIConfig, build_schema
from dmr.openapi.objects import Components, SecurityScheme
from dmr.routing import Router

from jingwei.kit.answers import refuse_below
from jingwei.kit.permission import public
from jingwei.surfaces.api import acts, files, health, listing, log, metrics, problems, views
from jingwei.surfaces.api.description import Described
from jingwei.surfaces.api.features import views as features
from jingwei.surfaces.api.open311 import asking as open311

app_name = "api"

_partners = public("接口由合作系统的密钥决定范围；无密钥者只可上报")
_monitors = public("日志的检查点和哈希，任何人都可以核对；不含任何事项")
_router = Router(
    "api/v1/",
    [
        path("reports", _partners(views.Reports.as_view()), name="reports"),
        path("exports/reports.<str:form>", _partners(listing.Export.as_view()), name="export"),
        path("reports/<str:number>", _partners(views.Report.as_view()), name="report"),
        path("reports/<str:number>/acts", _partners(acts.Acts.as_view()), name="acts"),
        path("acts", _partners(acts.Declared.as_view()), name="declared_acts"),
        path("files", _partners(files.Files.as_view()), name="files"),
        path("types", _partners(views.Types.as_view()), name="types"),
        path("categories", _partners(views.Categories.as_view()), name="categories"),
        path("log", _monitors(log.Logs.as_view()), name="log"),
        path("log/consistency", _monitors(log.Consistency.as_view()), name="log_consistency"),
        path("log/inclusion", _monitors(log.Inclusion.as_view()), name="log_inclusion"),
        path("log/leaves", _monitors(log.Leaves.as_view()), name="log_leaves"),
        path("areas", _partners(views.Areas.as_view()), name="areas"),
    ],
)
_schema = build_schema(
    _router,
    config=OpenAPIConfig(
        title="经纬 Jingwei",
        version="1",
        openapi_version="3.1.0",
        description="Reports of the city's matters, and acts on them. "
        "Reasons come in the language of Accept-Language (zh-hans or en).",
        components=Components(
            security_schemes={
                "key": SecurityScheme(
                    type="http", scheme="bearer", description="a key given by the city's administrator"
                )
            }
        ),
    ),
)

urlpatterns = [
    _router.to_urlpatterns(),
    path("api/v1/openapi.json", public("接口文档")(Described.as_view(_schema)), name="schema"),
    path("api/features/", include("jingwei.surfaces.api.features.urls")),
    path("api/open311/", include("jingwei.surfaces.api.open311.urls")),
    path("healthz", public("供监控探测；不含任何事项或密钥")(health.healthz), name="healthz"),
    path("metrics", public("仅限本机或持有令牌者，由视图自行检查")(metrics.metrics), name="metrics"),
]

for _prefix, _form in (
    ("/api/v1/", problems.outside),
    ("/api/open311/", open311.outside),
    ("/api/features/", features.outside),
):
    refuse_below(_prefix, _form)
