"""Shifts by Excel: whoever draws up a roster enters many at once, as agencies enter people."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands.known import ROSTER
from jingwei.kernel.values.words import Text
from jingwei.kit.people.sheets import SHEETS
from jingwei.kit.permission import grants
from jingwei.surfaces.desk.agencies.files import enter_from_file

_SHIFTS = tuple(sheet for sheet in SHEETS if sheet.key == "shifts")
_LEAD = Text(
    "工作表：值班，一行一个班次。先试算，看清每一行再导入；已经排好的班次不会重复，要取消的在值班表上取消。",
    "One sheet, shifts: a row each. See every row first, then import; a shift that stands is not entered twice, and "
    "one that is to go is cancelled on its roster.",
)


@grants(ROSTER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """What a file of shifts would enter; the second button enters it. Which rosters are one's own the command says."""
    return enter_from_file(request, _SHIFTS, _LEAD)
