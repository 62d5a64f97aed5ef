"""`/work/views/`: keeps a list as it stands under a name, chooses its columns, removes what is no longer wanted."""

from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jingwei.kernel.commands.actor import NOBODY
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.kept.views import LONGEST_NAME, LONGEST_QUERY, View, forget_views, keep_view
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.tables.columns import in_order

_NAMELESS = Text("请给这个视图起个名字。", "Give the view a name.")
_UNKNOWN = Text("没有这样的操作；请回工作台再试。", "There is no such thing to do: go back to the list and try again.")


@grants(READ)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Does what its button says (`do`: columns, keep, forget), and goes back to the list. Raises Invalid."""
    person = cast(ActorRequest, request).actor.id or NOBODY
    sent = request.POST
    query = _query(sent.get("query", ""))
    places = {name.removeprefix("place."): str(value) for name, value in sent.items() if name.startswith("place.")}
    columns = in_order(sent.getlist("columns"), places, sent.get("before", "")[:200].split(" "))
    match sent.get("do", ""):
        case "columns":
            keep_view(person, View("", "", columns))
        case "keep":
            name = _name(sent.get("name", ""))
            keep_view(person, View(name, query, columns, sent.get("first") == "1"))
        case "forget":
            forget_views(person, [sent.get("view", "")[:LONGEST_NAME]])
        case _:
            raise Invalid(_UNKNOWN, place="do")
    return HttpResponseRedirect(reverse("desk:work") + query, status=HTTPStatus.SEE_OTHER)


def _name(text: str) -> str:
    try:
        name = clean_text(text, LONGEST_NAME)
    except ValueError as error:
        raise Invalid(Text(f"名字不能这样写：{error}", f"This is no name: {error}"), place="name") from error
    if not name:
        raise Invalid(_NAMELESS, place="name")
    return name


def _query(text: str) -> str:
    """The filters of the list that was looked at; nothing else is led to from here."""
    return text if text.startswith("?") and len(text) <= LONGEST_QUERY and "\0" not in text else "?tab=area"
