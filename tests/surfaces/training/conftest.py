"""The test city, marked as one for training."""

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from tests.city import FOUNDER, SINCE, City

MARKS = {"practice": ("演练", "Practice"), "training": ("练习", "Training"), "training_reset": ("03:00", "03:00")}


def mark(city: City, *subjects: str) -> None:
    """Marks the city as its founding would."""
    values = tuple(
        SetValue(
            parameter="city",
            subject=one,
            from_on=SINCE,
            content=dict(zip(("zh", "en"), MARKS[one], strict=True)),
            basis="test",
        )
        for one in subjects
    )
    execute(FOUNDER, SetManyValues(values=values), city.key())


@pytest.fixture
def training(city: City) -> City:
    """The test city as a training city."""
    mark(city, *MARKS)
    return city
