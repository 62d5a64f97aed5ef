"""What a verification found."""

from dataclasses import dataclass, field

_MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as the ledger says, with the row that is meant."""

    table: str
    row: str
    stream: str
    what: str


@dataclass(slots=True)
class Report:
    """What a verification found. `rss_mb` is the peak memory of the verifying process."""

    entries: int = 0
    streams: int = 0
    files: int = 0  # contents compared with their hash; see `files.verify`
    faults: list[Fault] = field(default_factory=list)
    seconds: float = 0.0
    rss_mb: int = 0

    def fault(self, table: str, row: object, stream: object, what: str) -> None:
        """Notes a fault; after a thousand only the number would grow, so it stops there."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(table, str(row), str(stream), what))
