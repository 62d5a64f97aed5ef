"""Fills the city of this process with matters by execute_many, up to the number wanted, and takes their entries into
the log; run as a process of its own."""

import datetime
import random
import sys

import django

_AT_ONCE = 20_000  # entries that one round takes into the log


def _there() -> int:
    """How many stand already: they were made in the order of their numbers."""
    from jingwei.kernel.matters.models import ExternalNumber

    last = ExternalNumber.objects.filter(source="bench").order_by("-number").values_list("number", flat=True).first()
    return int(last[1:]) + 1 if last else 0


def _fill(wanted: int, closed_of_100: int) -> int:
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.commands.bulk import execute_many
    from jingwei.kernel.values.ids import derived_ids
    from jingwei.surfaces.console.measurements.made import commands_for, found_city

    found_city()
    actor = system("import:bench", "matter.report", "matter.read", "matter.give_limit", "matter.state", history=True)
    there = _there()
    moment = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    for start in range(there, wanted, 1000):
        chance = random.Random(start)  # noqa: S311  # made-up data
        numbers = range(start, min(start + 1000, wanted))
        commands = [keyed for number in numbers for keyed in commands_for(number, chance, closed_of_100)]
        refused = [one for one in execute_many(actor, commands, now=moment, ids=derived_ids) if one.refusal]
        if refused:
            raise SystemExit(f"{refused[0].key}: {refused[0].refusal}")
    _take_into_the_log()
    return max(there, wanted)


def _take_into_the_log() -> None:
    from django.conf import settings

    from jingwei.installation import home
    from jingwei.kernel.ledger.sequencer import one_round
    from jingwei.surfaces.console.log.keeper import keeper_of

    keeper = keeper_of(home(), settings.CITY)
    while (done := one_round(keeper, datetime.datetime.now(datetime.UTC), _AT_ONCE)).taken:
        pass
    if done.trouble:
        raise SystemExit(f"the log stands still: {done.trouble}")


if __name__ == "__main__":
    django.setup()
    print(_fill(int(sys.argv[1]), int(sys.argv[2])))
