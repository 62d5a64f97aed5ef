"""The dated values of the rulebook."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.writes import StreamHead


class Value(StreamHead):
    """What a parameter is for a subject from one day to another (half open). Never edited: a new value ends the old."""

    parameter = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=160, db_collation="C")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    content = models.JSONField()
    basis = models.CharField(max_length=400)  # law, standard or document it rests on

    class Meta(StreamHead.Meta):
        constraints = [
            ExclusionConstraint(
                name="rulebook_one_value_a_day",
                expressions=[
                    ("parameter", "="),
                    ("subject", "="),
                    (Func("from_on", "until_on", function="daterange", output_field=DateRangeField()), "&&"),
                ],
            )
        ]
