"""The area tree, its dated boundaries, and by which names and numbers people call its cells."""

import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.writes import GuardedModel, StreamHead

FOUNDED = datetime.date(2000, 1, 1)
"""From when a city's first areas are in force where nobody says otherwise: before any record it may import."""


class Area(StreamHead):
    """One area of one level, from one day until another (half open).

    `lft` and `rgt` enclose those of all areas below it, so that scope is a range; they never change (decision 0009).
    """

    code = models.CharField(max_length=40, unique=True, db_collation="C")
    level = models.CharField(max_length=30)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    lft = models.IntegerField()
    rgt = models.IntegerField()
    from_on = models.DateField(default=FOUNDED)
    until_on = models.DateField(null=True)

    class Meta(StreamHead.Meta):
        indexes = [models.Index(fields=["lft"], name="places_area_lft")]


class Boundary(GuardedModel):
    """The shape of an area from one day until another (half open); older matters keep the cell they were located in."""

    stream_column = "area_id"

    id = models.UUIDField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    wkb = models.BinaryField()  # polygons, WGS-84 degrees
    vertices = models.PositiveIntegerField()
    datum = models.CharField(max_length=10)  # of the source, before conversion
    source = models.CharField(max_length=200)

    class Meta(GuardedModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="places_one_boundary_a_day",
                expressions=[
                    ("area", "="),
                    (
                        Func("from_on", "until_on", function="daterange", output_field=DateRangeField()),
                        "&&",
                    ),
                ],
            )
        ]


class Succession(GuardedModel):
    """That a new area follows one that ended: a split has several of one, a merger one of several."""

    stream_column = "area_id"

    id = models.UUIDField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    earlier = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="followed_by")

    class Meta(GuardedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["area", "earlier"], name="places_follows_once")]


class PlaceName(GuardedModel):
    """By what people call a cell in an address: an estate, a village, or a road with a range of house numbers.

    An `alias` was remembered from a clerk's correction, the rest comes from the city's sheet of cells.
    """

    stream_column = "area_id"

    id = models.UUIDField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, db_collation="C")  # estate | village | road
    name = models.CharField(max_length=60)
    low = models.PositiveIntegerField(null=True)  # house numbers of a road, both ends included
    high = models.PositiveIntegerField(null=True)
    side = models.CharField(max_length=4, db_collation="C", default="")  # odd | even | "" for both
    origin = models.CharField(max_length=5, db_collation="C")  # sheet | alias
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta(GuardedModel.Meta):
        pass


class CellCard(GuardedModel):
    """Who serves a cell and how to reach them, as the law wants it published; a new worker takes the old one's place.

    滨州市社会治理网格化服务管理条例 art. 6. Names and numbers stay in this row and enter no entry and no message.
    """

    stream_column = "area_id"

    area = models.OneToOneField(Area, on_delete=models.PROTECT, primary_key=True)
    worker = models.CharField(max_length=60)
    phone = models.CharField(max_length=40)
    households = models.PositiveIntegerField(null=True)

    class Meta(GuardedModel.Meta):
        pass
