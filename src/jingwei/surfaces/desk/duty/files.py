"""Shifts by Excel: whoever draws up a roster enters many at once, as agencies enter people."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands.known import ROSTER
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of
from jingwei.kit.people.export import shifts_workbook
from jingwei.kit.people.sheets import SHEETS
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.serving import file_answer
from jingwei.surfaces.desk.agencies.files import enter_from_file

_SHIFTS = tuple(sheet for sheet in SHEETS if sheet.key == "shifts")
_LEAD = Text(
    "工作表：值班，一行一个班次；“取消”填“是”的，是要取消的班次。先试算，看清每一行再导入：导入的写进各值班表的排班草案，提交后由"
    "另一个人发布；已经排好的班次不会重复。",
    "One sheet, shifts: a row each; “goes” says yes for one that is to be cancelled. See every row first, then import: "
    "they go into the draft of each roster, which somebody else publishes; what stands is not entered twice.",
)


@grants(ROSTER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """What a file of shifts would change; the second button writes it into the drafts. Which rosters are one's own the
    command says. `?as=shifts` is a workbook with the shifts to come, to be changed and sent back."""
    if request.GET.get("as") == "shifts":
        with reading(cast(ActorRequest, request).actor) as scope:
            face = face_of(scope)
            content = shifts_workbook(scope, face.zone, get_language() or "zh-hans", face.file_mark)
        return file_answer(content, face.file_name("shifts"), "xlsx")
    return enter_from_file(request, _SHIFTS, _LEAD)
