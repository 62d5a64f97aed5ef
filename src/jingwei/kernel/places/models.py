"""The area tree and its dated boundaries."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.writes import GuardedModel, StreamHead


class Area(StreamHead):
    """One area of one level. `lft` and `rgt` enclose those of all areas below it, so that scope is a range."""

    code = models.CharField(max_length=40, unique=True, db_collation="C")
    level = models.CharField(max_length=30)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    lft = models.IntegerField()
    rgt = models.IntegerField()

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
