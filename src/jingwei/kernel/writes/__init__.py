"""Models that refuse to be written outside a command."""

from jingwei.kernel.writes.models import GuardedModel, StreamHead

__all__ = ["GuardedModel", "StreamHead"]
