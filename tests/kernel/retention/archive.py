"""An archive in the test city: people who propose, review and hold, and matters whose term is over."""

import datetime
import uuid

from django.db.models import Q

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.matters.keeping.holds import PlaceLegalHold
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.retention.commands import ProposeDestruction, ReviewList
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.values.ids import new_id
from tests.city import City, add_post
from tests.procedure import MONDAY, Procedure

YEAR = MONDAY.replace(year=MONDAY.year + 1)
DESTROYED = Q(closed_at__isnull=False, kept_until=None)
HOUR = datetime.timedelta(hours=1)


def archivists(city: City) -> None:
    """Posts that propose, review and hold; one of them for the western district alone."""
    both = ("matter.read", "retention.read", "retention.propose", "retention.review")
    add_post(city, "archivist", "CITY", "T", "archivist", both)
    add_post(city, "archivist-west", "CITY", "T2", "archivist", ("matter.read", "retention.read", "retention.propose"))
    add_post(city, "reviewer", "CITY", "T", "reviewer", ("matter.read", "retention.read", "retention.review"))
    add_post(city, "legal", "CITY", "T", "legal", ("matter.read", "retention.hold"))
    add_post(city, "legal-two", "CITY", "T", "legal", ("matter.read", "retention.hold"))


def closed(procedure: Procedure, at: datetime.datetime = MONDAY) -> Matter:
    """A matter that was answered then."""
    return procedure.act("dispatcher", procedure.report(at - HOUR, request="ask"), "answer", at)


def send(procedure: Procedure, post: str, command: Command, at: datetime.datetime = YEAR) -> dict[str, object]:
    """A command by the holder of a post, a year after."""
    return dict(execute(procedure.city.actor(post), command, procedure.city.key(), now=at))


def proposed(procedure: Procedure, at: datetime.datetime = YEAR, post: str = "archivist") -> DestructionList:
    """A list of what is due then."""
    key = new_id()
    send(procedure, post, ProposeDestruction(list_id=key), at)
    return DestructionList.objects.get(pk=key)


def approved(procedure: Procedure, at: datetime.datetime = YEAR) -> DestructionList:
    """A list that a second person approved."""
    one = proposed(procedure, at)
    send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=True), at)
    return one


def named(one: DestructionList) -> set[uuid.UUID]:
    """The matters of a list of which nothing became yet."""
    return set(Listed.objects.filter(list=one, outcome="").values_list("matter_id", flat=True))


def hold(procedure: Procedure, matter: Matter, at: datetime.datetime = MONDAY) -> uuid.UUID:
    """A legal hold on the matter."""
    result = send(procedure, "legal", PlaceLegalHold(matter_id=matter.pk, reason="（2027）1号"), at)
    return uuid.UUID(str(result["hold"]))
