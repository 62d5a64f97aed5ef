"""The addresses of the residents' portal."""

from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.portal import (
    certificate,
    interfaces,
    matter_proof,
    pictures,
    proofs,
    status,
    views,
    who,
    who_read,
)
from jingwei.surfaces.portal.figures.urls import urlpatterns as figures
from jingwei.surfaces.portal.own.urls import urlpatterns as own
from jingwei.surfaces.portal.reporting import offline
from jingwei.surfaces.portal.reporting import views as reports

app_name = "portal"

urlpatterns = [
    path("", public("the city's front page")(views.home), name="home"),
    path("report/", public("everybody may report")(reports.report), name="report"),
    path("report/worker.js", public("everybody may report")(offline.worker), name="report_worker"),
    path("report/place/", public("everybody may ask which cell a place is in")(reports.place), name="report_place"),
    path(
        "report/kinds/<str:type>/",
        public("everybody may ask what kind a text may mean")(reports.kinds),
        name="report_kinds",
    ),
    path("report/<str:type>/", public("everybody may report what is open to them")(reports.report), name="report_of"),
    path("follow/", public("the code is the proof")(views.follow), name="follow"),
    path("follow/urge/", public("the code is the proof")(views.urge), name="urge"),
    path(
        "follow/pictures/<str:token>/<str:shape>/",
        public("the link comes from the page that the code opened")(pictures.picture),
        name="picture",
    ),
    path("follow/act/", public("the code is the proof")(views.act), name="act"),
    path("follow/forget/", public("the code is the proof")(views.forget), name="forget"),
    path("follow/reads/", public("the code is the proof")(who_read.who_read), name="who_read"),
    path("follow/proof/", public("the code is the proof")(matter_proof.proof), name="proof"),
    path("who/", public("everybody may know who serves their door")(who.search), name="who"),
    path("who/<str:area>/", public("as above")(who.card), name="card"),
    path("status/", public("everybody may know how the service stands")(status.page), name="status"),
    *own,
    *figures,
    path("certificate/", public("a device must trust the site first")(certificate.page), name="certificate"),
    path("certificate/jingwei-ca.crt", public("as above")(certificate.authority), name="authority"),
    path("proofs/", public("everybody may check the record")(proofs.page), name="proofs"),
    path("proofs/verifier.py", public("as above")(proofs.program), name="verifier"),
    path("api/", public("everybody may know what interfaces there are")(interfaces.page), name="interfaces"),
    path("boundaries/", public("everybody may know what is not done")(views.boundaries), name="boundaries"),
]
