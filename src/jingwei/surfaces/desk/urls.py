"""The addresses of the staff's desk."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from jingwei.kit.permission import public
from jingwei.surfaces.desk import handing_out, login, urging, views
from jingwei.surfaces.desk.acting.urls import urlpatterns as acting
from jingwei.surfaces.desk.agencies.urls import urlpatterns as agencies
from jingwei.surfaces.desk.audit.urls import urlpatterns as audit
from jingwei.surfaces.desk.brief.urls import urlpatterns as brief
from jingwei.surfaces.desk.counter.urls import urlpatterns as counter
from jingwei.surfaces.desk.dispatching.urls import urlpatterns as dispatching
from jingwei.surfaces.desk.duty.urls import urlpatterns as duty
from jingwei.surfaces.desk.follow_up import lists
from jingwei.surfaces.desk.grid.urls import urlpatterns as grid
from jingwei.surfaces.desk.handbook.urls import urlpatterns as handbook
from jingwei.surfaces.desk.handing.urls import urlpatterns as handing
from jingwei.surfaces.desk.inbox import check, dead_letters, self_check, wishes
from jingwei.surfaces.desk.inbox import views as inbox
from jingwei.surfaces.desk.intake import from_excel
from jingwei.surfaces.desk.intake import views as intake
from jingwei.surfaces.desk.keeping.urls import urlpatterns as keeping
from jingwei.surfaces.desk.kept.urls import urlpatterns as kept
from jingwei.surfaces.desk.measures.urls import urlpatterns as measures
from jingwei.surfaces.desk.parts.urls import urlpatterns as parts
from jingwei.surfaces.desk.protection.urls import urlpatterns as protection
from jingwei.surfaces.desk.rules import views as rules
from jingwei.surfaces.desk.rules.drafts.urls import urlpatterns as drafts
from jingwei.surfaces.desk.signing.urls import urlpatterns as signing

app_name = "desk"

urlpatterns = [
    path("login/", public("signing in")(login.Login.as_view()), name="login"),
    path("login/first/<str:secret>/", login.first_login, name="first_login"),
    path("logout/", public("leaving is open to everybody")(LogoutView.as_view()), name="logout"),
    *signing,
    path("work/", views.work, name="work"),
    path("work/follow-up/<str:kind>/", lists.follow_up, name="follow_up"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/unread/", inbox.unread, name="unread"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/wishes/", wishes.wishes, name="wishes"),
    path("operations/check/", check.check, name="check"),
    path("operations/deliveries/", dead_letters.listed, name="dead_letters"),
    path("operations/self-check/", self_check.self_check, name="self_check"),
    path("operations/deliveries/again/", dead_letters.again, name="try_again"),
    path("matters/<str:number>/seen/", inbox.seen, name="seen"),
    path("rules/", rules.rules, name="rules"),
    *drafts,
    path("rules/<str:parameter>/", rules.parameter, name="rules_of"),
    path("matters/new/", intake.new_matter, name="new_matter"),
    path("matters/import/", from_excel.import_matters, name="import_matters"),
    path("matters/<str:number>/", views.matter, name="matter"),
    path("matters/<str:number>/urging/", urging.urging, name="urging"),
    path("matters/<str:number>/urge/", urging.urge, name="urge"),
    path("matters/<str:number>/supervise/", urging.supervise, name="supervise"),
    path("matters/<str:number>/answer/", urging.answer, name="answer_urging"),
    path("matters/<str:number>/act/<str:action>/", views.act, name="act"),
    *acting,
    *agencies,
    *audit,
    *brief,
    *counter,
    *dispatching,
    *duty,
    *grid,
    *handbook,
    *handing,
    *keeping,
    *kept,
    *measures,
    *parts,
    *protection,
    path("matters/<str:number>/files/<str:file>/original/", handing_out.original, name="original"),
    path("matters/<str:number>/files/<str:file>/<str:shape>/", handing_out.copy, name="file"),
    path("matters/<str:number>/print/<str:paper>/", handing_out.paper, name="paper"),
    path("matters/<str:number>/print/<str:paper>/word/", handing_out.paper_to_edit, name="paper_to_edit"),
]
