"""All declared measures by their keys."""

from jingwei.kernel.measures.declared import Measure

_measures: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Enters a measure; raises ValueError where its key is taken by another or its declaration is wrong."""
    if problems := measure.problems():
        raise ValueError("; ".join(problems))
    if _measures.setdefault(measure.key, measure) is not measure:
        raise ValueError(f"measure {measure.key} is declared twice")
    return measure


def measure_of(key: str) -> Measure:
    """The measure with this key; LookupError where it is not installed."""
    try:
        return _measures[key]
    except KeyError:
        raise LookupError(f"measure {key} is not installed") from None


def all_measures() -> list[Measure]:
    """Every measure, by key."""
    return [_measures[key] for key in sorted(_measures)]
