"""Spans of the calendar."""

import datetime


def years_after(moment: datetime.datetime, years: int) -> datetime.datetime:
    """The same day and hour so many years later; of a 29 February 1 March where there is none, so that no term ends
    early. The calendar is that of the moment's own zone; it ends with the year 9999."""
    year = min(moment.year + years, datetime.MAXYEAR)
    try:
        return moment.replace(year=year)
    except ValueError:
        return moment.replace(year=year, month=3, day=1)
